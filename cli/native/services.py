"""The running services. Their addresses stay as they are, so that a replica is renewed where it is."""

import asyncio
from collections.abc import Mapping, Sequence

from cli.child import Child, start_all, stop_all

RECONNECTED_SECONDS = 3.0
"""Longer than a channel pauses between two attempts to connect: whoever lost a replica has it back after this."""


class Services:
    """The replicas of each service, by its name."""

    def __init__(self, replicas: Mapping[str, Sequence[Child]]) -> None:
        self._replicas = replicas

    def names(self) -> list[str]:
        """All replicas."""
        return [child.name for child in self._all()]

    async def start(self) -> None:
        """Start all at once. Raises RuntimeError when one of them does not get ready."""
        await start_all(self._all())

    async def roll(self, service: str) -> None:
        """Restart the replicas of a service one after the other, each when the one before it is in use again.

        Raises RuntimeError, and leaves the rest as they are, when one does not get ready.
        """
        for child in self._replicas[service]:
            await child.restart()
            await asyncio.sleep(RECONNECTED_SECONDS)

    async def close(self) -> None:
        """Stop all, message_service last: the others tell it what they have done."""
        for children in self._replicas.values():
            await stop_all(children)

    def _all(self) -> list[Child]:
        return [child for children in self._replicas.values() for child in children]
