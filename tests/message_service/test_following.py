import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from redis.asyncio import Redis

from mesh import broker
from mesh.broker import Heard, Subscriber
from message_service.events import Events
from message_service.following import Followers
from message_service.log import Log
from message_service.model import Message
from message_service.reader import Reader
from message_service.store import MessageStore
from tests.message_service.writing import edited, new, ticking
from tests.patience import until
from tests.processes import Processes, launch_broker


class SlowSubscriber(Subscriber):
    """Subscribes when it is let go."""

    def __init__(self, redis: Redis) -> None:
        super().__init__(redis)
        self.go = asyncio.Event()
        self.go.set()
        self.unsubscribed: list[str] = []

    async def subscribe(self, channel: str, heard: Heard) -> None:
        await self.go.wait()
        await super().subscribe(channel, heard)

    def unsubscribe(self, channel: str) -> None:
        self.unsubscribed.append(channel)
        super().unsubscribe(channel)


class House:
    """The log and its followers on one Redis."""

    def __init__(self, redis: Redis, store: MessageStore) -> None:
        self.events = Events(redis, store)
        self.log = Log(store, self.events.publish_message, self.events.publish_head, now=ticking())
        self.subscriber = SlowSubscriber(redis)
        self.followers = Followers(self.subscriber, Reader(store))

    async def say(self, room_id: str, *bodies: str) -> list[Message]:
        return await asyncio.gather(*(self.log.append(new(room_id, body)) for body in bodies))

    @asynccontextmanager
    async def following(self, positions: Mapping[str, int]) -> AsyncIterator["Following"]:
        follower = Following(self.followers, positions)
        task = asyncio.create_task(follower.run())
        yield follower
        task.cancel()
        await asyncio.wait([task])


class Following:
    """What a follower was told."""

    def __init__(self, followers: Followers, positions: Mapping[str, int]) -> None:
        self._pages = followers.follow(positions)
        self._revisions = dict(positions)
        self.told: list[tuple[str, str]] = []

    async def run(self) -> None:
        async for room_id, page in self._pages:
            assert all(self._revisions[room_id] < one.revision <= page.revision for one in page.messages)
            self._revisions[room_id] = page.revision
            self.told += [(room_id, message.body) for message in page.messages]

    def bodies(self, room_id: str) -> list[str]:
        return [body for room, body in self.told if room == room_id]


@asynccontextmanager
async def opened(redis: Redis, store: MessageStore) -> AsyncIterator[House]:
    house = House(redis, store)
    await house.events.open()
    await house.subscriber.open()
    await until(lambda: not house.subscriber.deaf)
    yield house
    await house.subscriber.close()
    await house.events.close()


@pytest.fixture
async def house(redis: Redis, store: MessageStore) -> AsyncIterator[House]:
    async with opened(redis, store) as house:
        yield house


async def test_first_comes_what_was_missed_then_what_happens(house: House, room: str) -> None:
    first, _, _ = await house.say(room, "one", "two", "three")
    async with house.following({room: 1}) as follower:
        await until(lambda: follower.bodies(room) == ["two", "three"])
        await house.log.change(room, first.id, edited("ONE"))
        await house.say(room, "four")
        await until(lambda: len(follower.told) == 4)
    assert follower.bodies(room) == ["two", "three", "ONE", "four"]


async def test_two_followers_are_told_everything_once_and_in_order(house: House, room: str) -> None:
    other = f"{room}-2"
    bodies = [str(number) for number in range(700)]
    await house.say(room, *bodies[:600])
    async with house.following({room: 0, other: 0}) as both, house.following({room: 600}) as one:
        for body in bodies[600:]:
            await house.say(room, body)
            await house.say(other, body)
        await until(lambda: len(both.told) == 800 and len(one.told) == 100)
    assert both.bodies(room) == bodies
    assert both.bodies(other) == one.bodies(room) == bodies[600:]


async def test_who_joins_while_the_first_is_still_subscribing_misses_nothing(house: House, room: str) -> None:
    house.subscriber.go.clear()
    async with house.following({room: 0}) as first, house.following({room: 0}) as second:
        await until(lambda: len(house.followers._bells[room]) == 2)
        await house.say(room, "one")
        await house.events._outgoing.drain()
        house.subscriber.go.set()
        await until(lambda: first.told)
        await until(lambda: second.told)


async def test_a_room_is_heard_while_anybody_follows_it(house: House, room: str) -> None:
    channel = f"room:{room}"
    await house.say(room, "one")
    async with house.following({room: 0}) as first:
        await until(lambda: first.told)
        async with house.following({room: 0}) as second:
            await until(lambda: second.told)
        assert house.subscriber.unsubscribed == []
        await house.say(room, "two")
        await until(lambda: first.bodies(room) == ["one", "two"])
    await until(lambda: house.subscriber.unsubscribed == [channel])


async def test_who_leaves_before_the_room_is_heard_leaves_nothing_behind(house: House, room: str) -> None:
    house.subscriber.go.clear()
    async with house.following({room: 0}):
        await until(lambda: house.followers._bells)
    await until(lambda: not house.followers._bells)


async def test_what_happened_while_redis_was_away_is_told_when_it_is_back(
    store: MessageStore, room: str, tmp_path: Path
) -> None:
    with Processes(tmp_path) as processes:
        process, url = launch_broker(processes)
        async with (
            broker.connect(url) as redis,
            opened(redis, store) as house,
            house.following({room: 0}) as follower,
        ):
            await house.say(room, "one")
            await until(lambda: follower.told)
            process.kill()
            await until(lambda: house.subscriber.deaf)
            elsewhere = Log(store, lambda _message: None, lambda _room_id: None, now=ticking())
            await elsewhere.append(new(room, "two"))
            process.start()
            await until(lambda: follower.bodies(room) == ["one", "two"])


async def test_looking_again_finds_what_nobody_rang_for(house: House, store: MessageStore, room: str) -> None:
    elsewhere = Log(store, lambda _message: None, lambda _room_id: None, now=ticking())
    async with house.following({room: 0}) as follower:
        await house.say(room, "one")
        await until(lambda: follower.told)
        await elsewhere.append(new(room, "two"))
        await house.followers.recheck()
        await until(lambda: follower.bodies(room) == ["one", "two"])
