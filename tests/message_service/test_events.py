import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from msgspec.structs import replace
from pymongo.errors import AutoReconnect
from redis.asyncio import Redis

from mesh import broker
from message_service.events import Events, room_channel, user_channel
from message_service.log import Log
from message_service.model import Head, Kind, Message
from message_service.store import MessageStore
from parlance.message.v1 import live_pb2
from tests.message_service.writing import NOW, new, ticking
from tests.patience import PATIENCE_SECONDS, until
from tests.processes import Processes, launch_broker


class Ear:
    """Hears some rooms' and users' channels."""

    def __init__(self, subscriber: broker.Subscriber) -> None:
        self._subscriber = subscriber
        self.heard: list[live_pb2.Envelope] = []

    async def listen(self, *channels: str) -> None:
        for channel in channels:
            await self._subscriber.subscribe(channel, self._hear)

    def _hear(self, payload: bytes) -> None:
        self.heard.append(live_pb2.Envelope.FromString(payload))

    def revisions(self) -> list[list[int]]:
        """Of each envelope of a log, the revisions of its messages."""
        return [[message.revision for message in one.log.messages] for one in self.heard if one.HasField("log")]


@asynccontextmanager
async def publishing(redis: Redis, store: MessageStore) -> AsyncIterator[tuple[Events, Ear]]:
    events = Events(redis, store)
    await events.open()
    async with broker.subscriber(redis) as subscriber:
        await until(lambda: not subscriber.deaf)
        yield events, Ear(subscriber)
    await events.close()


def message(room: str, revision: int) -> Message:
    return Message(str(uuid4()), room, revision, revision, revision, "ann", Kind.TEXT, "Hello", None, NOW)


def typing(room: str) -> live_pb2.LiveEvent:
    return live_pb2.LiveEvent(typing=live_pb2.Typing(room_id=room, user_id="ann", on=True))


async def test_what_was_stored_is_told_to_the_room(redis: Redis, store: MessageStore, room: str) -> None:
    async with publishing(redis, store) as (events, ear):
        await ear.listen(room_channel(room))
        events.publish_message(message(room, 7))
        await until(lambda: ear.heard)
    (envelope,) = ear.heard
    assert (envelope.log.room_id, envelope.log.revision, envelope.log.messages[0].body) == (room, 7, "Hello")
    assert envelope.HasField("published_at")


async def test_messages_that_follow_one_another_travel_together(redis: Redis, store: MessageStore, room: str) -> None:
    other = f"{room}-2"
    async with publishing(redis, store) as (events, ear):
        await ear.listen(room_channel(room), room_channel(other))
        for one in (message(room, 1), message(other, 5), message(room, 2), message(other, 6), message(room, 3)):
            events.publish_message(one)
        await until(lambda: len(ear.heard) == 2)
    assert sorted(ear.revisions()) == [[1, 2, 3], [5, 6]]


async def test_a_gap_or_a_step_back_begins_a_new_envelope(redis: Redis, store: MessageStore, room: str) -> None:
    async with publishing(redis, store) as (events, ear):
        await ear.listen(room_channel(room))
        for revision in (1, 2, 4, 5, 3, 4):
            events.publish_message(message(room, revision))
        await until(lambda: len(ear.heard) == 3)
    assert ear.revisions() == [[1, 2], [4, 5], [3, 4]]
    assert [envelope.log.revision for envelope in ear.heard] == [2, 5, 4]


async def test_thousands_of_messages_arrive_in_order(redis: Redis, store: MessageStore, room: str) -> None:
    async with publishing(redis, store) as (events, ear):
        await ear.listen(room_channel(room))
        for revision in range(1, 3001):
            events.publish_message(message(room, revision))
        await until(lambda: sum(map(len, ear.revisions())) == 3000)
    assert [revision for run in ear.revisions() for revision in run] == list(range(1, 3001))


async def test_what_is_only_live_is_told_to_rooms_and_users(redis: Redis, store: MessageStore, room: str) -> None:
    async with publishing(redis, store) as (events, ear):
        await ear.listen(room_channel(room), user_channel("bob"))
        events.publish_live([room_channel(room), user_channel("bob"), user_channel("eve")], typing(room))
        await until(lambda: len(ear.heard) == 2)
    assert [envelope.live for envelope in ear.heard] == [typing(room)] * 2


async def test_closing_publishes_what_waits(redis: Redis, store: MessageStore, room: str) -> None:
    async with broker.subscriber(redis) as subscriber:
        await until(lambda: not subscriber.deaf)
        ear = Ear(subscriber)
        await ear.listen(room_channel(room))
        events = Events(redis, store)
        await events.open()
        events.publish_message(message(room, 1))
        await events.close()
        await until(lambda: ear.heard)


async def test_sends_are_acknowledged_while_redis_is_away_and_the_rooms_are_announced_when_it_is_back(
    store: MessageStore, room: str, tmp_path: Path
) -> None:
    other = f"{room}-2"
    with Processes(tmp_path) as processes:
        process, url = launch_broker(processes)
        async with broker.connect(url) as redis, publishing(redis, store) as (events, ear):
            log = Log(store, events.publish_message, events.publish_head, now=ticking())
            await ear.listen(room_channel(room), room_channel(other))
            await log.append(new(room))
            await until(lambda: ear.revisions() == [[1]])
            process.kill()
            async with asyncio.timeout(PATIENCE_SECONDS):
                await asyncio.gather(*(log.append(new(one)) for one in (room, room, other)))
                events.publish_live([room_channel(room)], typing(room))
            process.start()
            await until(lambda: len(ear.heard) == 3)
    told = {envelope.log.room_id: (envelope.log.revision, len(envelope.log.messages)) for envelope in ear.heard[1:]}
    assert told == {room: (3, 0), other: (1, 0)}, "only the heads are told; what is only live is lost"


async def test_where_a_log_stands_is_told_when_the_database_can_be_asked_again(
    redis: Redis, store: MessageStore, room: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    head, failures = store.head, [AutoReconnect("away")] * 2

    async def failing(room_id: str) -> Head:
        if failures:
            raise failures.pop()
        return await head(room_id)

    monkeypatch.setattr(store, "head", failing)
    async with publishing(redis, store) as (events, ear):
        await ear.listen(room_channel(room))
        await store.insert([message(room, 1)])
        events.publish_head(room)
        await until(lambda: ear.heard)
    assert [(envelope.log.revision, len(envelope.log.messages)) for envelope in ear.heard] == [(1, 0)]
    assert not failures


async def test_messages_beyond_what_may_wait_are_announced_as_a_room(
    redis: Redis, store: MessageStore, room: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with publishing(redis, store) as (events, ear):
        await ear.listen(room_channel(room))
        monkeypatch.setattr(events._outgoing, "_max_waiting", 2)
        first = message(room, 1)
        await store.insert([first, message(room, 2), message(room, 3)])
        for revision in (1, 2, 3):
            events.publish_message(replace(first, revision=revision))
        events.publish_live([room_channel(room)], typing(room))
        await until(lambda: len(ear.heard) == 2)
    assert ear.revisions() == [[1, 2], []]
    assert ear.heard[1].log.revision == 3
