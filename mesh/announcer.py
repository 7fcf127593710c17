"""Hands live events to message_service, which publishes them: at best effort, behind the back of the call that caused them.

An announcement may be lost. Whoever needs certainty compares with the owner of the data, as the edges do.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from mesh import logs
from mesh.batching import Batcher
from mesh.errors import ParlanceError, Unavailable
from mesh.rpc import Client
from parlance.message.v1 import live_pb2

if TYPE_CHECKING:
    from parlance.message.v1.live_pb2_grpc import LiveServiceAsyncStub

log = logs.get(__name__)

_MAX_BATCH = 1000
_MAX_WAITING = 10_000
_CALL_SECONDS = 5.0
_DRAIN_SECONDS = 1.0


class Announcer:
    """Sends announcements on in batches, in order. Call it with one; it returns at once and never raises."""

    def __init__(self, client: "Client[LiveServiceAsyncStub]") -> None:
        self._client = client
        self._batcher: Batcher[live_pb2.Announcement, None] = Batcher(
            self._send, max_batch=_MAX_BATCH, max_waiting=_MAX_WAITING
        )

    def __call__(self, announcement: live_pb2.Announcement) -> None:
        """Queue an announcement."""
        try:
            self._batcher.submit(announcement)
        except Unavailable:
            log.warning("announcement_dropped", what=announcement.event.WhichOneof("event"))

    async def drain(self) -> None:
        """Give what is queued a moment to leave."""
        try:
            async with asyncio.timeout(_DRAIN_SECONDS):
                await self._batcher.drain()
        except TimeoutError:
            log.warning("announcements_dropped", waiting=len(self._batcher))

    async def _send(self, batch: Sequence[live_pb2.Announcement]) -> list[None]:
        request = live_pb2.AnnounceRequest(announcements=batch)
        try:
            await self._client.call(lambda stub: stub.Announce, request, timeout=_CALL_SECONDS, retry=True)
        except ParlanceError as error:
            log.warning("announcements_lost", count=len(batch), reason=error.reason)
        return [None] * len(batch)


@asynccontextmanager
async def announcing(client: "Client[LiveServiceAsyncStub]") -> AsyncIterator[Announcer]:
    """Provide an announcer that at the end sends what it still has."""
    announcer = Announcer(client)
    try:
        yield announcer
    finally:
        await announcer.drain()
