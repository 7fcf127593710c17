import pytest

from auth_service import names
from mesh.errors import Invalid


@pytest.mark.parametrize("username", ["ada", "Ada_Lovelace", "0day", "a.b-c_d", "x" * 32])
def test_a_username_of_the_documented_letters_is_kept_as_written(username: str) -> None:
    assert names.checked_username(username) == username


@pytest.mark.parametrize("username", ["", "ab", "x" * 33, ".ada", "_ada", "a da", "ada\n", "ada@home", "zoë", "аda"])
def test_any_other_username_is_refused(username: str) -> None:
    with pytest.raises(Invalid) as refusal:
        names.checked_username(username)
    assert refusal.value.field == "username"


def test_a_display_name_keeps_its_letters_and_loses_odd_spaces() -> None:
    assert names.checked_display_name("  Zoë \t O'Neil\n👩‍🚀 ") == "Zoë O'Neil 👩‍🚀"


def test_composed_and_decomposed_letters_are_one_name() -> None:
    assert names.checked_display_name("Zoe\u0308") == "Zo\u00eb"


@pytest.mark.parametrize(
    "name", ["", "   ", "\u200b\u200d", "x" * 81, "x" * 100_000, "Ada\x00", "Ada\x1b[31m", "\u202eadA", "Ada\u2066"]
)
def test_a_display_name_that_is_empty_too_long_or_has_controls_is_refused(name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        names.checked_display_name(name)
    assert refusal.value.field == "display_name"


def test_an_email_address_is_kept_in_lower_case() -> None:
    assert names.checked_email("Ada.L@Example.ORG") == "ada.l@example.org"


@pytest.mark.parametrize(
    "email", ["ada", "ada@", "@example.org", "a@b", "a@b..c", "a b@c.d", "a@b@c.d", "a@b.c\n", f"{'a' * 250}@b.cd"]
)
def test_what_is_no_email_address_is_refused(email: str) -> None:
    with pytest.raises(Invalid) as refusal:
        names.checked_email(email)
    assert refusal.value.field == "email"
