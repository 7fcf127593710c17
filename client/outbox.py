"""Messages on their way: kept until the server has acknowledged them, and never out of order.

A room's messages go one at a time: the next one leaves when the one before it is acknowledged or has failed for good.
Were they sent without waiting, the server could refuse one for the moment and store the one behind it. Rooms do not
wait for each other.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from math import inf


@dataclass(slots=True)
class Send:
    """One message; `text` is its frame, the same each time it is sent."""

    id: int
    room: str
    text: str
    failures: int = 0
    not_before: float = 0.0
    under_way: bool = False


class Outbox:
    """Decides which messages may be sent now. The server recognises one that it has by its message id."""

    def __init__(self) -> None:
        self._rooms: dict[str, deque[Send]] = {}
        self._sends: dict[int, Send] = {}

    def __len__(self) -> int:
        return len(self._sends)

    def add(self, send: Send) -> None:
        """Line up behind the room's other messages."""
        self._sends[send.id] = send
        self._rooms.setdefault(send.room, deque()).append(send)

    def take(self, now: float) -> Iterator[str]:
        """Give the frames to send now; they count as under way from then on."""
        for send in self._first_of_each_room():
            if not send.under_way and send.not_before <= now:
                send.under_way = True
                yield send.text

    def find(self, send_id: int | None) -> Send | None:
        """Look up a message that is not settled; None if there is none of that id."""
        return None if send_id is None else self._sends.get(send_id)

    def remove(self, send: Send) -> None:
        """Forget a message that is acknowledged, refused or withdrawn. The next of its room may go."""
        del self._sends[send.id]
        line = self._rooms[send.room]
        line.remove(send)
        if not line:
            del self._rooms[send.room]

    def postpone(self, send: Send, until: float) -> None:
        """Try a message again, not before `until`; those behind it wait with it."""
        send.under_way = False
        send.not_before = until

    def rewind(self) -> None:
        """Note that the connection is gone, and with it whatever was under way."""
        for send in self._first_of_each_room():
            send.under_way = False

    def next_attempt_at(self) -> float:
        """When the first postponed message may go; infinite if none is postponed."""
        return min((send.not_before for send in self._first_of_each_room() if not send.under_way), default=inf)

    def _first_of_each_room(self) -> Iterator[Send]:
        return (line[0] for line in self._rooms.values())
