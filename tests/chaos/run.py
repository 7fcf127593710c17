"""One run: people talk, faults happen on a seeded schedule, and in the end everything is compared."""

import asyncio
import random
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from client import Account
from tests.chaos.crowd import RECOVERY_SECONDS, Crowd
from tests.chaos.faults import LONG, QUICK, Fault
from tests.chaos.installation import Installation, installation
from tests.chaos.owner import Owner
from tests.chaos.participants import Participant
from tests.chaos.reception_verdict import reception_violations
from tests.chaos.verdict import violations
from tests.chaos.visitors import Visitors
from tests.integration.people import PASSWORD

_OVERLAP = 0.4
_CALM_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How much there is of what; the same seed gives the same schedule."""

    seed: int
    seconds: float
    people: int = 60
    rooms: int = 6
    changes_per_second: float = 150.0
    visitors: int = 60
    """Who come to a business, one after the other, while things go wrong."""
    visitor_pause_seconds: float = 3.0
    """Between two things that a visitor does."""
    each_alone: bool = True


@dataclass(frozen=True, slots=True)
class Happened:
    """One fault, or several at the same time, and how long it took until nobody noticed any more."""

    faults: tuple[Fault, ...]
    recovery_seconds: float

    @property
    def bound_seconds(self) -> float:
        """Within which it should have been over."""
        return max(fault.bound_seconds for fault in self.faults)

    @property
    def late(self) -> bool:
        """It was not."""
        return self.recovery_seconds > self.bound_seconds


@dataclass(slots=True)
class Report:
    """What came of a run."""

    plan: Plan
    happened: list[Happened] = field(default_factory=list)
    changes: int = 0
    chats: int = 0
    """Begun by visitors."""
    deliveries: int = 0
    resets: int = 0
    put_off: int = 0
    publishes_lost: int = 0
    seconds: float = 0.0
    memory: dict[str, tuple[int, int]] = field(default_factory=dict)
    """KiB of each process that lived from the first to the last moment, then and now."""
    violations: list[str] = field(default_factory=list)


def schedule(plan: Plan, chance: random.Random) -> Iterator[tuple[Fault, ...]]:
    """First each fault alone, if asked for; then without end, now and then two at the same time, of different parts."""
    if plan.each_alone:
        yield from ((fault,) for fault in [*QUICK, *LONG])
    while True:
        bag = [*QUICK]
        chance.shuffle(bag)
        while bag:
            fault = bag.pop()
            others = [other for other in bag if other.part != fault.part]
            if others and chance.random() < _OVERLAP:
                other = chance.choice(others)
                bag.remove(other)
                yield fault, other
            else:
                yield (fault,)


async def run(plan: Plan, folder: Path) -> Report:
    """Run it; everything that was started has ended when this returns."""
    chance, report, crowd = random.Random(plan.seed), Report(plan), Crowd()
    async with installation(folder) as running, AsyncExitStack() as stack:
        rooms = await _open_rooms(running.url, plan.rooms)
        for _ in range(plan.people):
            joining = Participant.joined(
                running.url, chance.sample(rooms, 2), random.Random(chance.random()), crowd.stored
            )
            crowd.people.append(await stack.enter_async_context(joining))
        opening = Owner.opened(running.url, random.Random(chance.random()), crowd.stored)
        owner = await stack.enter_async_context(opening)
        visitors = Visitors(running.url, owner.slug, stack, crowd)
        enough, began, before = asyncio.Event(), time.monotonic(), running.memory()
        pause = plan.people / plan.changes_per_second
        talking = [asyncio.create_task(person.talk(pause, enough)) for person in crowd.people]
        talking.append(asyncio.create_task(owner.talk(plan.visitor_pause_seconds / plan.visitors, enough)))
        for _ in range(plan.visitors):
            comes = visitors.one(random.Random(chance.random()), plan.seconds * 0.9, plan.visitor_pause_seconds, enough)
            talking.append(asyncio.create_task(comes))
        crowd.people.append(owner)
        await _harm(running, chance, report, crowd)
        enough.set()
        await asyncio.wait_for(asyncio.gather(*talking), RECOVERY_SECONDS)
        report.seconds = time.monotonic() - began
        await crowd.recovered()
        await owner.has_heard_of(visitors.rooms, RECOVERY_SECONDS)
        await _judge(report, crowd, rooms, owner, visitors)
        after = running.memory()
        report.memory = {name: (size, after[name]) for name, size in before.items() if name in after}
        report.violations += running.broken
        report.publishes_lost = running.publishing.lost
    return report


async def _harm(running: Installation, chance: random.Random, report: Report, crowd: Crowd) -> None:
    """Let one thing after the other go wrong, until the time is over. Half-way through some people leave a room."""
    end = time.monotonic() + report.plan.seconds
    leaving = time.monotonic() + report.plan.seconds / 2
    for faults in schedule(report.plan, chance):
        await asyncio.sleep(_CALM_SECONDS)
        async with asyncio.TaskGroup() as group:
            for fault in faults:
                group.create_task(fault.happen(running, random.Random(chance.random()), fault.seconds))
        report.happened.append(Happened(faults, await crowd.recovered()))
        if time.monotonic() > leaving:
            leaving = float("inf")
            for person in crowd.people[:3]:
                await person.leave()
        if time.monotonic() > end:
            return


async def _judge(report: Report, crowd: Crowd, rooms: Sequence[str], owner: Owner, visitors: Visitors) -> None:
    records = [person.record for person in crowd.people]
    inside = {room: person for person in crowd.people for room in person.rooms()}
    logs = {room: await inside[room].log(room) for room in [*rooms, *sorted(visitors.rooms)]}
    owner.reception.inbox = await owner.inbox()
    report.violations = violations(records, logs) + reception_violations(visitors.visits, owner.reception, logs)
    report.changes = sum(person.acknowledged for person in crowd.people)
    report.chats = len(visitors.rooms)
    report.deliveries = sum(len(view.seen) for record in records for view in record.rooms.values())
    report.resets = sum(record.resets for record in records if record is not owner.record)
    report.put_off = sum(record.put_off for record in records)


async def _open_rooms(url: str, count: int) -> list[str]:
    async with Account(url) as owner:
        await owner.register(f"owner-{secrets.token_hex(6)}", PASSWORD)
        names = [f"chaos {secrets.token_hex(6)}" for _ in range(count)]
        return [(await owner.call("POST", "rooms", {"name": name}))["id"] for name in names]
