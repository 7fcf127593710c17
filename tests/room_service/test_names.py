import pytest

from mesh.errors import Invalid
from room_service import names


def test_a_name_is_kept_without_the_blanks_around_it() -> None:
    assert names.checked_public_name("  Ünïcode 👩‍👩‍👧 room ") == "Ünïcode 👩‍👩‍👧 room"


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "two\nlines", "nul\0", "\x1b[31mred"])
def test_a_name_has_1_to_80_characters_and_no_control_characters(name: str) -> None:
    with pytest.raises(Invalid) as raised:
        names.checked_name(name)
    assert (raised.value.reason, raised.value.field) == ("INVALID_NAME", "name")


@pytest.mark.parametrize(
    "identity", [names.new_room_id(), names.direct_room_id(("ada", "bob"))], ids=["a new room", "a direct room"]
)
def test_a_public_name_never_looks_like_an_id(identity: str) -> None:
    assert names.is_room_id(identity)
    for disguise in (identity, identity.upper(), f" {identity} ", identity.replace("-", "－")):
        with pytest.raises(Invalid, match="looks like a room's id"):
            names.checked_public_name(disguise)
    assert names.checked_public_name("direct-messages") == "direct-messages"
    assert names.checked_public_name(f"about {identity}") == f"about {identity}"


@pytest.mark.parametrize(
    ("one", "other"), [("Lobby", "lOBBY"), ("Straße", "STRASSE"), ("Cafe\u0301", "Café"), ("Ｌobby", "lobby")]
)
def test_names_that_people_take_for_the_same_are_the_same(one: str, other: str) -> None:
    assert names.fold(one) == names.fold(other)


def test_two_people_have_one_direct_room_whoever_opens_it() -> None:
    assert names.direct_room_id(("ada", "bob")) == names.direct_room_id(("bob", "ada"))
    assert names.direct_room_id(("ada", "bob")) != names.direct_room_id(("ada", "eve"))


def test_a_topic_has_at_most_500_characters_and_may_be_empty() -> None:
    assert names.checked_topic(" " + "x" * 500) == "x" * 500
    assert names.checked_topic("") == ""
    with pytest.raises(Invalid) as raised:
        names.checked_topic("x" * 501)
    assert (raised.value.reason, raised.value.field) == ("INVALID_TOPIC", "topic")
