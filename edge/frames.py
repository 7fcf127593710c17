"""The frames of the WebSocket protocol `parlance.v1`, declared once.

Every frame is one JSON object with a `type`. The decoder, the AsyncAPI document and the clients' types are made from the
structs in this module; docs/protocol.md explains them. A field that is missing has the default given here.
"""

from datetime import datetime
from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from msgspec import Meta, Struct

SUBPROTOCOL = "parlance.v1"
MAX_FRAME_BYTES = 64 * 1024
MAX_BODY_CHARACTERS = 4000
MAX_ATTACHMENTS = 10

FrameId: TypeAlias = str | int | None
"""Chosen by the client; the reply carries it back."""

RoomId: TypeAlias = Annotated[str, Meta(min_length=1, max_length=80)]
MessageId: TypeAlias = Annotated[str, Meta(min_length=36, max_length=36, description="A UUID, made by the sender.")]
Body: TypeAlias = Annotated[str, Meta(max_length=MAX_BODY_CHARACTERS)]
AttachmentIds: TypeAlias = Annotated[
    list[Annotated[str, Meta(min_length=1, max_length=36)]], Meta(max_length=MAX_ATTACHMENTS)
]
Count: TypeAlias = Annotated[int, Meta(ge=0, le=2**53)]


class ClientFrame(Struct, frozen=True, kw_only=True, tag_field="type"):
    """What a client sends."""

    id: FrameId = None


class Auth(ClientFrame, frozen=True, kw_only=True, tag="auth"):
    """The first frame of a connection, answered by `welcome`. Sent again before the token expires, answered by `ack`."""

    token: Annotated[str, Meta(max_length=4096)] = ""
    """The access token; may be left out when the upgrade carried it as `Authorization: Bearer`."""
    resume: Annotated[dict[RoomId, Count], Meta(max_length=1000)] = {}
    """The last revision seen of each room."""


class JoinRoom(ClientFrame, frozen=True, kw_only=True, tag="join_room"):
    """Become a member, if allowed, and receive the room's events. Answered by an `ack` with messages."""

    room: RoomId
    """A room's id, or a public room's name."""
    after: Count | None = None
    """Answer with what changed after this revision, instead of the last 50 messages."""


class LeaveRoom(ClientFrame, frozen=True, kw_only=True, tag="leave_room"):
    """End the membership."""

    room: RoomId


class SendMessage(ClientFrame, frozen=True, kw_only=True, tag="send_message"):
    """Send a message. Answered by an `ack` with it once it is stored. Safe to repeat with the same `message_id`."""

    room: RoomId
    message_id: MessageId
    body: Body = ""
    """May be empty where there are attachments."""
    reply_to: MessageId | None = None
    attachments: AttachmentIds = []
    """Ids of files that one has uploaded to this room and not sent yet."""
    seen: Count | None = None
    """For an agent: the room's last revision that its author has seen. If another agent has written to the visitor since,
    the message is not sent (`ANSWERED_MEANWHILE`)."""


class EditMessage(ClientFrame, frozen=True, kw_only=True, tag="edit_message"):
    """Replace the text of one's own message. It may be empty where there are attachments."""

    room: RoomId
    message_id: MessageId
    body: Body


class DeleteMessage(ClientFrame, frozen=True, kw_only=True, tag="delete_message"):
    """Take a message back: one's own, or anybody's for a moderator."""

    room: RoomId
    message_id: MessageId


class React(ClientFrame, frozen=True, kw_only=True, tag="react"):
    """Add a reaction, or with `on` false remove it."""

    room: RoomId
    message_id: MessageId
    emoji: Annotated[str, Meta(min_length=1, max_length=32)]
    on: bool = True


class History(ClientFrame, frozen=True, kw_only=True, tag="history"):
    """Page back. Answered by an `ack` with messages, newest first."""

    room: RoomId
    before: Annotated[int, Meta(ge=1, le=2**53)]
    """Only messages before this `seq`."""
    limit: Annotated[int, Meta(ge=1, le=100)] = 50


class MarkRead(ClientFrame, frozen=True, kw_only=True, tag="mark_read"):
    """Move one's read marker forward. It never moves back."""

    room: RoomId
    seq: Count


class Typing(ClientFrame, frozen=True, kw_only=True, tag="typing"):
    """Tell the others that one is writing. Not answered."""

    room: RoomId
    on: bool = True


class Ping(ClientFrame, frozen=True, kw_only=True, tag="ping"):
    """Answered by `pong`."""


ClientFrames: TypeAlias = (
    Auth | JoinRoom | LeaveRoom | SendMessage | EditMessage | DeleteMessage | React | History | MarkRead | Typing | Ping
)


class Person(Struct, frozen=True):
    """Somebody, as others see them."""

    id: str
    name: str
    guest: bool = False


