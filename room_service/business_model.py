"""What the room service knows of businesses: how they present themselves, and who answers for them."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from room_service.model import Milliseconds

Position = Literal["left", "right"]
ColourScheme = Literal["auto", "light", "dark"]
FieldKind = Literal["text", "email", "phone", "textarea", "select", "checkbox"]
Algorithm = Literal["EdDSA", "ES256", "RS256"]


class AgentRole(StrEnum):
    """What somebody may do for a business."""

    AGENT = "agent"
    ADMIN = "admin"
    OWNER = "owner"


@dataclass(frozen=True, slots=True)
class Profile:
    """What a business says of itself."""

    name: str
    description: str = ""
    logo_url: str = ""
    away_message: str = ""
    reply_within_minutes: int = 0
    """Within the opening hours; 0 promises nothing."""


@dataclass(frozen=True, slots=True)
class DayPeriod:
    """From a minute of a day to another; a period to midnight closes at 1440."""

    opens: int = 0
    closes: int = 0


@dataclass(frozen=True, slots=True)
class WeeklyPeriod:
    """A period on a day of every week; 1 is Monday."""

    weekday: int = 0
    opens: int = 0
    closes: int = 0


@dataclass(frozen=True, slots=True)
class DayException:
    """One day that is otherwise: closed when it has no periods."""

    date: str = ""
    periods: tuple[DayPeriod, ...] = ()


@dataclass(frozen=True, slots=True)
class Hours:
    """When somebody answers."""

    time_zone: str = "UTC"
    limited: bool = False
    """Always open when false."""
    periods: tuple[WeeklyPeriod, ...] = ()
    exceptions: tuple[DayException, ...] = ()


@dataclass(frozen=True, slots=True)
class Theme:
    """How the widget looks and what it greets with."""

    accent: str = "#0b6e99"
    position: Position = "right"
    colour_scheme: ColourScheme = "auto"
    greeting: str = ""
    launcher: str = ""


@dataclass(frozen=True, slots=True)
class FormField:
    """One question before a chat."""

    key: str = ""
    kind: FieldKind = "text"
    label: str = ""
    required: bool = False
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChatForm:
    """What is asked before a chat."""

    fields: tuple[FormField, ...] = ()
    consent: str = ""


@dataclass(frozen=True, slots=True)
class IdentityKey:
    """A public key whose private half the business holds."""

    key_id: str
    algorithm: Algorithm
    public_key: str
    """PEM."""
    added_at: Milliseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Business:
    """Somebody who answers visitors."""

    id: str
    slug: str
    profile: Profile
    created_at: Milliseconds
    hours: Hours = field(default_factory=Hours)
    theme: Theme = field(default_factory=Theme)
    form: ChatForm = field(default_factory=ChatForm)
    allowed_origins: tuple[str, ...] = ()
    identity_keys: tuple[IdentityKey, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessChanges:
    """What is to change in a business; None leaves it."""

    slug: str | None = None
    name: str | None = None
    description: str | None = None
    logo_url: str | None = None
    away_message: str | None = None
    reply_within_minutes: int | None = None
    hours: Hours | None = None
    theme: Theme | None = None
    form: ChatForm | None = None
    allowed_origins: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Agent:
    """One user's place in one business."""

    business_id: str
    user_id: str
    role: AgentRole
    joined_at: Milliseconds

    @property
    def manages(self) -> bool:
        """Whether it may change the business, its team and its leads."""
        return self.role is not AgentRole.AGENT


@dataclass(frozen=True, slots=True)
class CannedReply:
    """Something that is said often."""

    id: str
    business_id: str
    shortcut: str
    text: str
