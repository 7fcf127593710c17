"""What can go wrong. Each fault happens, lasts for a while, and is undone; traffic goes on throughout."""

import asyncio
import random
import secrets
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from aiohttp import ClientSession, ClientWebSocketResponse
from redis.asyncio import Redis

from client import Account, AccountError
from tests.chaos.installation import Installation
from tests.integration.people import PASSWORD
from tests.processes import Process

Happen = Callable[[Installation, random.Random, float], Coroutine[Any, Any, None]]
"""Causes the fault, waits for so many seconds, and undoes it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault."""

    name: str
    part: str
    """What it harms; faults that harm different parts may overlap."""
    happen: Happen
    seconds: float = 3.0
    """How long it lasts."""
    bound_seconds: float = 5.0
    """Within this time after its end everybody must be online and know everything. Who is cut off again and again waits
    longer each time: up to 8 seconds where the server had answered before, up to 30 where it had not."""


async def _kill(process: Process, start: Callable[[], Awaitable[None]], seconds: float) -> None:
    process.kill()
    await asyncio.sleep(seconds)
    await start()


async def _freeze(process: Process, seconds: float) -> None:
    process.signal(signal.SIGSTOP)
    try:
        await asyncio.sleep(seconds)
    finally:
        process.signal(signal.SIGCONT)


def _kill_service(name: str) -> Happen:
    async def happen(running: Installation, _chance: random.Random, seconds: float) -> None:
        async def start() -> None:
            running.services[name].start()

        await _kill(running.services[name], start, seconds)

    return happen


def _freeze_service(name: str) -> Happen:
    async def happen(running: Installation, _chance: random.Random, seconds: float) -> None:
        await _freeze(running.services[name], seconds)

    return happen


async def _kill_edge(running: Installation, chance: random.Random, seconds: float) -> None:
    host = chance.choice(sorted(running.edges))
    await _kill(running.edges[host], lambda: running.revive_edge(host), seconds)


async def _freeze_edge(running: Installation, chance: random.Random, seconds: float) -> None:
    await _freeze(running.edges[chance.choice(sorted(running.edges))], seconds)


async def _kill_broker(running: Installation, _chance: random.Random, seconds: float) -> None:
    async def start() -> None:  # it keeps nothing, so it comes back empty
        running.broker.start()

    await _kill(running.broker, start, seconds)


async def _freeze_broker(running: Installation, _chance: random.Random, seconds: float) -> None:
    await _freeze(running.broker, seconds)


async def _cut_broker(running: Installation, _chance: random.Random, seconds: float) -> None:
    async with Redis.from_url(running.broker_url, protocol=2) as redis:
        for kind in ("normal", "pubsub"):
            await redis.client_kill_filter(_type=kind, skipme=True)
    await asyncio.sleep(seconds)


async def _lose_publishes(running: Installation, _chance: random.Random, seconds: float) -> None:
    running.publishing.losing = True
    await asyncio.sleep(seconds)
    running.publishing.losing = False


async def _stall_publishes(running: Installation, _chance: random.Random, seconds: float) -> None:
    running.publishing.stall()
    await asyncio.sleep(seconds)
    running.publishing.flow()


async def _kill_store(running: Installation, _chance: random.Random, seconds: float) -> None:
    await _kill(running.store, running.revive_store, seconds)


async def _freeze_store(running: Installation, _chance: random.Random, seconds: float) -> None:
    await _freeze(running.store, seconds)


async def _store_errors(running: Installation, _chance: random.Random, seconds: float) -> None:
    running.store_errors.touch()
    await asyncio.sleep(seconds)
    running.store_errors.unlink()


async def _cut_clients(running: Installation, chance: random.Random, seconds: float) -> None:
    running.clients.cut(0.5, chance)
    await asyncio.sleep(seconds)


async def _cut_everybody(running: Installation, _chance: random.Random, seconds: float) -> None:
    running.clients.cut()
    await asyncio.sleep(seconds)


async def _cut_at_any_byte(running: Installation, chance: random.Random, seconds: float) -> None:
    running.clients.cut_after = lambda: chance.randrange(20_000)
    await asyncio.sleep(seconds)
    running.clients.cut_after = None


async def _stall_clients(running: Installation, _chance: random.Random, seconds: float) -> None:
    running.clients.stall()
    await asyncio.sleep(seconds)
    running.clients.flow()


async def _delay_clients(running: Installation, _chance: random.Random, seconds: float) -> None:
    running.clients.delay_seconds = 0.2
    await asyncio.sleep(seconds)
    running.clients.delay_seconds = 0.0


async def _wrong_clocks(running: Installation, chance: random.Random, seconds: float) -> None:
    """The clocks of all clients are ten minutes off, while they must log in and resume again."""
    off_seconds, right = chance.choice((-600.0, 600.0)), time.time
    with patch("time.time", lambda: right() + off_seconds):
        running.clients.cut()
        await asyncio.sleep(seconds)


