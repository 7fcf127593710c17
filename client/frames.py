"""What a server sends, and how it is read.

Reading is tolerant, so that a newer server can add to the protocol: unknown fields are passed over, unknown types of
frame are None, and enumerations are plain text. A known frame that lacks what it must have is a `ProtocolError`.
"""

from typing import Any, TypeAlias, TypeVar, get_args

import msgspec
from msgspec import Struct

from client.errors import ProtocolError
from client.model import Message, Person, RoomSummary

SUBPROTOCOL = "parlance.v1"


class Incoming(Struct, frozen=True, tag_field="type"):
    """What a server sends."""


class Ack(Incoming, frozen=True, tag="ack"):
    """Answers a request; what else it holds depends on the request."""

    id: int | None = None


class Welcome(Incoming, frozen=True, tag="welcome"):
    """Answers `Auth`: who one is and which rooms one is in."""

    session: str
    user: Person
    rooms: list[RoomSummary]
    reset: list[str]
    heartbeat_seconds: float
    id: int | None = None


class Error(Incoming, frozen=True, tag="error"):
    """The request `id` failed; nothing was changed by it."""

    code: str
    message: str
    reason: str = ""
    retry_after: float | None = None
    id: int | None = None


class Pong(Incoming, frozen=True, tag="pong"):
    """Answers `Ping`."""


class Reconnect(Incoming, frozen=True, tag="reconnect"):
    """The server is about to stop: connect anew at a random moment within this time."""

    after_ms: int


class MessageEvent(Incoming, frozen=True, tag="message"):
    """A new message. One's own come back this way too."""

    room: str
    revision: int
    message: Message


class MessageUpdated(Incoming, frozen=True, tag="message_updated"):
    """A message was edited, deleted or reacted to. After a pause it may be one that was not seen before."""

    room: str
    revision: int
    message: Message


class TypingEvent(Incoming, frozen=True, tag="typing"):
    """Somebody is writing; forget it after 6 s without another."""

    room: str
    user: Person
    on: bool


class PresenceEvent(Incoming, frozen=True, tag="presence"):
    """Somebody came or went."""

    user: Person
    online: bool


class ReadEvent(Incoming, frozen=True, tag="read"):
    """Somebody (an id) has read up to `seq`; oneself on another device, too."""

    room: str
    user: str
    seq: int


class RoomCreated(Incoming, frozen=True, tag="room_created"):
    """The user is now in this room; its events follow.

    With a conversation it is a visitor's, which the user may join: it is not among the user's rooms.
    """

    room: RoomSummary
    conversation: dict[str, Any] | None = None


class RoomUpdated(Incoming, frozen=True, tag="room_updated"):
    """Its name, its topic or the role of a member changed."""

    room: str
    name: str
    topic: str


class RoomDeleted(Incoming, frozen=True, tag="room_deleted"):
    """The room is gone."""

    room: str


class MemberJoined(Incoming, frozen=True, tag="member_joined"):
    """Somebody became a member."""

    room: str
    user: Person


class MemberLeft(Incoming, frozen=True, tag="member_left"):
    """Somebody is no longer a member. When it is oneself, no more events of the room follow."""

    room: str
    user: Person
    removed: bool


class ConversationUpdated(Incoming, frozen=True, tag="conversation_updated"):
    """A visitor's conversation with a business that the user answers for has changed. None: it is gone."""

    business: str
    room: str
    conversation: dict[str, Any] | None = None


class InboxReset(Incoming, frozen=True, tag="inbox_reset"):
    """Too much has happened in a business's inbox to be told one by one: load it anew."""

    business: str


InboxEvent: TypeAlias = ConversationUpdated | InboxReset
RoomEvent: TypeAlias = (
    MessageEvent
    | MessageUpdated
    | TypingEvent
    | PresenceEvent
    | ReadEvent
    | RoomCreated
    | RoomUpdated
    | RoomDeleted
    | MemberJoined
    | MemberLeft
)
ServerFrame: TypeAlias = Ack | Welcome | Error | Pong | Reconnect | InboxEvent | RoomEvent


class _Kind(Struct, frozen=True):
    type: str


T = TypeVar("T")

_decoder: msgspec.json.Decoder[ServerFrame] = msgspec.json.Decoder(ServerFrame)
_kind_decoder = msgspec.json.Decoder(_Kind)
_known_types = {kind.__struct_config__.tag for kind in get_args(ServerFrame)}


def decode(text: str) -> ServerFrame | None:
    """Read a frame of the server; None if its type is one that this client does not know."""
    try:
        return _decoder.decode(text)
    except msgspec.DecodeError as error:
        if _type_of(text) not in _known_types:
            return None
        raise ProtocolError(f"The server sent a frame that cannot be read: {error}.") from error


def decode_reply(text: str, reply: type[T]) -> T:
    """Read an `ack` as the answer that its request calls for."""
    try:
        return msgspec.json.decode(text, type=reply)
    except msgspec.DecodeError as error:
        raise ProtocolError(f"The server sent an answer that cannot be read: {error}.") from error


def _type_of(text: str) -> str:
    try:
        return _kind_decoder.decode(text).type
    except msgspec.DecodeError as error:
        raise ProtocolError("The server sent something that is not a frame.") from error
