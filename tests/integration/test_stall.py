"""A store that stands still: what cannot be stored is refused in time, and nothing piles up meanwhile."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import pytest

from tests.integration.cluster import Cluster
from tests.integration.people import Frame, Socket, new_room, register
from tests.patience import until
from tests.processes import Process, Processes, launch_store

SENDERS = 5
AT_ONCE = 20
PAUSE_SECONDS = 0.05
ROUNDS_STALLED = 2
MOST_GROWTH_BYTES = 24 * 1024 * 1024


@pytest.fixture
def store(tmp_path: Path) -> Iterator[tuple[Process, Cluster]]:
    """A store that can be halted, and a cluster on it."""
    with Processes(tmp_path) as processes:
        store, url = launch_store(processes)
        yield store, Cluster(processes, edges=1, messages=1, settings={"PARLANCE_MONGODB_URL": url})
        store.signal(signal.SIGCONT)


class Flood:
    """Somebody who sends without waiting for answers."""

    def __init__(self, socket: Socket, room: str) -> None:
        self._socket = socket
        self._room = room
        self._sent: set[str] = set()
        self.stored = 0
        self.refused: list[Frame] = []

    @asynccontextmanager
    async def flowing(self) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(self._send()), asyncio.create_task(self._hear())]
        try:
            yield
        finally:
            tasks[0].cancel()
            await until(lambda: not self._sent)
            tasks[1].cancel()
            await asyncio.wait(tasks)
            for task in tasks:
                assert task.cancelled(), task.exception()

    async def _send(self) -> None:
        while True:
            for _ in range(AT_ONCE):
                name = str(uuid4())
                self._sent.add(name)
                frame = {"type": "send_message", "id": name, "room": self._room, "message_id": name, "body": "?"}
                await self._socket.raw.send_json(frame)
            await asyncio.sleep(PAUSE_SECONDS)

    async def _hear(self) -> None:
        while True:
            frame: Any = await self._socket.raw.receive_json()
            if frame.get("id") in self._sent:
                self._sent.remove(frame["id"])
                if frame["type"] == "ack":
                    self.stored += 1
                else:
                    self.refused.append(frame)


async def test_while_the_store_stands_still_sends_are_refused_in_time_and_memory_stays_as_it_is(
    store: tuple[Process, Cluster], http: aiohttp.ClientSession
) -> None:
    halted, running = store
    (url,) = running.edges
    people = [await register(http, url) for _ in range(SENDERS)]
    room = (await new_room(people[0]))["id"]
    for person in people[1:]:
        await person.rest("POST", f"rooms/{room}/join")
    async with AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(person.connected()) for person in people]
        floods = [Flood(socket, room) for socket in sockets]
        async with AsyncExitStack() as flowing:
            for flood in floods:
                await flowing.enter_async_context(flood.flowing())
            await until(lambda: all(flood.stored for flood in floods))

            halted.signal(signal.SIGSTOP)
            watched = [*running.edge_processes, *running.messages, running.room, running.auth]
            for number in range(ROUNDS_STALLED):
                for flood in floods:
                    flood.refused.clear()
                await until(lambda: all(unavailable(flood) for flood in floods))
                if not number:
                    before = [_bytes(process) for process in watched]
            grown = {process.name: _bytes(process) - then for process, then in zip(watched, before, strict=True)}
            assert not {name: growth for name, growth in grown.items() if growth > MOST_GROWTH_BYTES}
            assert all(frame["retry_after"] > 0 for flood in floods for frame in flood.refused)

            halted.signal(signal.SIGCONT)
            so_far = [flood.stored for flood in floods]
            await until(lambda: all(flood.stored > then for flood, then in zip(floods, so_far, strict=True)))


def unavailable(flood: Flood) -> bool:
    return any(frame["code"] == "unavailable" for frame in flood.refused)


def _bytes(process: Process) -> int:
    """Memory of a process that is its own."""
    rollup = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
    return sum(int(line.split()[1]) * 1024 for line in rollup.splitlines() if line.startswith("Private_"))
