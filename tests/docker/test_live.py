"""The installation in containers, for real. Builds the images and takes minutes, so it runs where it is asked for."""

import asyncio
import itertools
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import uuid4

import pytest

from client import Account, Client, Event, MessageEvent
from tests.docker.installation import Installation
from tests.patience import PATIENCE_SECONDS, until
from tests.processes import free_port

if not os.environ.get("TEST_DOCKER"):
    # The whole module at once, so that it passes in CI, which has no engine.
    pytest.skip(
        "needs a Docker engine, and minutes: TEST_DOCKER=1 .venv/bin/pytest tests/docker", allow_module_level=True
    )

PASSWORD = "correct horse battery"
PEOPLE = 4


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    """Everything up and well, from nothing: as after `git clone`."""
    running = Installation(free_port())
    running.compose("down", "--volumes", "--remove-orphans")
    running.compose("build")
    try:
        running.compose("up", "--detach", "--wait")
        yield running
    finally:
        running.compose("down", "--volumes", "--timeout", "10")


class Somebody:
    """A person in one room, who remembers what was said there."""

    def __init__(self, client: Client, room: str, events: AsyncIterator[Event]) -> None:
        self.client = client
        self.room = room
        self.heard: list[str] = []
        self._events = events

    async def listen(self) -> None:
        async for event in self._events:
            if isinstance(event, MessageEvent) and event.room == self.room:
                self.heard.append(event.message.body)


@asynccontextmanager
async def people(url: str, count: int) -> AsyncIterator[list[Somebody]]:
    """So many people, each with a connection of their own, in one new room."""
    room = f"room-{uuid4().hex[:8]}"
    async with AsyncExitStack() as stack, asyncio.TaskGroup() as listening:
        present: list[Somebody] = []
        for number in range(count):
            account = await stack.enter_async_context(Account(url))
            await account.register(f"u{number}{uuid4().hex[:12]}", PASSWORD)
            if not present:
                await account.call("POST", "rooms", {"name": room, "kind": "public"})
            client = await stack.enter_async_context(Client(url, account.token))
            events = client.events()
            joined = await client.join(room)
            present.append(Somebody(client, joined.room, events))
        tasks = [listening.create_task(somebody.listen()) for somebody in present]
        yield present
        for task in tasks:
            task.cancel()


async def all_heard(present: list[Somebody], bodies: list[str]) -> None:
    """Wait until everybody has heard so much; it must be exactly this, in this order."""
    await until(lambda: all(len(somebody.heard) >= len(bodies) for somebody in present))
    for somebody in present:
        assert somebody.heard == bodies


async def test_all_of_it_is_healthy(installation: Installation) -> None:
    running = {container["Service"] for container in installation.containers()}
    assert running == {
        "nginx", "edge", "auth_service", "room_service", "message_service", "mongo", "redis", "certs",
    }  # fmt: skip
    assert {container["Health"] for container in installation.containers()} == {"healthy"}


async def test_two_people_on_different_edges_talk_through_the_front_door(installation: Installation) -> None:
    async with people(installation.url, 2) as present:
        assert installation.connections() == [1, 1]
        for number, somebody in enumerate(present):
            await somebody.client.send(somebody.room, f"from {number}")
        await all_heard(present, ["from 0", "from 1"])


async def test_edges_come_and_go_while_people_talk_and_nobody_misses_a_word(installation: Installation) -> None:
    bodies: list[str] = []
    async with people(installation.url, PEOPLE) as present:
        resized = asyncio.Event()

        async def talk() -> None:
            for speaker in itertools.cycle(present):
                if resized.is_set():
                    return
                bodies.append(f"message {len(bodies)}")
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await speaker.client.send(speaker.room, bodies[-1])

        talking = asyncio.create_task(talk())
        try:
            await asyncio.to_thread(installation.scale, 4)
            assert len(installation.containers("edge")) == 4
            async with people(installation.url, 2):
                assert len([count for count in await asyncio.to_thread(installation.connections) if count]) > 2
            await asyncio.to_thread(installation.scale, 1)
            await until(lambda: all(somebody.client.online for somebody in present))
            assert await asyncio.to_thread(installation.connections) == [PEOPLE]
        finally:
            resized.set()
            await talking
        await all_heard(present, bodies)


async def test_each_process_reaches_what_it_needs_and_nothing_else(installation: Installation) -> None:
    allowed = {
        ("edge", "redis", 6379): True,
        ("edge", "auth_service", 9000): True,
        ("edge", "mongo", 27017): False,
        ("auth_service", "mongo", 27017): True,
        ("auth_service", "redis", 6379): False,
        ("room_service", "redis", 6379): False,
        ("message_service", "redis", 6379): True,
        ("message_service", "nginx", 80): False,
    }
    assert {way: installation.can_reach(*way) for way in allowed} == allowed


async def test_each_process_is_given_its_own_secrets_alone(installation: Installation) -> None:
    own = ["certificates/ca.crt", "certificates/tls.crt", "certificates/tls.key"]
    assert installation.files("edge") == [*own, "secrets/redis_url"]
    assert installation.files("auth_service") == [*own, "secrets/mongodb_url"]
    assert installation.files("message_service") == [*own, "secrets/mongodb_url", "secrets/redis_url"]