class Reaction(Struct, frozen=True):
    """Everybody who reacted with the same emoji, in order."""

    emoji: str
    users: list[str]


class Attachment(Struct, frozen=True):
    """A file that was sent with a message. Its bytes are at `/api/rooms/{room}/attachments/{id}`."""

    id: str
    name: str
    media_type: str
    """As its bytes say: one of a short list, else `application/octet-stream`."""
    size_bytes: int
    width: int
    """In pixels, as it is to be shown; 0 for what is no image."""
    height: int
    has_thumbnail: bool
    """A small picture of it is at `?size=thumbnail`."""


class Message(Struct, frozen=True):
    """One message as it stands at `revision`."""

    id: str
    seq: int
    """Place in the room: 1, 2, 3 …; never changes."""
    revision: int
    """The room's change that brought the message to this state."""
    sender: Person
    kind: Literal["text", "notice"]
    body: str
    reply_to: str | None
    attachments: list[Attachment]
    sent_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    reactions: list[Reaction]


class RoomSummary(Struct, frozen=True):
    """One of the user's rooms, as listed after logging in."""

    id: str
    name: str
    """Empty for a direct room; its other member is in `people`."""
    kind: Literal["public", "private", "direct", "support"]
    role: Literal["member", "moderator", "owner"]
    muted: bool
    seq: int
    revision: int
    read_seq: int
    unread: int
    last_message: Message | None
    people: list[Person]
    """The members of a direct room; empty for other kinds."""


class Visitor(Struct, frozen=True, kw_only=True):
    """Who came to a business, as far as is known."""

    name: str
    email: str
    phone: str
    answers: dict[str, str]
    """To the business's other questions, by the keys of its form."""
    consent: str
    """What it agreed to, as the form said it then."""
    page: str
    """From which it wrote first."""
    referrer: str
    verified: bool
    """The business has signed who it is. Only then is its name more than a claim."""
    subject: str
    """Who it is to the business; empty when not verified."""


class Conversation(Struct, frozen=True, kw_only=True):
    """A visitor's chat with a business, as its agents see it."""

    room: str
    """The room's id; also that of the conversation. Agents may join it."""
    business: str
    guest: str
    """The visitor's user id."""
    visitor: Visitor
    status: Literal["open", "pending", "snoozed", "resolved"]
    assignee: Person | None
    """Who handles it."""
    tags: list[str]
    priority: Literal["low", "normal", "high", "urgent"]
    snoozed_until: datetime | None
    created_at: datetime
    last_activity_at: datetime
    waiting_since: datetime | None
    """Since when the visitor waits for an answer."""
    seq: int
    unread: int
    """Messages that no agent has read."""
    last_message: Message | None
    blocked: bool
    """The visitor is kept out."""
    merged_into: str | None
    """The room in which it goes on, since the visitor was recognised."""
    notes_room: str
    """The room in which agents talk about it. No guest can enter it."""
    version: int
    """1, 2, 3 … with each change: what is not newer than what is known is old."""


class ServerFrame(Struct, frozen=True, kw_only=True, tag_field="type"):
    """What the server sends."""


class Welcome(ServerFrame, frozen=True, kw_only=True, tag="welcome"):
    """Answers `auth`. Events of all listed rooms follow; for a resumed room first what it missed."""

    id: FrameId = None
    session: str
    user: Person
    rooms: list[RoomSummary]
    reset: list[str]
    """Rooms of `resume` that cannot be resumed: forget what is known of them and start anew."""
    heartbeat_seconds: int
    """A connection that sends nothing for twice this long is closed."""


class Ack(ServerFrame, frozen=True, kw_only=True, tag="ack"):
    """It is done."""

    id: FrameId = None


class JoinAck(ServerFrame, frozen=True, kw_only=True, tag="ack"):
    """Answers `join_room`. Every change up to `revision` is contained; events with higher ones follow."""

    id: FrameId = None
    room: str
    """The room's id."""
    summary: RoomSummary
    revision: int
    reset: bool
    """True: `messages` are the last 50 and replace what is known. False: they are the changes after `after`."""
    messages: list[Message]
    """By `seq` when `reset`, else by `revision`; ascending."""


class MessageAck(ServerFrame, frozen=True, kw_only=True, tag="ack"):
    """Answers `send_message`, `edit_message`, `delete_message` and `react`: the message as it is stored."""

    id: FrameId = None
    room: str
    message: Message


class HistoryAck(ServerFrame, frozen=True, kw_only=True, tag="ack"):
    """Answers `history`."""

    id: FrameId = None
    room: str
    messages: list[Message]
    """Newest first."""


class ReadAck(ServerFrame, frozen=True, kw_only=True, tag="ack"):
    """Answers `mark_read` with the marker as it stands."""

    id: FrameId = None
    room: str
    read_seq: int


