"""Authenticated connections in three rooms each that do nothing: what one of them takes of the edge's memory.

The reference holds as many bare WebSockets. Each round starts both anew, because memory once used is kept.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from bench.load import Connection, connect
from bench.plan import Plan
from bench.process import MEASURED_CORE, Process, bare, free_port, running
from bench.report import Figure, Round
from bench.topology import Edge, Services

TARGET = 1.5
ROOMS_EACH = 3
USERS_PER_ROOM = 20
OPENED_AT_ONCE = 50
SETTLE_SECONDS = 1


async def idle(services: Services, plan: Plan) -> AsyncIterator[Figure]:
    """Measure the memory between the two numbers of connections."""
    low, high = plan.idle_connections
    figure = Figure(f"idle, {low} to {high} connections of {plan.users} users", "KiB each", TARGET)
    async with services.edge() as edge:
        tokens = await settle(edge, plan.users)
    for _ in range(plan.rounds):
        figure.rounds.append(Round(await ours(services, tokens, plan), await reference(plan)))
    yield figure


async def settle(edge: Edge, users: int) -> list[str]:
    """Register users and bring each into three rooms, which it shares with its neighbours."""
    tokens = await edge.register(users)
    for start in range(0, users, USERS_PER_ROOM):
        neighbours = tokens[start : start + USERS_PER_ROOM]
        rooms = [await edge.create_room(neighbours[0]) for _ in range(ROOMS_EACH)]
        for token in neighbours:
            connection = await edge.connect(token)
            for room in rooms:
                await connection.request("join_room", room=room)
    return tokens


async def ours(services: Services, tokens: list[str], plan: Plan) -> float:
    """Return the KiB of a connection to a new edge."""
    async with services.edge() as edge:
        return await memory_each(edge.process, lambda n: edge.connect(tokens[n % len(tokens)]), plan)


async def reference(plan: Plan) -> float:
    """Return the KiB of a connection to a new bare server."""
    port = free_port()
    address = f"127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        command = bare("bare_idle", str(port))
        async with running("bare", command, address, core=MEASURED_CORE, folder=Path(folder)) as process:
            return await memory_each(process, lambda _: connect(address), plan)


async def memory_each(process: Process, open_one: Callable[[int], Awaitable[Connection]], plan: Plan) -> float:
    """Return the KiB that each connection beyond the lower number adds."""
    low, high = plan.idle_connections
    connections = await open_all(range(low), open_one)
    before = process.private_bytes()
    connections += await open_all(range(low, high), open_one)
    after = process.private_bytes()
    for connection in connections:
        connection.close()
    return (after - before) / (high - low) / 1024


async def open_all(numbers: range, open_one: Callable[[int], Awaitable[Connection]]) -> list[Connection]:
    """Open some at a time, and let what the opening needed be freed."""
    slots = asyncio.Semaphore(OPENED_AT_ONCE)

    async def open_slot(number: int) -> Connection:
        async with slots:
            return await open_one(number)

    connections = await asyncio.gather(*(open_slot(number) for number in numbers))
    await asyncio.sleep(SETTLE_SECONDS)
    return connections
