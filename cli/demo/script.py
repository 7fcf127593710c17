"""What conversations are written in: people, lines and rooms, as plain data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Person:
    """An account of the demo."""

    username: str
    display_name: str


@dataclass(frozen=True, slots=True)
class Line:
    """One message, and what becomes of it."""

    who: str
    """A username, as everywhere in a script."""
    text: str
    label: str = ""
    """What replies call this line; unique within its conversation."""
    reply_to: str = ""
    """The label of an earlier line."""
    reactions: Mapping[str, str] = field(default_factory=dict)
    """Emoji to the usernames of those who react with it, separated by spaces."""
    edited: str = ""
    """The text it has after an edit."""
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Conversation:
    """A room and what is said in it, in order."""

    members: Sequence[str]
    """The first one opens the room and brings the others in."""
    lines: Sequence[Line] = ()
    kind: Literal["public", "private", "direct"] = "public"
    name: str = ""
    """Empty for a direct room."""
    topic: str = ""
    unread: int = 0
    """So many of the last messages has the first of the cast not read. Everybody else has read all."""


def dialogue(text: str) -> tuple[Line, ...]:
    """Read plain lines, one a row, each written `who: what`."""
    rows = (row.partition(": ") for row in text.strip().splitlines())
    return tuple(Line(who, what) for who, _, what in rows)
