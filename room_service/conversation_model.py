"""What the room service knows of visitors' chats with businesses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from room_service import names
from room_service.model import Milliseconds


class Status(StrEnum):
    """What a conversation waits for."""

    OPEN = "open"
    PENDING = "pending"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


class Priority(StrEnum):
    """How urgent it is."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who came, as far as is known."""

    name: str = ""
    email: str = ""
    phone: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    """To the business's other questions, by the keys of its form."""
    consent: str = ""
    """What it agreed to, as the form said it then."""
    page: str = ""
    referrer: str = ""
    subject: str = ""
    """Who it is to the business, which has signed it; empty when nobody has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationChanges:
    """What is to change in a conversation; None leaves it."""

    status: Status | None = None
    assignee_id: str | None = None
    tags: tuple[str, ...] | None = None
    priority: Priority | None = None
    snoozed_until: Milliseconds | None = None
    blocked: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """What was done to a conversation at one time."""

    version: int
    """Of the conversation, which it brought about."""
    at: Milliseconds
    actor_id: str
    """The agent or the visitor who did it; empty for what came of itself, such as the end of a snooze."""
    changes: ConversationChanges


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A visitor's chat with a business."""

    room_id: str
    business_id: str
    guest_id: str
    visitor: Visitor
    created_at: Milliseconds
    last_activity_at: Milliseconds
    changed_at: Milliseconds
    version: int = 1
    """1, 2, 3 … with each change."""
    status: Status = Status.OPEN
    assignee_id: str = ""
    tags: tuple[str, ...] = ()
    priority: Priority = Priority.NORMAL
    snoozed_until: Milliseconds = 0
    waiting_since: Milliseconds = 0
    """0 when the last word was an agent's."""
    read_seq: int = 0
    """Some agent has read everything up to here."""
    counted_seq: int = 0
    """What the visitor has written up to here opens the conversation no more: it has, or agents had read it before they
    put the conversation aside."""
    blocked: bool = False
    merged_into: str = ""
    """The conversation that goes on in this one's place."""
    digest: str = ""
    """Of the request that opened it, when that named an idempotency key."""
    last_entry: HistoryEntry | None = None
    """The latest entry of its history."""

    @property
    def notes_room_id(self) -> str:
        """Where agents talk among themselves."""
        return names.notes_room_id(self.room_id)

    @property
    def admits_guest(self) -> bool:
        """Whether its visitor may be in its room."""
        return not self.blocked and not self.merged_into


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which conversations of a business."""

    status: Status | None = None
    assignee_id: str | None = None
    """Empty: those that nobody handles."""
    prefix: str = ""
    """Of the visitor's name or e-mail address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A visitor at the door."""

    slug: str
    origin: str = ""
    """Of the page that asks; empty for our own."""
    answers: Mapping[str, str] = field(default_factory=dict)
    consent: bool = False
    page: str = ""
    referrer: str = ""
    with_message: bool = True
    idempotency_key: str = ""
    digest: str = ""
    guest_id: str = ""
    guest_room_id: str = ""
    """The guest whose token came along, and its room."""
    identity_token: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many conversations there are in each view of an inbox."""

    open: int
    mine: int
    unassigned: int
    pending: int
    snoozed: int
    resolved: int
