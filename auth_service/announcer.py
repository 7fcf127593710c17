"""Tells the edges what happened to sessions and users: at best effort, behind the back of the call that caused it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from auth_service.model import SessionsEnded, UserChanged
from mesh import context, logs
from mesh.batching import Batcher
from mesh.errors import ParlanceError, Unavailable
from mesh.rpc import Client
from parlance.message.v1 import live_pb2, live_pb2_grpc

log = logs.get(__name__)

_MAX_BATCH = 1000
_MAX_WAITING = 10_000
_CALL_SECONDS = 5.0
_DRAIN_SECONDS = 1.0


class Announcer:
    """Sends events on in batches. Call it with one; it returns at once and never raises."""

    def __init__(self, client: "Client[live_pb2_grpc.LiveServiceAsyncStub]") -> None:
        self._client = client
        self._batcher: Batcher[live_pb2.Announcement, None] = Batcher(
            self._send, max_batch=_MAX_BATCH, max_waiting=_MAX_WAITING
        )

    def __call__(self, event: SessionsEnded | UserChanged) -> None:
        """Queue an event for the user's connections."""
        try:
            self._batcher.submit(_announcement(event))
        except Unavailable:
            log.warning("announcement_dropped", user=event.user_id)

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
            with context.deadline(_CALL_SECONDS):  # not that of the request that the first event came from
                await self._client.call(lambda stub: stub.Announce, request, timeout=_CALL_SECONDS, retry=True)
        except ParlanceError as error:
            log.warning("announcements_lost", count=len(batch), reason=error.reason)
        return [None] * len(batch)


@asynccontextmanager
async def announcing(client: "Client[live_pb2_grpc.LiveServiceAsyncStub]") -> AsyncIterator[Announcer]:
    """Provide an announcer that at the end sends what it still has."""
    announcer = Announcer(client)
    try:
        yield announcer
    finally:
        await announcer.drain()


def _announcement(event: SessionsEnded | UserChanged) -> live_pb2.Announcement:
    match event:
        case SessionsEnded(user_id, session_ids, except_session_id):
            revoked = live_pb2.SessionRevoked(
                user_id=user_id, session_ids=session_ids, except_session_id=except_session_id
            )
            live = live_pb2.LiveEvent(session_revoked=revoked)
        case UserChanged(user_id):
            live = live_pb2.LiveEvent(user_updated=live_pb2.UserUpdated(user_id=user_id))
    return live_pb2.Announcement(user_ids=[event.user_id], event=live)
