"""What others are told when rooms and memberships change."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class RoomCreated:
    """Those who hear it are in this room now, and were not before."""

    room_id: str


@dataclass(frozen=True, slots=True)
class RoomUpdated:
    """Its name, its topic or a role in it changed, or it became large or small."""

    room_id: str


@dataclass(frozen=True, slots=True)
class RoomDeleted:
    """The room is gone."""

    room_id: str


@dataclass(frozen=True, slots=True)
class MemberJoined:
    """Somebody became a member."""

    room_id: str
    user_id: str


@dataclass(frozen=True, slots=True)
class MemberLeft:
    """Somebody is no longer a member; `removed` by somebody else."""

    room_id: str
    user_id: str
    removed: bool


@dataclass(frozen=True, slots=True)
class Read:
    """Somebody has read up to `seq`."""

    room_id: str
    user_id: str
    seq: int


@dataclass(frozen=True, slots=True)
class AgentChanged:
    """The user who hears it has another role in this business, or none any more."""

    business_id: str


@dataclass(frozen=True, slots=True)
class ConversationChanged:
    """A conversation was opened, or is not any more what it was; `version` counts."""

    room_id: str
    version: int


Event: TypeAlias = (
    RoomCreated | RoomUpdated | RoomDeleted | MemberJoined | MemberLeft | Read | AgentChanged | ConversationChanged
)


@dataclass(frozen=True, slots=True)
class Announcement:
    """An event, and the rooms, users and businesses on whose channels it is told."""

    event: Event
    room_ids: tuple[str, ...] = ()
    user_ids: tuple[str, ...] = ()
    business_ids: tuple[str, ...] = ()


Announce: TypeAlias = Callable[[Announcement], None]
"""Tells others, some time soon. Never fails and never waits; an announcement may be lost."""
