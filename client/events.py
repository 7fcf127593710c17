"""What a user of the client hears of: the events of rooms and inboxes, and how the connection fares."""

from dataclasses import dataclass
from typing import TypeAlias

from client.frames import InboxEvent, RoomEvent, Welcome


@dataclass(frozen=True, slots=True)
class Connecting:
    """A connection is being made."""


@dataclass(frozen=True, slots=True)
class Online:
    """Connected. Rooms are resumed: what was missed follows as ordinary events, and what was unsent goes out."""

    welcome: Welcome


@dataclass(frozen=True, slots=True)
class Offline:
    """Not connected, for `reason`. Trying again in `retry_seconds`; None when the client has stopped for good."""

    reason: str
    retry_seconds: float | None


@dataclass(frozen=True, slots=True)
class RoomReset:
    """Too much was missed, or the room is no longer open to the user: forget what is known of it and join it anew."""

    room: str


Event: TypeAlias = Connecting | Online | Offline | RoomReset | InboxEvent | RoomEvent
