"""Everybody who takes part, and when they have recovered from a fault."""

import asyncio
import time

from tests.chaos.participants import Participant

RECOVERY_SECONDS = 90.0
"""Who has not recovered by then never will: each edge compares what it knows every minute."""


class Crowd:
    """Everybody, and up to which revision each room is acknowledged to anybody."""

    def __init__(self) -> None:
        self.people: list[Participant] = []
        self.stored: dict[str, int] = {}

    async def recovered(self) -> float:
        """Wait until everybody is online and has seen what is acknowledged by now; returns how long that took."""
        wanted, began = dict(self.stored), time.monotonic()
        async with asyncio.timeout(RECOVERY_SECONDS):
            while not all(_knows(person, wanted) for person in self.people):  # noqa: ASYNC110  # many conditions at once
                await asyncio.sleep(0.02)
        return time.monotonic() - began


def _knows(person: Participant, wanted: dict[str, int]) -> bool:
    rooms = person.record.rooms.items()
    return person.client.online and all(view.left or view.revision >= wanted.get(room, 0) for room, view in rooms)
