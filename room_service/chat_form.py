"""What is asked before a chat: what a business may ask, and whether what a visitor answers will do."""

import re
import unicodedata
from collections.abc import Mapping

from mesh.errors import Invalid
from room_service.business_model import ChatForm, FormField

MAX_FIELDS = 12
MAX_ANSWER_CHARACTERS = 500
_MAX_LABEL_CHARACTERS = 120
_MAX_OPTIONS = 30
_MAX_CONSENT_CHARACTERS = 500
_KEY = re.compile(r"[a-z][a-z0-9_]{0,31}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_PHONE_DIGITS = range(4, 25)
_PHONE_SIGNS = frozenset("+/.,;#*:")
_PHONE_CATEGORIES = frozenset({"Nd", "Zs", "Pd", "Ps", "Pe", "Cf"})
"""Digits of every script, spaces, dashes, brackets, and the direction marks that address books put around a number."""
_EXTENSION = re.compile(r"\b(ext|x)\b", re.IGNORECASE)
KNOWN = ("name", "email", "phone")
"""Keys of what is a visitor's own rather than an answer to a question of one business."""
_MARKS = r"[\s\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+"
_AROUND = re.compile(f"^{_MARKS}|{_MARKS}$")
CHECKED = "true"
"""The answer that a ticked `checkbox` is given."""


def checked(form: ChatForm) -> ChatForm:
    """Return a form as it is; raises `Invalid`."""
    if len(form.fields) > MAX_FIELDS:
        raise _bad_form(f"A form has at most {MAX_FIELDS} fields.")
    if len({field.key for field in form.fields}) < len(form.fields):
        raise _bad_form("Two fields of the form have the same key.")
    if len(form.consent) > _MAX_CONSENT_CHARACTERS:
        raise _bad_form(f"What is agreed to has at most {_MAX_CONSENT_CHARACTERS} characters.")
    for field in form.fields:
        _check_field(field)
    return form


def checked_answers(form: ChatForm, answers: Mapping[str, str], *, consent: bool) -> dict[str, str]:
    """Return the answers to a form's questions, those that are empty left out; raises `Invalid` that names the field.

    What was not asked for is refused: it would be kept without anybody having agreed to it.
    """
    unasked = answers.keys() - {field.key for field in form.fields}
    if unasked:
        raise _bad_answer(min(unasked), "This was not asked for.")
    if form.consent and not consent:
        raise Invalid("A chat needs your consent first.", reason="CONSENT_MISSING", field="consent")
    given = {field.key: _checked_answer(field, _bare(answers.get(field.key, ""))) for field in form.fields}
    return {key: answer for key, answer in given.items() if answer}


def _check_field(field: FormField) -> None:
    if _KEY.fullmatch(field.key) is None:
        raise _bad_form("A field's key is 1 to 32 of a to z, digits and _, and begins with a letter.")
    if not 1 <= len(field.label) <= _MAX_LABEL_CHARACTERS:
        raise _bad_form(f"A label has 1 to {_MAX_LABEL_CHARACTERS} characters.")
    if (field.kind == "select") is not bool(field.options) or len(field.options) > _MAX_OPTIONS:
        raise _bad_form(f"A select has 1 to {_MAX_OPTIONS} options, and nothing else has any.")
    if any(not option or len(option) > _MAX_LABEL_CHARACTERS for option in field.options):
        raise _bad_form(f"An option has 1 to {_MAX_LABEL_CHARACTERS} characters.")


def _bare(answer: str) -> str:
    """An answer without the spaces and direction marks around it: people paste them, and do not see them."""
    return _AROUND.sub("", answer)


def _checked_answer(field: FormField, answer: str) -> str:
    if not answer:
        if field.required:
            raise _bad_answer(field.key, f"“{field.label}” is needed.")
        return ""
    if len(answer) > MAX_ANSWER_CHARACTERS:
        raise _bad_answer(field.key, f"“{field.label}” has at most {MAX_ANSWER_CHARACTERS} characters.")
    if not _is_sound(field, answer):
        raise _bad_answer(field.key, f"This is no answer to “{field.label}”.")
    return answer


def _is_sound(field: FormField, answer: str) -> bool:
    match field.kind:
        case "email":
            return answer.isprintable() and _EMAIL.fullmatch(answer) is not None
        case "phone":
            return _is_phone_number(answer)
        case "select":
            return answer in map(str.strip, field.options)
        case "checkbox":
            return answer == CHECKED
        case "textarea":
            return not any(unicodedata.category(character) == "Cc" for character in re.sub(r"[\r\n\t]", "", answer))
        case "text":
            return not any(unicodedata.category(character) == "Cc" for character in answer)


def _is_phone_number(answer: str) -> bool:
    """Whether an answer is a number as people write them. What is meant is left to those who call it."""
    digits = sum(unicodedata.category(character) == "Nd" for character in answer)
    number = _EXTENSION.sub("", answer)
    return digits in _PHONE_DIGITS and all(
        character in _PHONE_SIGNS or unicodedata.category(character) in _PHONE_CATEGORIES for character in number
    )


def _bad_form(message: str) -> Invalid:
    return Invalid(message, reason="INVALID_FORM", field="form")


def _bad_answer(key: str, message: str) -> Invalid:
    field = f"visitor.{key}" if key in KNOWN else f"visitor.fields.{key}"
    return Invalid(message, reason="INVALID_ANSWER", field=field)
