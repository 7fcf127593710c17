import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from redis.asyncio import Redis

from mesh import broker
from mesh.broker import Subscriber
from mesh.errors import Unavailable
from tests.patience import PATIENCE_SECONDS, until
from tests.processes import Process, Processes, launch_broker


class Ear:
    """A subscriber, what it has heard, and how often it came back."""

    def __init__(self, subscriber: Subscriber) -> None:
        self.subscriber = subscriber
        self.heard: list[str] = []
        self.returns = 0
        subscriber.on_reconnected = self._came_back

    async def listen(self, *channels: str) -> None:
        await asyncio.gather(*(self.subscriber.subscribe(channel, self.hear) for channel in channels))

    def hear(self, payload: bytes) -> None:
        self.heard.append(payload.decode())

    def _came_back(self) -> None:
        self.returns += 1


@asynccontextmanager
async def listening(url: str) -> AsyncIterator[Ear]:
    """An ear of a process of its own."""
    async with broker.connect(url) as redis, broker.subscriber(redis) as subscriber:
        await until(lambda: not subscriber.deaf)
        yield Ear(subscriber)


@pytest.fixture
async def ear(broker_url: str) -> AsyncIterator[Ear]:
    async with listening(broker_url) as ear:
        yield ear


async def say(redis: Redis, channel: str, *words: str) -> None:
    await broker.publish(redis, [(channel, word.encode()) for word in words])


async def test_what_is_published_after_subscribing_is_heard_in_order(ear: Ear, redis: Redis) -> None:
    words = [str(number) for number in range(1000)]
    await ear.listen("room:1")
    await say(redis, "room:1", *words[:500])
    await say(redis, "room:2", "not for this one")
    await say(redis, "room:1", *words[500:])
    await until(lambda: len(ear.heard) == 1000)
    assert ear.heard == words


async def test_many_channels_are_subscribed_at_once(ear: Ear, redis: Redis) -> None:
    channels = [f"room:{number}" for number in range(1200)]
    await ear.listen(*channels)
    await broker.publish(redis, [(channel, channel.encode()) for channel in channels])
    await until(lambda: len(ear.heard) == 1200)
    assert ear.heard == channels


async def test_what_was_unsubscribed_is_heard_no_more_and_again_after_subscribing_again(ear: Ear, redis: Redis) -> None:
    await ear.listen("room:1", "room:2")
    ear.subscriber.unsubscribe("room:1")
    await say(redis, "room:1", "one")
    await say(redis, "room:2", "two")
    await until(lambda: bool(ear.heard))
    ear.subscriber.unsubscribe("room:2")
    await ear.listen("room:1", "room:2")
    await say(redis, "room:2", "three")
    await say(redis, "room:1", "four")
    await until(lambda: len(ear.heard) == 3)
    assert ear.heard == ["two", "three", "four"]


async def test_the_last_word_counts_when_minds_change_while_redis_is_being_told(ear: Ear, redis: Redis) -> None:
    subscriber = ear.subscriber
    telling = [asyncio.create_task(subscriber.subscribe("room:1", ear.hear))]
    await asyncio.sleep(0)  # it is on its way now
    telling += [asyncio.create_task(subscriber.subscribe(name, ear.hear)) for name in ("room:2", "room:3")]
    await asyncio.sleep(0)
    for name in ("room:1", "room:2", "room:3"):
        subscriber.unsubscribe(name)
    telling.append(asyncio.create_task(subscriber.subscribe("room:3", ear.hear)))
    await asyncio.gather(*telling)
    listed = await redis.pubsub_shardchannels("room:*")
    assert listed == [b"room:3"]


async def test_a_listener_that_fails_does_not_make_the_others_deaf(ear: Ear, redis: Redis) -> None:
    def fail(_payload: bytes) -> None:
        raise RuntimeError("no ear")

    await ear.subscriber.subscribe("room:1", fail)
    await ear.listen("room:2")
    await say(redis, "room:1", "one")
    await say(redis, "room:2", "two")
    await until(lambda: ear.heard == ["two"])


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[Process, str]]:
    """A broker of this test alone, and its URL."""
    with Processes(tmp_path) as processes:
        yield launch_broker(processes)


async def test_it_hears_again_after_the_server_was_killed_and_says_when(server: tuple[Process, str]) -> None:
    process, url = server
    async with listening(url) as ear, broker.connect(url) as redis:
        await ear.listen("room:1")
        process.kill()
        await until(lambda: ear.subscriber.deaf)
        with pytest.raises(Unavailable):
            await say(redis, "room:1", "to nobody")
        async with asyncio.timeout(PATIENCE_SECONDS):
            await ear.listen("room:2")
        assert ear.returns == 0

        process.start()
        await until(lambda: ear.returns == 1)
        assert not ear.subscriber.deaf
        await say(redis, "room:1", "one")
        await say(redis, "room:2", "two")
        await until(lambda: ear.heard == ["one", "two"])


async def test_a_subscription_made_at_any_moment_of_coming_back_is_heard(server: tuple[Process, str]) -> None:
    process, url = server
    async with listening(url) as ear, broker.connect(url) as redis:
        await ear.listen(*(f"old:{number}" for number in range(2000)))
        process.kill()
        await until(lambda: ear.subscriber.deaf)
        process.start()
        channels: list[str] = []
        while not ear.returns:
            channels.append(f"new:{len(channels)}")
            await ear.listen(channels[-1])
            await asyncio.sleep(0)
        await broker.publish(redis, [(channel, channel.encode()) for channel in channels])
        await until(lambda: len(ear.heard) == len(channels))
        assert ear.heard == channels


async def test_one_that_starts_while_the_server_is_away_hears_when_it_is_there(server: tuple[Process, str]) -> None:
    process, url = server
    process.kill()
    async with broker.connect(url) as redis, broker.subscriber(redis) as subscriber:
        ear = Ear(subscriber)
        await ear.listen("room:1")
        assert subscriber.deaf
        process.start()
        await until(lambda: not subscriber.deaf)
        await say(redis, "room:1", "one")
        await until(lambda: ear.heard == ["one"])


async def test_a_server_that_brings_nothing_is_noticed(
    server: tuple[Process, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker, "PROBE_SECONDS", 0.2)
    process, url = server
    async with listening(url) as ear, broker.connect(url) as redis:
        await ear.listen("room:1")
        process.signal(signal.SIGSTOP)
        await until(lambda: ear.subscriber.deaf)
        process.signal(signal.SIGCONT)
        await until(lambda: not ear.subscriber.deaf)
        assert ear.returns == 1
        await say(redis, "room:1", "one")
        await until(lambda: ear.heard == ["one"])


async def test_what_could_not_be_published_is_not_published_later(server: tuple[Process, str]) -> None:
    process, url = server
    async with listening(url) as ear, broker.connect(url) as redis:
        await ear.listen("room:1")
        await say(redis, "room:1", "one")
        process.kill()
        with pytest.raises(Unavailable):
            await say(redis, "room:1", "two")
        process.start()
        await until(lambda: ear.returns == 1)
        await say(redis, "room:1", "three")
        await until(lambda: len(ear.heard) == 2)
        assert ear.heard == ["one", "three"]
