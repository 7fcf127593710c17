"""Parts that go away while people talk: nothing acknowledged is lost, doubled or out of order."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from client import Account, Client, MessageEvent
from tests.integration.cluster import Cluster, cluster
from tests.integration.people import PASSWORD, Person, new_room, register
from tests.patience import PATIENCE_SECONDS


@pytest.fixture
def fragile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster that a test may harm."""
    with cluster(tmp_path_factory.mktemp("fragile")) as running:
        yield running


async def test_without_redis_messages_are_acknowledged_at_once_and_arrive_all_the_same(
    fragile: Cluster, http: aiohttp.ClientSession
) -> None:
    here, there = fragile.edges
    ann, bob = await register(http, here), await register(http, there)
    room = (await new_room(ann))["id"]
    await bob.rest("POST", f"rooms/{room}/join")
    async with ann.connected() as at_ann, bob.connected() as at_bob:
        await at_ann.send(room, "before")
        fragile.broker.kill()
        for body in ("during 1", "during 2"):
            assert (await at_ann.send(room, body))["type"] == "ack"
        assert await at_bob.bodies(3) == ["before", "during 1", "during 2"]
        fragile.broker.start()
        await at_ann.send(room, "after")
        assert await at_bob.bodies(1) == ["after"]
        assert await at_ann.bodies(4) == ["before", "during 1", "during 2", "after"]


async def test_a_message_service_that_is_killed_costs_nobody_a_message(
    fragile: Cluster, http: aiohttp.ClientSession
) -> None:
    here, there = fragile.edges
    ann = await register(http, here)
    rooms = [(await new_room(ann))["id"] for _ in range(4)]
    async with ann.connected() as at_here, ann.connected(there) as at_there:

        async def talk(room: str) -> None:
            for number in range(40):
                answer = await at_here.send(room, f"{room} {number}")
                assert answer["type"] == "ack", answer

        # One socket has one reader: the rooms take turns, and the service dies in the middle.
        for place, room in enumerate(rooms):
            if place == 2:
                fragile.messages[0].kill()
            await talk(room)
        for socket in (at_here, at_there):
            seen = [await socket.event("message") for _ in range(160)]
            for room in rooms:
                mine = [event for event in seen if event["room"] == room]
                assert [event["revision"] for event in mine] == list(range(1, 41))
                assert [event["message"]["body"] for event in mine] == [f"{room} {number}" for number in range(40)]


async def test_an_edge_that_stops_tells_its_clients_and_drains(fragile: Cluster, http: aiohttp.ClientSession) -> None:
    ann = await register(http, fragile.edges[0])
    async with ann.connected() as socket:
        fragile.edge_processes[0].signal(signal.SIGTERM)
        assert (await socket.event("reconnect"))["after_ms"] == 2000
        assert (await socket.ask("ping"))["type"] == "pong"
        assert await socket.closed() == 1012
    assert fragile.edge_processes[0].wait() == 0


async def test_the_reference_client_moves_to_another_edge_and_misses_nothing(
    fragile: Cluster, http: aiohttp.ClientSession
) -> None:
    """Both edges stand behind one address here, as they do behind a load balancer."""
    here, there = fragile.edges
    ann = await register(http, here)
    room = (await new_room(ann))["id"]
    async with balancing(here) as (address, balancer), Account(address) as account:
        await account.login(ann.name, PASSWORD)
        async with Client(address, account.token) as client, ann.connected(there) as speaker:
            events = client.events()
            await client.join(room)
            said = [f"{number}" for number in range(60)]

            async def talk() -> None:
                for number, body in enumerate(said):
                    if number == 20:
                        balancer.target = there
                        fragile.edge_processes[0].signal(signal.SIGTERM)
                    if number % 2:
                        assert (await speaker.send(room, body))["type"] == "ack"
                    else:
                        await client.send(room, body)

            async with asyncio.timeout(PATIENCE_SECONDS), asyncio.TaskGroup() as group:
                group.create_task(talk())
                heard: list[str] = []
                async for event in events:
                    if isinstance(event, MessageEvent):
                        heard.append(event.message.body)
                        if len(heard) == len(said):
                            break
            assert heard == said
    assert (await _history(ann, there, room)) == said


async def _history(person: Person, url: str, room: str) -> list[str]:
    person.url = url
    page = await person.rest("GET", f"rooms/{room}/messages?limit=100")
    return [message["body"] for message in sorted(page["messages"], key=lambda message: message["seq"])]


class Balancer:
    """A TCP proxy, such as stands before the edges. Connections that are open stay where they are."""

    def __init__(self, target: str) -> None:
        self.target = target
        self._pipes: set[asyncio.Task[None]] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Connect a client with the present target."""
        host, port = self.target.removeprefix("http://").split(":")
        back_reader, back_writer = await asyncio.open_connection(host, int(port))
        for source, sink in ((reader, back_writer), (back_reader, writer)):
            pipe = asyncio.get_running_loop().create_task(_pipe(source, sink))
            self._pipes.add(pipe)
            pipe.add_done_callback(self._pipes.discard)

    async def close(self) -> None:
        """Cut all connections."""
        for pipe in list(self._pipes):
            pipe.cancel()
        await asyncio.gather(*self._pipes, return_exceptions=True)


async def _pipe(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    try:
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
    except ConnectionError:
        pass
    finally:
        sink.close()


@asynccontextmanager
async def balancing(target: str) -> AsyncIterator[tuple[str, Balancer]]:
    """Serve a balancer on loopback."""
    balancer = Balancer(target)
    server = await asyncio.start_server(balancer.serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", balancer
    finally:
        server.close()
        await balancer.close()
