import pytest

from mesh.errors import Invalid
from room_service import chat_form
from room_service.business_model import ChatForm, FormField

FORM = ChatForm(
    fields=(
        FormField("name", "text", "Your name", required=True),
        FormField("email", "email", "E-mail"),
        FormField("phone", "phone", "Phone"),
        FormField("topic", "select", "Topic", options=("Sales", "Help")),
        FormField("news", "checkbox", "Send me news"),
        FormField("more", "textarea", "More"),
    ),
    consent="We keep what you write.",
)


def test_answers_are_kept_without_the_empty_ones() -> None:
    answers = {"name": " Ada ", "email": "ada@example.org", "phone": "", "topic": "Help", "more": "two\nlines"}
    assert chat_form.checked_answers(FORM, answers, consent=True) == {
        "name": "Ada",
        "email": "ada@example.org",
        "topic": "Help",
        "more": "two\nlines",
    }


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({}, "visitor.name"),
        ({"name": "Ada\x00"}, "visitor.name"),
        ({"name": "x" * 501}, "visitor.name"),
        ({"name": "Ada", "email": "nowhere"}, "visitor.email"),
        ({"name": "Ada", "phone": "call me"}, "visitor.phone"),
        ({"name": "Ada", "phone": "1\n2345"}, "visitor.phone"),
        ({"name": "Ada", "phone": "12"}, "visitor.phone"),
        ({"name": "Ada", "topic": "Other"}, "visitor.fields.topic"),
        ({"name": "Ada", "news": "perhaps"}, "visitor.fields.news"),
        ({"name": "Ada", "age": "40"}, "visitor.fields.age"),
    ],
)
def test_an_answer_that_will_not_do_is_named(answers: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        chat_form.checked_answers(FORM, answers, consent=True)
    assert (refused.value.reason, refused.value.field) == ("INVALID_ANSWER", field)


@pytest.mark.parametrize(
    "number",
    [
        "(555) 123-4567",
        "+49 (0)30 123456",
        "+49\u200e 30 123456",
        "+1\u00a0555\u00a0123\u20114567",
        "٠١٢٣٤٥٦٧٨٩",
        "+１ ５５５ １２３４",
        "555-1234 ext. 12",
        "030/1234-56",
        "*31#0301234",
    ],
)
def test_phone_numbers_are_taken_as_people_write_them(number: str) -> None:
    form = ChatForm((FormField("phone", "phone", "Phone"),))
    assert chat_form.checked_answers(form, {"phone": number}, consent=False) == {"phone": number}


def test_direction_marks_around_an_answer_are_none_of_it() -> None:
    answers = {"name": "\u200fנועה\u200f", "email": "\u202aada@example.org\u202c", "phone": "\u202a+49 30 123456\u202c"}
    kept = {"name": "נועה", "email": "ada@example.org", "phone": "+49 30 123456"}
    assert chat_form.checked_answers(FORM, answers, consent=True) == kept


def test_an_option_may_have_spaces_around_it() -> None:
    form = ChatForm((FormField("topic", "select", "Topic", options=(" Sales ", "Help")),))
    assert chat_form.checked_answers(form, {"topic": " Sales "}, consent=False) == {"topic": "Sales"}


def test_nothing_is_kept_without_consent_where_it_is_asked_for() -> None:
    with pytest.raises(Invalid) as refused:
        chat_form.checked_answers(FORM, {"name": "Ada"}, consent=False)
    assert refused.value.reason == "CONSENT_MISSING"
    assert chat_form.checked_answers(ChatForm(), {}, consent=False) == {}


@pytest.mark.parametrize(
    "form",
    [
        ChatForm(fields=tuple(FormField(f"f{number}", label="F") for number in range(13))),
        ChatForm(fields=(FormField("a", label="A"), FormField("a", label="B"))),
        ChatForm(fields=(FormField("A", label="A"),)),
        ChatForm(fields=(FormField("a"),)),
        ChatForm(fields=(FormField("a", "select", "A"),)),
        ChatForm(fields=(FormField("a", "text", "A", options=("x",)),)),
        ChatForm(consent="x" * 501),
    ],
)
def test_a_form_that_cannot_be_asked_is_refused(form: ChatForm) -> None:
    with pytest.raises(Invalid):
        chat_form.checked(form)


def test_a_form_that_can_be_asked_is_kept() -> None:
    assert chat_form.checked(FORM) is FORM
