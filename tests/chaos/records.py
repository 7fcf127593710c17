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
