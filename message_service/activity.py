"""Tells room_service when rooms were last active, and through whom: in batches, at most once a second per room.

It orders lists and is never the truth. That a visitor writes also opens its conversation again, so what could not be
reported is reported later.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

REPORT_SECONDS = 1.0
MAX_KEPT = 50_000
"""Rooms whose report may wait while room_service is away."""
_MAX_REPORTED = 1000


class LastMessage(NamedTuple):
    """Where a message was sent, by whom, and when (milliseconds since 1970)."""

    room_id: str
    seq: int
    sender_id: str
    at: int


Report = Callable[[Sequence[LastMessage]], Awaitable[None]]
"""Reports messages, those of one room in order."""


class Activity:
    """Collects what is to be reported: of each room its last message, and the last one of anybody else before it.

    Two, so that an answer is heard of although the visitor has replied to it within the same second.
    """

    def __init__(self, report: Report) -> None:
        self._report = report
        self._active: dict[str, tuple[LastMessage, ...]] = {}

    def note(self, last: LastMessage) -> None:
        """A room has a new message."""
        known = self._active.get(last.room_id, ())
        if known and known[-1].seq >= last.seq:
            return
        if known or len(self._active) < MAX_KEPT:
            others = [message for message in known if message.sender_id != last.sender_id]
            self._active[last.room_id] = (*others[-1:], last)

    async def flush(self) -> None:
        """Report what has been noted; raises when room_service is away, and keeps the rest for the next time."""
        while self._active:
            rooms = dict(list(self._active.items())[: _MAX_REPORTED // 2])
            await self._report([message for messages in rooms.values() for message in messages])
            for room_id, reported in rooms.items():
                if self._active[room_id] == reported:
                    del self._active[room_id]
