"""Many edges behind one address: spread, found, and passed over when they fail, stop or do not answer."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp
import pytest

from tests.integration.people import Person, Socket, new_room, register
from tests.metrics import connections
from tests.nginx.fleet import Fleet
from tests.nginx.front import FrontDoor, Replicas
from tests.nginx.imitations import accepting_nobody, imitating
from tests.patience import PATIENCE_SECONDS, until
from tests.processes import Process

HERE, THERE = "127.0.1.250", "127.0.1.251"
GREETED = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
DRAINING = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"


@asynccontextmanager
async def many(person: Person, count: int) -> AsyncIterator[list[Socket]]:
    """So many connections of one person."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(person.connected()) for _ in range(count)]


@pytest.fixture
async def third(fleet: Fleet, front: FrontDoor) -> AsyncIterator[Process]:
    """One edge more, which nginx has found and which a test may harm."""
    address = fleet.add_edge().removeprefix("http://").partition(":")[0]
    with fleet.replicas.including(address):
        await asyncio.to_thread(front.find, address)
        yield fleet.edge_processes[-1]


async def test_people_on_different_edges_talk_through_it(
    fleet: Fleet, front: FrontDoor, http: aiohttp.ClientSession
) -> None:
    ann, bob = await register(http, front.url), await register(http, front.url)
    room = (await new_room(ann))["id"]
    await bob.rest("POST", f"rooms/{room}/join")
    async with many(ann, 12) as at_ann, many(bob, 12) as at_bob:
        spread = [await connections(edge) for edge in fleet.edges[:2]]
        assert sum(spread) == 24
        assert all(spread)
        assert (await at_ann[0].send(room, "Hello, Bob"))["type"] == "ack"
        assert (await at_bob[0].send(room, "Hello, Ann"))["type"] == "ack"
        for socket in at_ann + at_bob:
            assert sorted(await socket.bodies(2)) == ["Hello, Ann", "Hello, Bob"]


async def test_requests_are_spread(fleet: Fleet, front: FrontDoor, http: aiohttp.ClientSession) -> None:
    before = len(front.requests())
    for _ in range(40):
        async with http.get(f"{front.url}/.well-known/jwks.json") as response:
            assert response.status == 200
    assert front.edges(before) >= {*fleet.addresses[:2]}


async def test_an_edge_that_was_added_is_found_and_when_it_is_killed_nobody_notices(
    front: FrontDoor, third: Process, http: aiohttp.ClientSession
) -> None:
    ann = await register(http, front.url)
    third.kill()
    before = len(front.requests())
    for number in range(30):
        await ann.rest("GET", "auth/me")
        await ann.rest("POST", "rooms", {"name": f"{ann.name} {number}", "kind": "public"})
        async with ann.connected():
            pass
    await until(lambda: len(front.requests()) == before + 90)
    assert "502, 201" in {request["edge_status"] for request in front.requests()[before:]}


async def test_an_edge_that_stops_moves_its_clients_and_nobody_notices(
    front: FrontDoor, third: Process, http: aiohttp.ClientSession
) -> None:
    ann = await register(http, front.url)
    async with many(ann, 24) as sockets:
        third.signal(signal.SIGTERM)
        told = [asyncio.create_task(socket.event("reconnect")) for socket in sockets]
        try:
            await asyncio.wait(told, return_when=asyncio.FIRST_COMPLETED)
            for number in range(20):
                await ann.rest("GET", "auth/me")
                await ann.rest("POST", "rooms", {"name": f"{ann.name} {number}", "kind": "public"})
                async with ann.connected():
                    pass
        finally:
            for task in told:
                task.cancel()
            await asyncio.gather(*told, return_exceptions=True)
        moved = [socket for socket, task in zip(sockets, told, strict=True) if not task.cancelled()]
        assert 0 < len(moved) < len(sockets)
        assert {await socket.closed() for socket in moved} == {1012}
        for socket in sockets:
            if socket not in moved:
                assert (await socket.ask("ping"))["type"] == "pong"
    assert third.wait() == 0


async def test_what_arrives_in_the_moment_in_which_an_edge_stops_is_answered(
    front: FrontDoor, third: Process, http: aiohttp.ClientSession
) -> None:
    async def ask() -> set[int]:
        statuses = set()
        while not stopped.is_set():
            async with http.post(f"{front.url}/api/auth/refresh", json={"refresh_token": "none"}) as response:
                statuses.add(response.status)
        return statuses

    stopped = asyncio.Event()
    before = len(front.requests())
    asking = [asyncio.create_task(ask()) for _ in range(32)]
    await until(lambda: len(front.requests()) > before + 100)
    third.signal(signal.SIGTERM)
    await asyncio.to_thread(third.wait)
    stopped.set()
    assert set().union(*await asyncio.gather(*asking)) == {401}


async def test_an_edge_that_does_not_accept_is_passed_over(
    lonely: FrontDoor, replicas: Replicas, http: aiohttp.ClientSession
) -> None:
    async with imitating(replicas, HERE, GREETED) as healthy:
        with accepting_nobody(replicas, THERE):
            await asyncio.to_thread(lonely.find, HERE, THERE)
            healthy.requests.clear()
            answers = await asyncio.gather(*(http.post(f"{lonely.url}/api/rooms", json={}) for _ in range(12)))
            assert {answer.status for answer in answers} == {200}
            assert len(healthy.requests) == 12


async def test_an_upgrade_that_a_stopping_edge_refuses_is_passed_on(
    lonely: FrontDoor, replicas: Replicas, http: aiohttp.ClientSession
) -> None:
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket"}
    async with imitating(replicas, HERE, DRAINING) as stopping, imitating(replicas, THERE, GREETED):
        await asyncio.to_thread(lonely.find, HERE, THERE)
        stopping.requests.clear()
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not stopping.requests:
                async with http.get(f"{lonely.url}/ws", headers=upgrade) as response:
                    assert response.status == 200


@pytest.mark.parametrize(
    ("method", "times"), [("POST", 1), ("PATCH", 1), ("GET", 2)], ids=["POST once", "PATCH once", "GET again"]
)
async def test_what_was_sent_is_sent_again_only_where_that_does_no_harm(
    method: str, times: int, lonely: FrontDoor, replicas: Replicas, http: aiohttp.ClientSession
) -> None:
    async with imitating(replicas, HERE, GREETED) as one, imitating(replicas, THERE, GREETED) as other:
        await asyncio.to_thread(lonely.find, HERE, THERE)
        for edge in (one, other):
            edge.requests.clear()
            edge.answer = b""
        async with http.request(method, f"{lonely.url}/api/rooms", json={}) as response:
            assert response.status == 502
        assert len(one.requests) + len(other.requests) == times