async def _deaf_client(running: Installation, _chance: random.Random, seconds: float) -> None:
    """Somebody in a busy room lets everything pile up; when nobody can register just then, nobody does."""
    with suppress(AccountError):
        async with _stranger(running.url):
            await asyncio.sleep(seconds)


async def _silent_client(running: Installation, _chance: random.Random, seconds: float) -> None:
    """Somebody listens, and answers no ping and sends none; the edge must let go of them in that time."""
    with suppress(AccountError):
        async with _stranger(running.url, autoping=False) as socket:
            try:
                async with asyncio.timeout(seconds):
                    async for _ in socket:
                        pass
            except TimeoutError:
                running.broken.append(f"a client that answers no ping is still connected after {seconds:.0f} s")


@asynccontextmanager
async def _stranger(url: str, *, autoping: bool = True) -> AsyncIterator[ClientWebSocketResponse]:
    """A new account's bare socket, in all public rooms."""
    async with Account(url) as account, ClientSession() as http:
        await account.register(f"stranger-{secrets.token_hex(6)}", PASSWORD)
        page = await account.call("GET", "rooms")
        token = (await account.token()).value
        async with http.ws_connect(f"{url}/ws", autoping=autoping) as socket:
            await socket.send_json({"type": "auth", "token": token})
            for room in page["rooms"]:
                await socket.send_json({"type": "join_room", "room": room["id"]})
            yield socket


async def _roll_edges(running: Installation, _chance: random.Random, _seconds: float) -> None:
    for host in sorted(running.edges):
        await running.add_edge()
        await running.remove_edge(host)


async def _roll_message_services(running: Installation, _chance: random.Random, seconds: float) -> None:
    for name in ("message1", "message2"):
        service = running.services[name]
        service.signal(signal.SIGTERM)
        await asyncio.to_thread(service.wait, 30)
        service.start()
        await asyncio.sleep(seconds)


async def _scale(running: Installation, _chance: random.Random, seconds: float) -> None:
    before = sorted(running.edges)
    for host in before[1:]:
        await running.remove_edge(host)
    await asyncio.sleep(seconds)
    await asyncio.gather(*(running.add_edge() for _ in range(3)))
    await asyncio.sleep(seconds)
    await running.remove_edge(sorted(running.edges)[-1])


QUICK = [
    Fault("an edge is killed", "edges", _kill_edge, 1.0, bound_seconds=10.0),
    Fault("an edge is frozen", "edges", _freeze_edge, 2.0, bound_seconds=10.0),
    Fault("a message_service is killed", "message_service", _kill_service("message1")),
    Fault("a message_service is frozen", "message_service", _freeze_service("message2"), 2.0),
    Fault("room_service is killed", "room_service", _kill_service("room"), 1.0),
    Fault("auth_service is killed", "auth_service", _kill_service("auth"), 1.0),
    Fault("Redis is killed, and comes back empty", "Redis", _kill_broker, 2.0),
    Fault("Redis is frozen", "Redis", _freeze_broker, 2.0),
    Fault("Redis loses its connections", "Redis", _cut_broker, 1.0),
    # Where little is said, a publish that nobody heard is missed with the next one: a visitor talks every three seconds.
    Fault("publishes are lost", "Redis", _lose_publishes, 2.0, bound_seconds=10.0),
    Fault("the store is killed", "store", _kill_store, 1.0, bound_seconds=10.0),
    Fault("the store is frozen", "store", _freeze_store, 2.0),
    Fault("the store refuses every third insert", "store", _store_errors, 2.0),
    Fault("half of the clients are cut off", "clients", _cut_clients, 1.0, bound_seconds=20.0),
    Fault("all clients are cut off", "clients", _cut_everybody, 1.0, bound_seconds=20.0),
    Fault("clients are cut off at any byte", "clients", _cut_at_any_byte, 3.0, bound_seconds=20.0),
    Fault("clients' clocks are wrong while all are cut off", "clients", _wrong_clocks, 2.0, bound_seconds=20.0),
    Fault("clients are stalled", "clients", _stall_clients, 2.0),
    Fault("clients are delayed", "clients", _delay_clients, 2.0),
    Fault("a client does not read", "clients", _deaf_client, 4.0),
    Fault("publishes are stalled", "Redis", _stall_publishes, 2.0),
]
"""A few seconds each."""

LONG = [
    Fault("Redis is frozen for half a minute", "Redis", _freeze_broker, 30.0),
    Fault("a client answers no ping", "clients", _silent_client, 20.0),
    Fault("room_service is frozen", "room_service", _freeze_service("room"), 6.0),
    Fault("auth_service is frozen", "auth_service", _freeze_service("auth"), 6.0),
    Fault("an edge is frozen for long", "edges", _freeze_edge, 15.0, bound_seconds=20.0),
    Fault("all edges are renewed", "edges", _roll_edges, bound_seconds=10.0),
    Fault("all message services are renewed", "message_service", _roll_message_services),
    Fault("edges are scaled to 1, to 4 and to 3", "edges", _scale, bound_seconds=10.0),
]
"""Those that take longer; each once in a long run."""
