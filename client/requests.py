"""What a client sends, and the answers that it gets. docs/protocol.md explains each."""

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from client.model import Message, RoomSummary

MAX_FRAME_BYTES = 64 * 1024
"""The server closes a connection that sends a bigger frame."""


class Request(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type"):
    """What a client sends. The answer carries the same `id`."""

    id: int | None = None


class Auth(Request, frozen=True, kw_only=True, tag="auth"):
    """First frame of a connection, and again before the token expires. Answered by `Welcome`."""

    token: str
    resume: dict[str, int] = {}


class JoinRoom(Request, frozen=True, kw_only=True, tag="join_room"):
    """Answered by `JoinAck`."""

    room: str
    after: int | None = None


class LeaveRoom(Request, frozen=True, kw_only=True, tag="leave_room"):
    """Answered by `Ack`."""

    room: str


class SendMessage(Request, frozen=True, kw_only=True, tag="send_message"):
    """Answered by `MessageAck`."""

    room: str
    message_id: str
    body: str
    reply_to: str | None = None
    attachments: Sequence[str] = ()


class EditMessage(Request, frozen=True, kw_only=True, tag="edit_message"):
    """Answered by `MessageAck`."""

    room: str
    message_id: str
    body: str


class DeleteMessage(Request, frozen=True, kw_only=True, tag="delete_message"):
    """Answered by `MessageAck`."""

    room: str
    message_id: str


class React(Request, frozen=True, kw_only=True, tag="react"):
    """Answered by `MessageAck`."""

    room: str
    message_id: str
    emoji: str
    on: bool = True


class History(Request, frozen=True, kw_only=True, tag="history"):
    """Answered by `HistoryAck`."""

    room: str
    before: int
    limit: int = 50


class MarkRead(Request, frozen=True, kw_only=True, tag="mark_read"):
    """Answered by `ReadAck`."""

    room: str
    seq: int


class Typing(Request, frozen=True, kw_only=True, tag="typing"):
    """Not answered."""

    room: str
    on: bool = True


class Ping(Request, frozen=True, kw_only=True, tag="ping"):
    """Answered by `Pong`."""


class JoinAck(Struct, frozen=True):
    """Contains every change up to `revision`; events with higher ones follow.

    With `reset`, `messages` (by `seq`) replace all that is known of the room; without, they are what changed after the
    revision that was named (by `revision`). Both ascend.
    """

    room: str
    summary: RoomSummary
    revision: int
    reset: bool
    messages: list[Message]


class MessageAck(Struct, frozen=True):
    """The message as it is stored."""

    room: str
    message: Message


class HistoryAck(Struct, frozen=True):
    """Older messages, newest first."""

    room: str
    messages: list[Message]


class ReadAck(Struct, frozen=True):
    """The read marker as it stands."""

    room: str
    read_seq: int


_encoder = msgspec.json.Encoder()


def encode(request: Request) -> str:
    """Write a request as the text of a frame."""
    return _encoder.encode(request).decode()
