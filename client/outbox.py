"""What waits for its answer: kept until the server has given it, and never out of order.

A room's messages go one at a time: the next one leaves when the one before it is acknowledged or has failed for good.
Were they sent without waiting, the server could refuse one for the moment and store the one behind it. Rooms do not
wait for each other, nor for other requests, which each go by themselves.
"""

from collections import deque
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from math import inf

from client.requests import Request, SendMessage

MOST_UNDER_WAY = 50
"""Unanswered at a time: half of what a server takes at once, so that coming back with much to do is not too fast."""

_NOT_DONE = frozenset({"rate_limited"})
_PERHAPS_DONE = _NOT_DONE | {"unavailable", "internal"}


@dataclass(slots=True)
class Waiting:
    """One request; `text` is its frame, the same each time it is sent."""

    id: int
    request: Request
    text: str
    reply: type[object]
    """What its answer is read as."""
    failures: int = 0
    not_before: float = 0.0
    under_way: bool = False

    @property
    def is_message(self) -> bool:
        """Whether it is a message to store."""
        return isinstance(self.request, SendMessage)

    @property
    def line(self) -> Hashable:
        """Those of the same line go one after the other."""
        return self.request.room if isinstance(self.request, SendMessage) else self.id

    def passes(self, code: str) -> bool:
        """Whether to send it again after this error.

        Everything is, when it came too fast. A message is in any case, for it must not be lost; whoever asked for
        something else is told that it cannot be done at the moment.
        """
        return code in (_PERHAPS_DONE if self.is_message else _NOT_DONE)


class Outbox:
    """Decides what may be sent now. The server recognises a message that it has by its id."""

    def __init__(self) -> None:
        self._lines: dict[Hashable, deque[Waiting]] = {}
        self._waiting: dict[int, Waiting] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def messages(self) -> int:
        """How many messages wait, all other requests left out."""
        return sum(waiting.is_message for waiting in self._waiting.values())

    def add(self, waiting: Waiting) -> None:
        """Line up behind the room's other messages."""
        self._waiting[waiting.id] = waiting
        self._lines.setdefault(waiting.line, deque()).append(waiting)

    def take(self, now: float) -> Iterator[str]:
        """Give the frames to send now; they count as under way from then on."""
        may_go = self._may_go()
        for waiting in self._first_of_each_line():
            if may_go and not waiting.under_way and waiting.not_before <= now:
                waiting.under_way = True
                may_go -= 1
                yield waiting.text

    def find(self, request_id: int | None) -> Waiting | None:
        """Look up what is not settled; None if there is nothing of that id."""
        return None if request_id is None else self._waiting.get(request_id)

    def remove(self, waiting: Waiting) -> None:
        """Forget what is answered, refused or withdrawn. The next of its line may go."""
        del self._waiting[waiting.id]
        line = self._lines[waiting.line]
        line.remove(waiting)
        if not line:
            del self._lines[waiting.line]

    def postpone(self, waiting: Waiting, until: float) -> None:
        """Try it again, not before `until`; those behind it wait with it."""
        waiting.under_way = False
        waiting.not_before = until

    def rewind(self) -> None:
        """Note that the connection is gone, and with it whatever was under way."""
        for waiting in self._first_of_each_line():
            waiting.under_way = False

    def next_attempt_at(self) -> float:
        """When something may go that may not go yet; infinite if that depends on answers alone."""
        if not self._may_go():
            return inf
        return min((first.not_before for first in self._first_of_each_line() if not first.under_way), default=inf)

    def _may_go(self) -> int:
        """How many more may be under way."""
        return MOST_UNDER_WAY - sum(first.under_way for first in self._first_of_each_line())

    def _first_of_each_line(self) -> Iterator[Waiting]:
        return (line[0] for line in self._lines.values())
