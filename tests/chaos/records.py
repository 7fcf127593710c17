"""What is written down while faults happen: what each participant did and saw, and what the server says in the end."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class State:
    """A message as it stands at a revision."""

    id: str
    revision: int
    sender: str
    body: str
    deleted: bool = False
    seq: int = 0


@dataclass(slots=True)
class Attendance:
    """One participant's view of one room."""

    since: int = 0
    """The revision at which it began; what changed after it must have been seen."""
    known: dict[str, State] = field(default_factory=dict)
    """Each message as it was seen last."""
    seen: list[int] = field(default_factory=list)
    """The revisions of the events, in the order in which they came."""
    left: bool = False

    def begin(self, revision: int, states: Iterable[State]) -> None:
        """The room is loaded, for the first time or anew."""
        self.since = revision
        self.known = {state.id: state for state in states}
        self.seen = []

    def event(self, state: State) -> None:
        """A message or a change has come."""
        self.seen.append(state.revision)
        self.known[state.id] = state

    @property
    def revision(self) -> int:
        """Everything up to here was seen."""
        return self.seen[-1] if self.seen else self.since


@dataclass(slots=True)
class Record:
    """Everything of one participant."""

    name: str
    rooms: dict[str, Attendance] = field(default_factory=dict)
    acknowledged: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """By room, the ids of its own messages in the order in which they were written."""
    attempted: set[str] = field(default_factory=set)
    """Ids that were sent and never acknowledged."""
    shown: list[str] = field(default_factory=list)
    """What went wrong before this person's eyes."""
    put_off: int = 0
    """Edits, reactions and deletions that were answered with "try again in a moment". Sends never are: they wait."""
    resets: int = 0


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a visitor was answered when it asked for a chat."""

    room: str
    guest: str
    message: str | None
    """The id of its first message; None where it only came back."""


@dataclass(slots=True)
class Visit:
    """A visitor of a business, and how its chat began."""

    name: str
    """No other visitor has it."""
    body: str
    """Of its first message; nobody says it again."""
    answers: list[Beginning] = field(default_factory=list)
    """To the first request and its repetitions, and to those of a visitor who comes back."""
    shown: list[str] = field(default_factory=list)
    """What went wrong before the visitor's eyes."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A conversation as it stands in the inbox."""

    room: str
    guest: str
    visitor: str
    is_open: bool = True


@dataclass(slots=True)
class Reception:
    """What a business knows of its visitors."""

    heard: list[str] = field(default_factory=list)
    """The rooms of which its owner was told, or that it found in the inbox when it came back."""
    inbox: list[Listed] = field(default_factory=list)
    """All of it, at the end."""
