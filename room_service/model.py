"""What the room service talks about: rooms, memberships and what happens to them."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Milliseconds: TypeAlias = int
"""Since 1970, UTC."""

Clock: TypeAlias = Callable[[], Milliseconds]


def wall_clock() -> Milliseconds:
    """The time, as it is stored."""
    return time.time_ns() // 1_000_000


class RoomKind(StrEnum):
    """Who may find and enter a room."""

    PUBLIC = "public"
    PRIVATE = "private"
    DIRECT = "direct"
    SUPPORT = "support"


class Role(StrEnum):
    """What somebody is in a room. `BANNED` is no member, and kept out."""

    MEMBER = "member"
    MODERATOR = "moderator"
    OWNER = "owner"
    BANNED = "banned"


@dataclass(frozen=True, slots=True)
class Room:
    """A place to talk."""

    id: str
    kind: RoomKind
    created_by: str
    created_at: Milliseconds
    last_activity_at: Milliseconds
    name: str = ""
    topic: str = ""
    direct_user_ids: tuple[str, ...] = ()
    business: str = ""
    guest: str = ""
    large: bool = False
    """See `room_service.sizes`."""


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is left of a deleted room until its log is gone."""

    room_id: str
    deleted_at: Milliseconds


@dataclass(frozen=True, slots=True)
class Membership:
    """One user's place in one room."""

    user_id: str
    room_id: str
    role: Role
    joined_at: Milliseconds
    read_seq: int = 0
    muted: bool = False

    @property
    def is_member(self) -> bool:
        """Whether this is not a ban."""
        return self.role is not Role.BANNED


@dataclass(frozen=True, slots=True)
class Seat:
    """What a user is in a room."""

    role: Role | None
    """None for one who is not there."""
    in_conversation: bool
    """As the visitor of the room, or as one who answers for the business."""


NOWHERE = Seat(None, in_conversation=False)


@dataclass(frozen=True, slots=True)
class ReadMarker:
    """How far a user has read a room."""

    user_id: str
    room_id: str
    seq: int


@dataclass(frozen=True, slots=True)
class RoomActivity:
    """When a room was last active."""

    room_id: str
    at: Milliseconds
    sender_id: str = ""
    """Who sent its last message."""
    seq: int = 0
    """That message's place in the room."""
