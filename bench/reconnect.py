"""`python -m bench.reconnect`: everybody comes back at once, having missed a thousand messages each.

500 people in 50 rooms are connected and lose their connections; 1,000 messages are said in each room; a fresh edge that
remembers nothing is started, and all of them connect to it in the same moment and resume. Each must receive what it missed,
in order and once. The clock runs from the first connection to the last message.
"""

import argparse
import asyncio
import contextlib
import sys
import time
import uuid
from collections.abc import Sequence

import msgspec
import uvloop

from bench.load import ANSWER_SECONDS, Connection, connect, masked, quantile
from bench.process import metered
from bench.topology import Edge, Services, topology

TARGET_SECONDS = 20.0
SENT_AT_ONCE = 100
BODY = "Was anything decided while I was away? I only remember that the penguins wanted to vote on it again."


class Frame(msgspec.Struct, rename={"kind": "type"}):
    """As much of a frame as is looked at."""

    kind: str
    revision: int = 0
    reset: list[str] = []


class Returning:
    """Somebody who was away."""

    def __init__(self, token: str, room: str, missed: int) -> None:
        self._auth = {"type": "auth", "token": token, "resume": {room: 0}}
        self._missed = missed
        self._revision = 0
        self._complete = asyncio.Event()
        self._decoder = msgspec.json.Decoder(Frame)
        self.faults: list[str] = []

    async def come_back(self, address: str) -> float:
        """Connect, resume, and return how long it took to have everything, in seconds."""
        started = time.monotonic()
        connection = await connect(address)
        connection.observer = self._take
        connection.send(masked(msgspec.json.encode(self._auth)))
        try:
            await asyncio.wait_for(self._complete.wait(), 3 * TARGET_SECONDS)
        except TimeoutError:
            self.faults.append(f"has {self._revision} of {self._missed}")
        connection.close()
        return time.monotonic() - started

    def _take(self, payload: bytes) -> None:
        frame = self._decoder.decode(payload)
        if frame.kind == "welcome" and frame.reset:
            self.faults.append("could not resume")
        if frame.kind == "error":
            self.faults.append(payload.decode())
        if frame.kind == "message":
            if frame.revision != self._revision + 1:
                self.faults.append(f"{frame.revision} after {self._revision}")
            self._revision = frame.revision
            if self._revision == self._missed:
                self._complete.set()


async def run(people: int, rooms: int, missed: int) -> int:
    """Measure, print, and return the exit status."""
    async with topology() as services:
        async with services.edge() as edge:
            away = await gather(edge, people, rooms, missed)
        async with services.edge() as fresh:
            return await measure(services, fresh, away)


async def gather(edge: Edge, people: int, rooms: int, missed: int) -> list[Returning]:
    """Bring people into rooms, and let one of each room say so much."""
    tokens = await edge.register(people)
    names = [await edge.create_room(token) for token in tokens[:rooms]]
    for number, token in enumerate(tokens[rooms:]):
        connection = await edge.connect(token)
        await connection.request("join_room", room=names[number % rooms])
        connection.close()
    speakers = [await edge.connect(token) for token in tokens[:rooms]]
    await asyncio.gather(*(speak(one, room, missed) for one, room in zip(speakers, names, strict=True)))
    return [Returning(token, names[number % rooms], missed) for number, token in enumerate(tokens)]


async def speak(connection: Connection, room: str, count: int) -> None:
    """Say so much in a room; returns when all of it is stored."""
    acknowledged = asyncio.Semaphore(SENT_AT_ONCE)

    def take(payload: bytes) -> None:
        if payload.startswith(b'{"type":"ack"'):
            acknowledged.release()

    connection.observer = take
    for _ in range(count):
        await asyncio.wait_for(acknowledged.acquire(), ANSWER_SECONDS)
        frame = {"type": "send_message", "id": 1, "room": room, "message_id": str(uuid.uuid4()), "body": BODY}
        connection.send(masked(msgspec.json.encode(frame)))
    for _ in range(SENT_AT_ONCE):
        await asyncio.wait_for(acknowledged.acquire(), ANSWER_SECONDS)


async def measure(services: Services, edge: Edge, away: Sequence[Returning]) -> int:
    """Let everybody come back at once."""
    with metered(edge.process, services.message) as spent:
        took = sorted(await asyncio.gather(*(one.come_back(edge.address) for one in away)))
    print(f"{len(away)} clients are complete after {took[-1]:.1f} s; half of them after {quantile(took, 0.5):.1f} s")
    print(f"CPU: edge {spent[edge.process] / 1e6:.1f} s, message_service {spent[services.message] / 1e6:.1f} s")
    print(f"memory of the edge afterwards: {edge.process.private_bytes() / 2**20:.0f} MiB")
    faults = [fault for one in away for fault in one.faults]
    if faults:
        print(f"faults: {len(faults)}, the first: {faults[0]}")
    return 1 if faults or took[-1] > TARGET_SECONDS else 0


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m bench.reconnect", description=__doc__)
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--rooms", type=int, default=50)
    parser.add_argument("--missed", type=int, default=1000, help="messages in each room")
    arguments = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(uvloop.run(run(arguments.people, arguments.rooms, arguments.missed)))


if __name__ == "__main__":
    main()
