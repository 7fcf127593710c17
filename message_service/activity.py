"""Tells room_service when rooms were last active: in batches, at most once a second per room.

It orders lists and is never the truth.
"""

from collections.abc import Awaitable, Callable, Mapping

REPORT_SECONDS = 1.0
_MAX_ROOMS = 1000

Report = Callable[[Mapping[str, int]], Awaitable[None]]
"""Reports room ids with the time (milliseconds since 1970) of their last message."""


class Activity:
    """Collects what is to be reported."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._active: dict[str, int] = {}

    def note(self, room_id: str, at: int) -> None:
        """A room has a new message."""
        self._active[room_id] = max(at, self._active.get(room_id, at))

    async def flush(self) -> None:
        """Report what has been noted; it is dropped when room_service is away."""
        active, self._active = self._active, {}
        rooms = list(active.items())
        for start in range(0, len(rooms), _MAX_ROOMS):
            await self._report(dict(rooms[start : start + _MAX_ROOMS]))
