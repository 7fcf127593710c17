"""`python -m bench.crowd`: thousands of connections through nginx while an edge is killed and another one is added.

Everything is real: `parlance up-native` runs, people talk in all rooms, one of three edges is killed and a fourth started.
Whoever loses the connection comes back by itself after at most a second, says how far it has read, and must receive what
it missed. At the end everybody must stand where the room's log stands, with each revision seen once and in order.
"""

import argparse
import asyncio
import contextlib
import os
import random
import re
import resource
import secrets
import signal
import sys
import tempfile
import time
import uuid
from asyncio.subprocess import PIPE, STDOUT, create_subprocess_exec
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import uvloop
from aiohttp import ClientSession

from bench.load import Connection, masked
from bench.process import free_port
from bench.topology import SETTINGS, parlance

EDGES = 3
ROOMS = 50
PEOPLE_PER_ROOM = 5
AT_ONCE = 64
BACK_SECONDS = 1.0
SETTLE_SECONDS = 30.0
_CONNECTIONS = re.compile(r"^parlance_connections (\S+)$", re.M)


class Room(msgspec.Struct):
    """Where a room stands."""

    revision: int


class Frame(msgspec.Struct, rename={"kind": "type"}):
    """As much of a frame as is looked at."""

    kind: str
    revision: int = 0
    rooms: list[Room] = []
    reset: list[str] = []


@dataclass(eq=False)
class Attendee:
    """One connection that comes back whenever it is lost."""

    address: str
    token: str
    room: str
    revision: int = 0
    """Everything up to here was received."""
    here: asyncio.Event = field(default_factory=asyncio.Event)
    connection: Connection | None = None
    faults: list[str] = field(default_factory=list)
    _decoder: msgspec.json.Decoder[Frame] = field(default_factory=lambda: msgspec.json.Decoder(Frame))

    async def stay(self, slots: asyncio.Semaphore) -> None:
        """Connect, and again after each loss."""
        while True:
            lost = asyncio.Event()
            with contextlib.suppress(OSError, TimeoutError):
                async with slots:
                    await self._connect(lost)
                await lost.wait()
            await asyncio.sleep(random.uniform(0.1, BACK_SECONDS))

    def say(self) -> bool:
        """Send one message, if connected."""
        if self.connection is None:
            return False
        frame = {"type": "send_message", "room": self.room, "message_id": str(uuid.uuid4()), "body": "Is anybody here?"}
        self.connection.send(masked(msgspec.json.encode(frame)))
        return True

    async def _connect(self, lost: asyncio.Event) -> None:
        host, port = self.address.split(":")
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(lambda: _Noticed(self, lost), host, int(port))
        await asyncio.wait_for(connection.opened, SETTLE_SECONDS)
        connection.observer = self._take
        self.connection = connection
        resume = {self.room: self.revision} if self.revision else {}
        connection.send(masked(msgspec.json.encode({"type": "auth", "token": self.token, "resume": resume})))
        await asyncio.wait_for(self.here.wait(), SETTLE_SECONDS)

    def _take(self, payload: bytes) -> None:
        frame = self._decoder.decode(payload)
        match frame.kind:
            case "welcome":
                if frame.reset:
                    self.faults.append("could not resume")
                if not self.revision:
                    self.revision = frame.rooms[0].revision
                self.here.set()
            case "message":
                if frame.revision != self.revision + 1:
                    self.faults.append(f"revision {frame.revision} after {self.revision}")
                self.revision = frame.revision
            case "error":
                self.faults.append(payload.decode())


class _Noticed(Connection):
    def __init__(self, attendee: Attendee, lost: asyncio.Event) -> None:
        super().__init__(attendee.address)
        self._attendee = attendee
        self._lost = lost

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self._attendee.here.clear()
        self._attendee.connection = None
        self._lost.set()


class Installation:
    """A running `parlance up-native`."""

    def __init__(self, pid: int, folder: Path, address: str, http: ClientSession) -> None:
        self.address = address
        self._pid = pid
        self._folder = folder
        self._http = http

    def edges(self) -> dict[int, str]:
        """The processes of edges, with where each listens."""
        found = {}
        for child in Path(f"/proc/{self._pid}/task/{self._pid}/children").read_text().split():
            with contextlib.suppress(OSError):
                if Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")[-2] == b"edge":
                    environment = Path(f"/proc/{child}/environ").read_bytes().split(b"\0")
                    found[int(child)] = _value(environment, b"PARLANCE_LISTEN=")
        return found

    async def connections(self) -> list[int]:
        """How many each edge has."""
        counts = []
        for address in self.edges().values():
            async with self._http.get(f"http://{address}/metrics") as response:
                match = _CONNECTIONS.search(await response.text())
                counts.append(int(float(match[1])) if match else 0)
        return counts

    async def scale(self, count: int) -> None:
        """Have so many edges."""
        command = [*parlance("scale"), "--data", str(self._folder), f"edge={count}"]
        await (await create_subprocess_exec(*command)).wait()

    async def people(self) -> list[tuple[str, str]]:
        """Register people, open rooms, and return the token and the room of each person."""
        address = next(iter(self.edges().values()))
        slots = asyncio.Semaphore(8)

        async def post(path: str, body: object, token: str = "") -> dict[str, str]:
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            async with slots, self._http.post(f"http://{address}/api/{path}", json=body, headers=headers) as response:
                response.raise_for_status()
                answer: dict[str, str] = await response.json() if response.status != 204 else {}
                return answer

        async def fill() -> list[tuple[str, str]]:
            accounts = [
                {"username": f"crowd-{secrets.token_hex(6)}", "password": secrets.token_hex(12)}
                for _ in range(PEOPLE_PER_ROOM)
            ]
            tokens = [(await post("auth/register", account))["access_token"] for account in accounts]
            room = (await post("rooms", {"name": f"crowd {secrets.token_hex(6)}", "kind": "public"}, tokens[0]))["id"]
            for token in tokens[1:]:
                await post(f"rooms/{room}/join", {}, token)
            return [(token, room) for token in tokens]

        return [person for room in await asyncio.gather(*(fill() for _ in range(ROOMS))) for person in room]


