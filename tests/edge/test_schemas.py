from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from edge import schemas


class Leaf(Struct):
    """A leaf."""

    colour: str
    """Mostly green."""
    fallen_at: datetime | None = None


class Tree(Struct):
    """A tree."""

    height: Annotated[int, Meta(description="In metres.")]
    """From the ground."""
    rings: Annotated[int, Meta(description="One a year.")]
    leaves: list[Leaf]
    nickname: str = ""

    """This stands below the field as well."""


class Oak(Tree, kw_only=True):
    """An oak."""

    acorns: int
    """Many."""


def test_fields_are_described_by_what_stands_below_them_even_where_they_are_inherited() -> None:
    oak = schemas.components([Oak])["Oak"]["properties"]
    assert oak["acorns"]["description"] == "Many."
    assert oak["height"]["description"] == "From the ground."
    assert oak["rings"]["description"] == "One a year."
    assert "description" not in oak["leaves"]


def test_what_a_struct_is_made_of_is_described_too() -> None:
    components = schemas.components([Tree])
    assert components.keys() == {"Leaf", "Tree"}
    assert components["Leaf"]["properties"]["colour"]["description"] == "Mostly green."
    assert components["Tree"]["properties"]["leaves"]["items"] == schemas.ref(Leaf)


def test_a_moment_is_more_than_text() -> None:
    fallen_at = schemas.field_schemas(Leaf)["fallen_at"]
    assert fallen_at["anyOf"] == [{"type": "string", "format": "date-time"}, {"type": "null"}]


def test_what_has_no_default_is_required() -> None:
    assert schemas.required(Oak) == {"height", "rings", "leaves", "acorns"}


def test_a_docstring_is_a_first_sentence_and_the_rest() -> None:
    assert schemas.sentences("One thing.") == ("One thing", "")
    assert schemas.sentences("One thing. And another.") == ("One thing", "And another.")
    assert schemas.sentences("One thing.\n\n    More of\n    it.") == ("One thing", "More of it.")
    assert schemas.sentences(None) == ("", "")
