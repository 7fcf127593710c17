"""The log under every order of steps and with any of them failing: nothing is lost, doubled, left out or misplaced."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, cast

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymongo.errors import AutoReconnect

from mesh.database import Document
from message_service.model import Message, NewMessage
from message_service.reader import Page, Reader
from message_service.store import MessageStore
from tests.message_service.simulation import Interruptions, Messages, Schedule
from tests.message_service.writing import Writer, assert_dense, everything, new

ROOM = "room"
WRITERS = 3


@dataclass(frozen=True)
class Deed:
    """What an actor does next, through which writer first, and to which of the first messages."""

    kind: str
    writer: int
    target: int


@dataclass(frozen=True)
class Scenario:
    actors: list[list[Deed]]
    seed: int
    bursts: float
    """How likely whoever has just made a step makes the next one too."""
    faults: frozenset[int]
    page_size: int


deeds = st.builds(Deed, st.sampled_from(["say two", "edit", "react"]), st.integers(0, WRITERS - 1), st.integers(0, 1))
scenarios = st.builds(
    Scenario,
    st.lists(st.lists(deeds, min_size=1, max_size=3), min_size=1, max_size=4),
    st.integers(0, 2**32),
    st.sampled_from([0.0, 0.5, 0.8, 0.95]),
    st.frozensets(st.integers(1, 120), max_size=4),
    st.sampled_from([1, 2, 4, 50]),
)


class Room:
    """One room in a simulated database, and what its actors know to be done."""

    def __init__(self) -> None:
        self.messages = Messages()
        self.store = MessageStore(cast(Any, {"messages": self.messages}))
        self.reader = Reader(self.store)
        self.writers = [Writer(self.store) for _ in range(WRITERS)]
        self.first: list[Message] = []
        self.said: dict[str, list[str]] = {}
        self.reacted: set[tuple[str, str]] = set()
        self.followed: dict[str, Message] = {}
        self.revision = 0
        self.pages: list[Page] = []

    async def open(self) -> None:
        """Have something to change, which every writer knows of."""
        self.first = await self.writers[0].say(ROOM, "one", "two", sender_id="founder")
        for writer in self.writers:
            await writer.react(self.first[0], "founder")

    async def act(self, name: str, todo: Sequence[Deed]) -> None:
        for count, deed in enumerate(todo):
            if deed.kind == "say two":
                await self._say(name, [new(ROOM, f"{name}.{count}.{number}", name) for number in (1, 2)], deed.writer)
            else:
                await self._change(name, self.first[deed.target], f"{name}.{count}", deed)

    async def _change(self, name: str, message: Message, body: str, deed: Deed) -> None:
        if deed.kind == "edit":
            await self._insist(lambda writer: writer.edit(message, body), deed.writer)
        else:
            await self._insist(lambda writer: writer.react(message, name), deed.writer)
            self.reacted.add((message.id, name))

    async def _say(self, name: str, messages: list[NewMessage], first_writer: int) -> None:
        await self._insist(lambda writer: asyncio.gather(*map(writer.log.append, messages)), first_writer)
        self.said.setdefault(name, []).extend(message.message_id for message in messages)

    async def _insist(self, deed: Callable[[Writer], Awaitable[object]], writer: int) -> None:
        """Try until it is acknowledged, each time with another writer."""
        while True:
            try:
                await deed(self.writers[writer % WRITERS])
            except AutoReconnect:
                writer += 1
            else:
                return

    async def follow(self, page_size: int, *, pages: int) -> None:
        """Read on from where one stands."""
        for _ in range(pages):
            try:
                page = await self.reader.changes(ROOM, self.revision, page_size)
            except AutoReconnect:
                continue
            assert all(self.revision < message.revision <= page.revision for message in page.messages)
            self.followed.update({message.id: message for message in page.messages})
            self.revision = page.revision

    async def look(self, limit: int) -> None:
        """Open the room."""
        for _ in range(2):
            try:
                self.pages.append(await self.reader.latest(ROOM, limit))
            except AutoReconnect:
                continue

    def state_at(self, message: Message, revision: int) -> tuple[str, int]:
        """Text and revision of a message as they were when the room stood at a revision."""
        inserted = self.messages.inserted
        states = {one["revision"]: one["state"]["body"] for one in inserted if one.get("changes") == message.id}
        states[message.created_revision] = inserted_body(inserted, message)
        last = max(one for one in states if one <= revision)
        return states[last], last


def inserted_body(inserted: Sequence[Document], message: Message) -> str:
    return next(str(one["body"]) for one in inserted if one["_id"] == f"{ROOM}/{message.id}")


def choices(scenario: Scenario) -> Iterator[int]:
    chance = Random(scenario.seed)
    while True:
        yield -1 if chance.random() < scenario.bursts else chance.randrange(1000)


async def play(scenario: Scenario) -> Room:
    room = Room()
    await room.open()
    room.messages.schedule = Schedule(choices(scenario), scenario.faults)
    await room.messages.schedule.run(
        *(room.act(f"actor-{number}", todo) for number, todo in enumerate(scenario.actors)),
        room.follow(scenario.page_size, pages=4),
        room.look(scenario.page_size),
        room.look(50),
    )
    room.messages.schedule = Interruptions({})
    await check(room, scenario.page_size)
    return room


async def check(room: Room, page_size: int) -> None:
    await assert_dense(room.store, ROOM)
    final = await everything(room.reader, ROOM)
    for message in final:
        assert (message.body, message.revision) == room.state_at(message, 1000)
    check_deeds(room, final)
    check_pages(room, final)
    await check_reading(room, final, page_size)
    assert len([one for one in room.messages.documents.values() if "state" in one]) <= 1, "old texts are kept nowhere"


def check_pages(room: Room, final: list[Message]) -> None:
    """Who opened the room saw the last messages as they all stood at one revision."""
    newest_first = sorted(final, key=lambda message: -message.seq)
    for page in room.pages:
        expected = [message for message in newest_first if message.created_revision <= page.revision]
        assert [message.id for message in page.messages] == [message.id for message in expected[: len(page.messages)]]
        assert page.messages
        for message in page.messages:
            assert (message.body, message.revision) == room.state_at(message, page.revision)


def check_deeds(room: Room, final: list[Message]) -> None:
    """What was acknowledged is there, once, and in the order of each sender."""
    in_order = sorted(final, key=lambda message: message.seq)
    for name, ids in room.said.items():
        assert [message.id for message in in_order if message.sender_id == name] == ids
    reacted = {(message.id, user) for message in final for reaction in message.reactions for user in reaction.user_ids}
    assert reacted >= room.reacted


async def check_reading(room: Room, final: list[Message], page_size: int) -> None:
    """Whoever stands at any revision and reads on comes to the same end."""
    head = await room.reader.head(ROOM)
    for revision in range(head.revision + 1):
        changed = [message for message in final if message.revision > revision]
        assert await everything(room.reader, ROOM, after=revision, page_size=page_size) == changed
    await room.follow(1000, pages=1)
    assert room.revision == head.revision
    assert sorted(room.followed.values(), key=lambda message: message.revision) == final


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(scenarios)
def test_in_any_order_of_steps_nothing_is_lost_doubled_left_out_or_misplaced(scenario: Scenario) -> None:
    asyncio.run(play(scenario))