@contextlib.asynccontextmanager
async def installation() -> AsyncIterator[Installation]:
    """Run one with three edges."""
    address = f"127.0.0.1:{free_port()}"
    with tempfile.TemporaryDirectory(prefix="parlance-crowd-") as folder:
        options = ["--edges", str(EDGES), "--data", folder, "--port", address.rpartition(":")[2]]
        settings = {name: value for name, value in SETTINGS.items() if name != "PARLANCE_INSECURE"}
        process = await create_subprocess_exec(
            *parlance("up-native"), *options, stdout=PIPE, stderr=STDOUT, env={**os.environ, **settings}
        )
        assert process.stdout is not None
        try:
            while b"is ready at" not in (line := await process.stdout.readline()):
                if not line:
                    raise RuntimeError("up-native does not start")
            reading = asyncio.create_task(_drain(process.stdout))
            async with ClientSession() as http:
                yield Installation(process.pid, Path(folder), address, http)
        finally:
            process.terminate()
            await reading
            await process.wait()


async def run(connections: int, rate: float) -> int:
    """Measure, print, and return the exit status."""
    async with installation() as running:
        people = await running.people()
        crowd = [Attendee(running.address, *people[number % len(people)]) for number in range(connections)]
        slots = asyncio.Semaphore(AT_ONCE)
        started = time.monotonic()
        tasks = [asyncio.create_task(attendee.stay(slots)) for attendee in crowd]
        await all_here(crowd)
        print(f"{connections:,} connections in {time.monotonic() - started:.1f} s")
        spread = await running.connections()
        print(f"spread over the edges: {spread}, at most {unevenness(spread):.1%} from even")
        talking = asyncio.create_task(talk(crowd, rate))
        await asyncio.sleep(3)
        victim = next(iter(running.edges()))
        killed = time.monotonic()
        os.kill(victim, signal.SIGKILL)
        scaled = asyncio.create_task(running.scale(EDGES + 1))
        await asyncio.sleep(0.2)
        away = sum(not attendee.here.is_set() for attendee in crowd)
        await all_here(crowd)
        print(f"edge killed: {away:,} connections lost, everybody back after {time.monotonic() - killed:.1f} s")
        await scaled
        print(f"edges then: {await running.connections()}")
        await asyncio.sleep(3)
        if talking.done():
            talking.result()
        talking.cancel()
        missing = await settle(crowd)
        faults = Counter(fault for attendee in crowd for fault in attendee.faults)
        received = sum(attendee.revision for attendee in crowd)
        print(f"{received:,} messages received, {missing:,} missing; faults: {dict(faults)}")
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return 1 if missing or faults else 0


async def all_here(crowd: list[Attendee]) -> None:
    """Wait until everybody is logged in at the same time."""
    while not all(attendee.here.is_set() for attendee in crowd):
        await asyncio.gather(*(attendee.here.wait() for attendee in crowd))


async def talk(crowd: list[Attendee], rate: float) -> None:
    """Let somebody say something so often a second."""
    while True:
        while not random.choice(crowd).say():
            pass
        await asyncio.sleep(1 / rate)


async def settle(crowd: list[Attendee]) -> int:
    """Wait until all of a room stand at the same revision; returns how many messages are missing to those that do not."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while True:
        heads: dict[str, int] = {}
        for attendee in crowd:
            heads[attendee.room] = max(heads.get(attendee.room, 0), attendee.revision)
        missing = sum(heads[attendee.room] - attendee.revision for attendee in crowd)
        if not missing or time.monotonic() > deadline:
            return missing
        await asyncio.sleep(0.1)


def unevenness(counts: list[int]) -> float:
    """How far the farthest is from the mean, as a share of it."""
    even = sum(counts) / len(counts)
    return max(abs(count - even) for count in counts) / even


async def _drain(stream: asyncio.StreamReader) -> None:
    while await stream.readline():
        pass


def _value(environment: list[bytes], prefix: bytes) -> str:
    return next(entry for entry in environment if entry.startswith(prefix)).removeprefix(prefix).decode()


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m bench.crowd", description=__doc__)
    parser.add_argument("--connections", type=int, default=5000)
    parser.add_argument("--rate", type=float, default=20, help="messages a second, over all rooms")
    arguments = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    sys.exit(uvloop.run(run(arguments.connections, arguments.rate)))


if __name__ == "__main__":
    main()
