"""What people may call themselves: usernames, display names, e-mail addresses."""

import re
import unicodedata

from mesh.errors import Invalid

MAX_DISPLAY_NAME = 80
MAX_EMAIL = 254  # RFC 5321, section 4.5.3.1.3, without the angle brackets

_USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{2,31}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def folded(username: str) -> str:
    """The form in which usernames are compared."""
    return username.casefold()


def checked_username(username: str) -> str:
    """Return a username as it is. Raises `Invalid`.

    Only ASCII: a username is what people recognise each other by, and letters of different scripts look alike.
    """
    if _USERNAME.fullmatch(username) is None:
        raise Invalid(
            "A username is 3 to 32 of the letters a to z, digits, _, - and ., and begins with a letter or digit.",
            reason="BAD_USERNAME",
            field="username",
        )
    return username


def checked_display_name(name: str) -> str:
    """Return a display name in normal form, with single spaces. Raises `Invalid`, also when nothing of it can be seen."""
    if len(name) > 10 * MAX_DISPLAY_NAME:  # not worth normalising
        raise _bad_display_name(f"A display name has at most {MAX_DISPLAY_NAME} characters.")
    name = " ".join(unicodedata.normalize("NFC", name).split())
    if len(name) > MAX_DISPLAY_NAME:
        raise _bad_display_name(f"A display name has at most {MAX_DISPLAY_NAME} characters.")
    if any(map(_is_control, name)):
        raise _bad_display_name("A display name has no control characters.")
    if not _can_be_read(name):
        raise _bad_display_name("A display name needs something that can be read.")
    return name


def tidied_display_name(name: str) -> str:
    """Make a display name of what a visitor or its business wrote, which nobody asks again: what no name has is left out.

    Empty when nothing of it can be read.
    """
    letters = (" " if _is_control(character) else character for character in name[: 10 * MAX_DISPLAY_NAME])
    name = " ".join(unicodedata.normalize("NFC", "".join(letters)).split())[:MAX_DISPLAY_NAME].rstrip()
    return name if _can_be_read(name) else ""


def checked_email(email: str) -> str:
    """Return an address in lower case. Raises `Invalid` when it has not the shape of one; nobody asks whether it works."""
    if len(email) > MAX_EMAIL or not email.isprintable() or _EMAIL.fullmatch(email) is None:
        raise Invalid("This is not an e-mail address.", reason="BAD_EMAIL", field="email")
    return email.lower()


def _is_control(character: str) -> bool:
    return unicodedata.category(character) == "Cc" or character in _BIDI_CONTROLS


def _can_be_read(name: str) -> bool:
    return any(character.isprintable() and character != " " for character in name)


def _bad_display_name(message: str) -> Invalid:
    return Invalid(message, reason="BAD_DISPLAY_NAME", field="display_name")
