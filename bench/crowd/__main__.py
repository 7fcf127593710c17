"""Run it: `python -m bench.crowd`."""

import argparse
import asyncio
import os
import random
import resource
import signal
import sys
import time
from collections import Counter

import uvloop

import bench.crowd
from bench.crowd.attendee import SETTLE_SECONDS, Attendee
from bench.crowd.installation import EDGES, installation

AT_ONCE = 64


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


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m bench.crowd", description=bench.crowd.__doc__)
    parser.add_argument("--connections", type=int, default=5000)
    parser.add_argument("--rate", type=float, default=20, help="messages a second, over all rooms")
    arguments = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    sys.exit(uvloop.run(run(arguments.connections, arguments.rate)))


if __name__ == "__main__":
    main()
