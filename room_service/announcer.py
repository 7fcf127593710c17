"""Tells the edges what happened to rooms and memberships: at best effort, behind the back of the call that caused it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from mesh import logs
from mesh.batching import Batcher
from mesh.errors import ParlanceError, Unavailable
from mesh.rpc import Client
from parlance.message.v1 import live_pb2, live_pb2_grpc
from room_service import events

log = logs.get(__name__)

_MAX_BATCH = 1000
_MAX_WAITING = 10_000
_CALL_SECONDS = 5.0
_DRAIN_SECONDS = 1.0


class Announcer:
    """Sends announcements on in batches, in order. Call it with one; it returns at once and never raises."""

    def __init__(self, client: "Client[live_pb2_grpc.LiveServiceAsyncStub]") -> None:
        self._client = client
        self._batcher: Batcher[live_pb2.Announcement, None] = Batcher(
            self._send, max_batch=_MAX_BATCH, max_waiting=_MAX_WAITING
        )

    def __call__(self, announcement: events.Announcement) -> None:
        """Queue an announcement."""
        try:
            self._batcher.submit(_to_proto(announcement))
        except Unavailable:
            log.warning("announcement_dropped", room=announcement.event.room_id)

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
async def announcing(client: "Client[live_pb2_grpc.LiveServiceAsyncStub]") -> AsyncIterator[Announcer]:
    """Provide an announcer that at the end sends what it still has."""
    announcer = Announcer(client)
    try:
        yield announcer
    finally:
        await announcer.drain()


def _to_proto(announcement: events.Announcement) -> live_pb2.Announcement:
    return live_pb2.Announcement(
        room_ids=announcement.room_ids, user_ids=announcement.user_ids, event=_live_event(announcement.event)
    )


def _live_event(event: events.Event) -> live_pb2.LiveEvent:
    match event:
        case events.RoomCreated(room_id):
            return live_pb2.LiveEvent(room_created=live_pb2.RoomCreated(room_id=room_id))
        case events.RoomUpdated(room_id):
            return live_pb2.LiveEvent(room_updated=live_pb2.RoomUpdated(room_id=room_id))
        case events.RoomDeleted(room_id):
            return live_pb2.LiveEvent(room_deleted=live_pb2.RoomDeleted(room_id=room_id))
        case events.MemberJoined(room_id, user_id):
            return live_pb2.LiveEvent(member_joined=live_pb2.MemberJoined(room_id=room_id, user_id=user_id))
        case events.MemberLeft(room_id, user_id, removed):
            left = live_pb2.MemberLeft(room_id=room_id, user_id=user_id, removed=removed)
            return live_pb2.LiveEvent(member_left=left)
        case events.Read(room_id, user_id, seq):
            return live_pb2.LiveEvent(read=live_pb2.Read(room_id=room_id, user_id=user_id, seq=seq))
