"""People, rooms and messages, as the server tells of them."""

from datetime import datetime

from msgspec import Struct


class Person(Struct, frozen=True):
    """Somebody, as others see them."""

    id: str
    name: str
    guest: bool = False


class Reaction(Struct, frozen=True):
    """Everybody (ids) who reacted with the same emoji."""

    emoji: str
    users: list[str]


class Attachment(Struct, frozen=True):
    """A file that was sent with a message. What is no image has no width and no height."""

    id: str
    name: str
    media_type: str
    size_bytes: int
    width: int = 0
    height: int = 0
    has_thumbnail: bool = False


class Message(Struct, frozen=True):
    """One message as it stands at `revision`. `seq` is its place in the room and never changes."""

    id: str
    seq: int
    revision: int
    sender: Person
    kind: str
    body: str
    sent_at: datetime
    reply_to: str | None = None
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    reactions: list[Reaction] = []
    attachments: list[Attachment] = []


class RoomSummary(Struct, frozen=True):
    """One of the user's rooms. A direct room has no name; its members are in `people`."""

    id: str
    name: str
    kind: str
    seq: int
    revision: int
    read_seq: int
    unread: int
    role: str = "member"
    muted: bool = False
    last_message: Message | None = None
    people: list[Person] = []
