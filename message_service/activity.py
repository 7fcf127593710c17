"""Tells room_service when rooms were last active, and through whom: in batches, at most once a second per room.

It orders lists and is never the truth. But what is written in a visitor's conversation opens it again, or answers it: that
is reported before its sender is told that it is stored, so that no death of this process leaves a visitor overlooked. What
could not be reported is reported later.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from mesh import logs
from mesh.batching import Batcher
from mesh.errors import ParlanceError

log = logs.get(__name__)

REPORT_SECONDS = 1.0
PATIENCE_SECONDS = 1.0
"""How long a sender waits at most for a report."""
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
        self._urgent: Batcher[str, None] = Batcher(self._report_urgent, max_batch=_MAX_REPORTED // 2)

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
            await self._report_of(list(self._active)[: _MAX_REPORTED // 2])

    async def tell(self, last: LastMessage) -> None:
        """A visitor's conversation has a new message: returns when it is reported, or will be as soon as it can."""
        self.note(last)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._urgent.submit(last.room_id)
        except (ParlanceError, TimeoutError) as error:
            log.warning("activity_not_told", room=last.room_id, error=repr(error))

    async def _report_urgent(self, room_ids: Sequence[str]) -> list[None]:
        await self._report_of(room_ids)
        return [None] * len(room_ids)

    async def _report_of(self, room_ids: Sequence[str]) -> None:
        """Report what is still to be reported of these rooms."""
        rooms = {room_id: self._active[room_id] for room_id in room_ids if room_id in self._active}
        if rooms:
            await self._report([message for messages in rooms.values() for message in messages])
        for room_id, reported in rooms.items():
            if self._active.get(room_id) == reported:
                del self._active[room_id]
