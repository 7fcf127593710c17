"""The words of this service. Times are milliseconds since 1970, UTC."""

import enum

from msgspec import Struct
from msgspec.structs import replace

MAX_BODY_CHARACTERS = 4000
MAX_EMOJI_CHARACTERS = 32
MAX_REACTIONS = 50
MAX_ATTACHMENTS = 10
MAX_ATTACHMENT_BYTES = 10 * 1024 * 1024


class Kind(enum.StrEnum):
    """Who wrote a message."""

    TEXT = "text"
    NOTICE = "notice"


class Role(enum.IntEnum):
    """What a user is in a room; as room_service says it."""

    NONE = 0
    MEMBER = 1
    MODERATOR = 2
    OWNER = 3


class Seat(Struct, frozen=True):
    """What a user is in a room, and whether what it writes there changes a visitor's conversation."""

    role: Role
    in_conversation: bool = False


class Attachment(Struct, frozen=True):
    """A file, as its messages show it."""

    id: str
    name: str
    media_type: str
    """As its bytes say."""
    size_bytes: int
    width: int = 0
    height: int = 0
    has_thumbnail: bool = False


class Guard(Struct, frozen=True):
    """Stores a message only if nobody but its sender and the visitor has written since its sender looked."""

    seen_revision: int
    visitor_id: str


class NewMessage(Struct, frozen=True):
    """A message to store."""

    room_id: str
    message_id: str
    sender_id: str
    body: str
    kind: Kind = Kind.TEXT
    reply_to: str | None = None
    attachment_ids: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    """What the ids stand for, once that is known."""
    guard: Guard | None = None


class Reaction(Struct, frozen=True):
    """Everybody who reacted with the same emoji, in order."""

    emoji: str
    user_ids: tuple[str, ...]


class Message(Struct, frozen=True):
    """One message as it stands at `revision`."""

    id: str
    room_id: str
    seq: int
    revision: int
    created_revision: int
    sender_id: str
    kind: Kind
    body: str
    reply_to: str | None
    sent_at: int
    edited_at: int | None = None
    deleted_at: int | None = None
    reactions: tuple[Reaction, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    """Fixed when it is stored; gone when it is deleted."""


class State(Struct, frozen=True):
    """What changes may change about a message."""

    body: str
    edited_at: int | None
    deleted_at: int | None
    reactions: tuple[Reaction, ...]


class Change(Struct, frozen=True):
    """A new state of an older message, as the room's change number `revision`."""

    room_id: str
    message_id: str
    revision: int
    state: State | None
    """None once it stands in the message's document, so that what is edited away or deleted is kept nowhere."""

    @classmethod
    def of(cls, message: Message) -> "Change":
        """The change that brought a message to the state that it is in."""
        state = State(message.body, message.edited_at, message.deleted_at, message.reactions)
        return cls(message.room_id, message.id, message.revision, state)

    def on(self, message: Message) -> Message:
        """The message with this change, unless it is another message or has the change already."""
        state = self.state
        if state is None or message.id != self.message_id or message.revision >= self.revision:
            return message
        return replace(
            message,
            revision=self.revision,
            body=state.body,
            edited_at=state.edited_at,
            deleted_at=state.deleted_at,
            reactions=state.reactions,
            attachments=message.attachments if state.deleted_at is None else (),
        )


class Head(Struct, frozen=True):
    """Where a room's log stands: the last `seq` and the last `revision` taken; 0 before the first."""

    seq: int = 0
    revision: int = 0
    last_message: Message | None = None
    last_change: Change | None = None
    """Present when the last revision is a change. Its writer may not have brought it into the message's document yet."""


def with_reaction(message: Message, user_id: str, emoji: str, on: bool) -> Message:
    """Add or remove one user's reaction; the same message when nothing changes."""
    users = {reaction.emoji: reaction.user_ids for reaction in message.reactions}
    before = users.get(emoji, ())
    if on is (user_id in before):
        return message
    users[emoji] = (*before, user_id) if on else tuple(known for known in before if known != user_id)
    return replace(message, reactions=tuple(Reaction(emoji, ids) for emoji, ids in users.items() if ids))