class Pong(ServerFrame, frozen=True, kw_only=True, tag="pong"):
    """Answers `ping`."""

    id: FrameId = None


class Error(ServerFrame, frozen=True, kw_only=True, tag="error"):
    """The frame `id` failed. What it wanted was not done; after `unavailable` or `internal` it may have been."""

    id: FrameId = None
    code: str
    """The kind of error, as listed in docs/errors.md."""
    reason: str
    """A stable name for programs, such as `NOT_A_MEMBER`."""
    message: str
    """For people: what was wrong and what to do."""
    retry_after: float | None = None
    """Seconds after which trying again makes sense."""


class MessageEvent(ServerFrame, frozen=True, kw_only=True, tag="message"):
    """A new message."""

    room: str
    revision: int
    message: Message


class MessageUpdated(ServerFrame, frozen=True, kw_only=True, tag="message_updated"):
    """A message was edited, deleted or reacted to."""

    room: str
    revision: int
    message: Message


class TypingEvent(ServerFrame, frozen=True, kw_only=True, tag="typing"):
    """Somebody is writing; forget it after 6 s without another."""

    room: str
    user: Person
    on: bool


class PresenceEvent(ServerFrame, frozen=True, kw_only=True, tag="presence"):
    """Somebody came or went. Told only in rooms of at most 200 members."""

    room: str
    user: Person
    online: bool


class ReadEvent(ServerFrame, frozen=True, kw_only=True, tag="read"):
    """Somebody has read up to `seq`. Told in rooms of at most 200 members, and to one's own other connections."""

    room: str
    user: str
    seq: int


class RoomCreated(ServerFrame, frozen=True, kw_only=True, tag="room_created"):
    """The user is now in this room; its events follow.

    With a conversation it is a new one of a business that the user answers for: its events follow once it is joined.
    """

    room: RoomSummary
    conversation: Conversation | None = None


class RoomUpdated(ServerFrame, frozen=True, kw_only=True, tag="room_updated"):
    """Its name, its topic or the role of a member changed."""

    room: str
    name: str
    topic: str


class RoomDeleted(ServerFrame, frozen=True, kw_only=True, tag="room_deleted"):
    """The room is gone."""

    room: str


class MemberJoined(ServerFrame, frozen=True, kw_only=True, tag="member_joined"):
    """Somebody became a member."""

    room: str
    user: Person


class MemberLeft(ServerFrame, frozen=True, kw_only=True, tag="member_left"):
    """Somebody is no longer a member. When it is oneself, no more events of the room follow."""

    room: str
    user: Person
    removed: bool
    """By somebody else."""


class ConversationUpdated(ServerFrame, frozen=True, kw_only=True, tag="conversation_updated"):
    """A conversation of a business that the user answers for has changed, or somebody has written in it."""

    business: str
    room: str
    conversation: Conversation | None
    """Null: it is gone."""


class InboxReset(ServerFrame, frozen=True, kw_only=True, tag="inbox_reset"):
    """More may have happened in this business's inbox than can be told: load it anew."""

    business: str


class Reconnect(ServerFrame, frozen=True, kw_only=True, tag="reconnect"):
    """This server is about to stop: connect anew at a random moment within this time."""

    after_ms: int


ServerFrames: TypeAlias = (
    Welcome
    | Ack
    | JoinAck
    | MessageAck
    | HistoryAck
    | ReadAck
    | Pong
    | Error
    | MessageEvent
    | MessageUpdated
    | TypingEvent
    | PresenceEvent
    | ReadEvent
    | RoomCreated
    | RoomUpdated
    | RoomDeleted
    | MemberJoined
    | MemberLeft
    | ConversationUpdated
    | InboxReset
    | Reconnect
)

_decoder: msgspec.json.Decoder[ClientFrames] = msgspec.json.Decoder(ClientFrames)
_encoder = msgspec.json.Encoder()

decode = _decoder.decode
"""Text of a frame to its struct; raises `msgspec.ValidationError` or `msgspec.DecodeError`."""


def encode(frame: Any) -> bytes:
    """Encode a server frame to a complete, unmasked WebSocket text frame (RFC 6455, section 5.2)."""
    payload = _encoder.encode(frame)
    size = len(payload)
    if size < 126:
        header = bytes((0x81, size))
    elif size < 65536:
        header = b"\x81\x7e" + size.to_bytes(2, "big")
    else:
        header = b"\x81\x7f" + size.to_bytes(8, "big")
    return header + payload


def encode_close(code: int, reason: str) -> bytes:
    """Encode a complete WebSocket close frame (RFC 6455, section 5.5.1); the reason is ASCII and short."""
    payload = code.to_bytes(2, "big") + reason.encode("ascii")[:123]
    return bytes((0x88, len(payload))) + payload
