"""`python -m bench.overload`: more is asked than can be done, for minutes, and memory stays what it was.

50 people send without waiting, more than the edge lets wait; 20 others read nothing of what they are sent; and twice the
store stands still for some seconds. What cannot be done is refused. The memory of each process is read twice a second. It
may rise while queues fill; after the first fifth of the time, it has to stay what it is.
"""

import argparse
import asyncio
import contextlib
import signal
import sys
import time
import uuid
from collections import Counter
from collections.abc import Sequence

import msgspec
import uvloop

from bench.load import Connection, connect, masked
from bench.process import Process
from bench.topology import Services, topology

PEOPLE = 50
DEAF = 20
ROOMS = 10
IN_FLIGHT = 250
"""More than the edge lets wait."""
STALL_SECONDS = 12.0
DEAF_SECONDS = 10.0
RETURN_SECONDS = 0.5
WATCH_SECONDS = 0.5
MOST_GROWTH = 0.15
"""Of a process's memory, between the second fifth of the time and the last; and 8 MiB for the small ones."""
_SPARE_BYTES = 8 * 2**20
_BODY = "Nobody can read as fast as this. " * 6


class Flood:
    """Somebody who sends the next message for each answer, and begins with too many."""

    def __init__(self, address: str, token: str, room: str) -> None:
        self.answers: Counter[str] = Counter()
        self._address = address
        self._token = token
        self._room = room
        self._connection: Connection

    async def stay(self) -> None:
        """Connect, and again whenever the edge has had enough."""
        while True:
            with contextlib.suppress(OSError, TimeoutError):
                self._connection = await enter(self._address, self._token, self._room)
                self._connection.observer = self._take
                for _ in range(IN_FLIGHT):
                    self._send()
                await self._connection.gone.wait()
                self.answers["closed"] += 1
            await asyncio.sleep(RETURN_SECONDS)

    def _send(self) -> None:
        if not self._connection.gone.is_set():
            frame = {
                "type": "send_message",
                "id": 1,
                "room": self._room,
                "message_id": str(uuid.uuid4()),
                "body": _BODY,
            }
            self._connection.send(masked(msgspec.json.encode(frame)))

    def _take(self, payload: bytes) -> None:
        if payload.startswith(b'{"type":"ack"'):
            self.answers["stored"] += 1
            self._send()
        elif payload.startswith(b'{"type":"error"'):
            answer = msgspec.json.decode(payload)
            self.answers[answer["reason"]] += 1
            asyncio.get_running_loop().call_later(answer["retry_after"], self._send)


async def read_nothing(address: str, token: str, room: str) -> None:
    """Be in a room without reading, again and again."""
    while True:
        with contextlib.suppress(OSError, TimeoutError):
            connection = await enter(address, token, room)
            connection.pause()
            await asyncio.sleep(DEAF_SECONDS)
            connection.close()
        await asyncio.sleep(RETURN_SECONDS)


async def enter(address: str, token: str, room: str) -> Connection:
    """Connect to a room."""
    connection = await connect(address)
    await connection.request("auth", token=token)
    await connection.request("join_room", room=room)
    return connection


class Watch:
    """The memory of processes over time."""

    def __init__(self, processes: dict[str, Process]) -> None:
        self._processes = processes
        self._seen: list[tuple[float, dict[str, int]]] = []

    async def keep(self) -> None:
        """Read it until cancelled."""
        while True:
            memory = {name: process.private_bytes() for name, process in self._processes.items()}
            self._seen.append((time.monotonic(), memory))
            await asyncio.sleep(WATCH_SECONDS)

    def report(self) -> list[str]:
        """Print what each process took; return those that grew."""
        fifth = len(self._seen) // 5
        grown = []
        print(f"{'process':<10}{'at first':>10}{'then':>10}{'at last':>10}{'at most':>10}  MiB")
        for name in self._processes:
            series = [memory[name] for _, memory in self._seen]
            then, last = _mean(series[fifth : 2 * fifth]), _mean(series[-fifth:])
            if last > then * (1 + MOST_GROWTH) + _SPARE_BYTES:
                grown.append(name)
            print(f"{name:<10}" + "".join(f"{value / 2**20:>10.1f}" for value in (series[0], then, last, max(series))))
        return grown


async def run(seconds: float) -> int:
    """Measure, print, and return the exit status."""
    async with topology() as services, services.edge() as edge:
        tokens = await edge.register(PEOPLE + DEAF)
        rooms = [await edge.create_room(token) for token in tokens[:ROOMS]]
        places = [(edge.address, token, rooms[number % ROOMS]) for number, token in enumerate(tokens)]
        floods = [Flood(*place) for place in places[:PEOPLE]]
        watch = Watch({"edge": edge.process, **services.processes})
        async with asyncio.TaskGroup() as group:
            busy = [*(flood.stay() for flood in floods), *(read_nothing(*place) for place in places[PEOPLE:])]
            tasks = [group.create_task(one) for one in (watch.keep(), *busy)]
            for _ in range(2):
                await asyncio.sleep((seconds - 2 * STALL_SECONDS) / 3)
                await stall(services)
            await asyncio.sleep((seconds - 2 * STALL_SECONDS) / 3)
            for task in tasks:
                task.cancel()
        answers = sum((flood.answers for flood in floods), Counter[str]())
        print(f"{seconds:.0f} s; answers: {dict(answers)}")
        grown = watch.report()
        print(f"grown: {', '.join(grown) or 'none'}")
        return 1 if grown or not answers["stored"] else 0


async def stall(services: Services) -> None:
    """Let the store stand still for some seconds."""
    store = services.processes["store"]
    store.signal(signal.SIGSTOP)
    try:
        await asyncio.sleep(STALL_SECONDS)
    finally:
        store.signal(signal.SIGCONT)


def _mean(values: Sequence[int]) -> float:
    return sum(values) / len(values)


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m bench.overload", description=__doc__)
    parser.add_argument("--seconds", type=float, default=300)
    arguments = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(uvloop.run(run(arguments.seconds)))


if __name__ == "__main__":
    main()
