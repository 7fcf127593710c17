"""Publishes what was stored, and what is only live, to Redis: batched, in order, and again after Redis was away."""

import time
from collections.abc import Iterable, Sequence

from google.protobuf.timestamp_pb2 import Timestamp
from msgspec import Struct
from prometheus_client import Counter
from redis.asyncio import Redis

from mesh import broker, database, logs
from mesh.batching import Batcher
from mesh.errors import Unavailable
from mesh.lifecycle import Tasks, every
from message_service.convert import message_to_proto, timestamp
from message_service.model import Message
from message_service.store import MessageStore
from parlance.message.v1 import live_pb2

log = logs.get(__name__)

FAILED = Counter("parlance_publish_failed_total", "Events that could not be published.")

_RETRY_SECONDS = 0.5
_MAX_MISSED_ROOMS = 50_000


def room_channel(room_id: str) -> str:
    """The channel of a room's events."""
    return f"room:{room_id}"


def user_channel(user_id: str) -> str:
    """The channel of what concerns one user."""
    return f"user:{user_id}"


def business_channel(business_id: str) -> str:
    """The channel of a business's inbox."""
    return f"business:{business_id}"


class _Live(Struct, frozen=True):
    channel: str
    event: live_pb2.LiveEvent


class Events:
    """Hands events to Redis. Never blocks and never fails the caller: Redis is a doorbell."""

    def __init__(self, redis: Redis, store: MessageStore) -> None:
        self._redis = redis
        self._store = store
        self._outgoing: Batcher[Message | _Live, None] = Batcher(self._publish)
        self._missed: set[str] = set()
        self._tasks = Tasks()

    async def open(self) -> None:
        """Begin to retry what fails."""
        self._tasks.start(every(_RETRY_SECONDS, self._publish_missed))

    async def close(self) -> None:
        """Publish what waits."""
        await self._outgoing.drain()
        await self._tasks.close()

    def publish_message(self, message: Message) -> None:
        """Tell a room's subscribers of a stored message or change."""
        try:
            self._outgoing.submit(message)
        except Unavailable:
            self._miss([message.room_id])

    def publish_live(self, channels: Iterable[str], event: live_pb2.LiveEvent) -> None:
        """Tell subscribers something that is not stored; dropped when Redis is away."""
        for channel in channels:
            try:
                self._outgoing.submit(_Live(channel, event))
            except Unavailable:
                FAILED.inc()

    def publish_head(self, room_id: str) -> None:
        """Tell a room's subscribers where its log stands, as soon as that can be found out."""
        self._miss([room_id])

    async def _publish(self, items: Sequence[Message | _Live]) -> Sequence[None]:
        try:
            now = timestamp(time.time_ns() // 1_000_000)
            await broker.publish(self._redis, [_pack(channel, content, now) for channel, content in _runs(items)])
        except Unavailable:
            FAILED.inc(len(items))
            self._miss(item.room_id for item in items if isinstance(item, Message))
        else:
            if logs.in_detail():
                _log_published(items)
        return [None] * len(items)

    def _miss(self, room_ids: Iterable[str]) -> None:
        """Remember rooms whose subscribers must be told that something happened. Beyond the bound they find out later."""
        for room_id in room_ids:
            if len(self._missed) < _MAX_MISSED_ROOMS:
                self._missed.add(room_id)

    async def _publish_missed(self) -> None:
        """Tell where the logs of missed rooms stand; subscribers then fetch what they lack."""
        missed, self._missed = self._missed, set()
        try:
            while missed:
                batch = [missed.pop() for _ in range(min(100, len(missed)))]
                try:
                    await broker.publish(self._redis, [await self._pack_head(room_id) for room_id in batch])
                except BaseException:
                    missed.update(batch)
                    raise
        except Exception as error:
            if not isinstance(error, Unavailable) and not database.is_unreachable(error):
                raise
        finally:
            self._miss(missed)

    async def _pack_head(self, room_id: str) -> tuple[str, bytes]:
        head = await self._store.head(room_id)
        envelope = live_pb2.Envelope(log=live_pb2.LogEvents(room_id=room_id, revision=head.revision))
        return room_channel(room_id), envelope.SerializeToString()


def _pack(channel: str, content: list[Message] | live_pb2.LiveEvent, now: Timestamp) -> tuple[str, bytes]:
    if isinstance(content, live_pb2.LiveEvent):
        envelope = live_pb2.Envelope(live=content, published_at=now)
    else:
        last, messages = content[-1], map(message_to_proto, content)
        envelope = live_pb2.Envelope(
            log=live_pb2.LogEvents(room_id=last.room_id, revision=last.revision, messages=messages), published_at=now
        )
    return channel, envelope.SerializeToString()


def _log_published(items: Sequence[Message | _Live]) -> None:
    for one in items:
        if isinstance(one, Message):
            log.debug("message_published", request_id=one.id, room=one.room_id, revision=one.revision)


def _runs(items: Sequence[Message | _Live]) -> list[tuple[str, list[Message] | live_pb2.LiveEvent]]:
    """Join messages of one room whose revisions follow one another, so that they travel and are delivered together."""
    runs: list[tuple[str, list[Message] | live_pb2.LiveEvent]] = []
    open_runs: dict[str, list[Message]] = {}
    for item in items:
        if isinstance(item, _Live):
            runs.append((item.channel, item.event))
            continue
        run = open_runs.get(item.room_id)
        if run is None or item.revision != run[-1].revision + 1:
            run = open_runs[item.room_id] = []
            runs.append((room_channel(item.room_id), run))
        run.append(item)
    return runs
