"""The log under every order of steps and with any of them failing: nothing is lost, doubled, left out or misplaced."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from pymongo.errors import AutoReconnect

from mesh.database import Document
from mesh.errors import AlreadyExists
from message_service.model import Message, NewMessage
from message_service.reader import Page, Reader
from message_service.store import MessageStore
from tests.message_service.simulation import Interruptions, Messages, Schedule
from tests.message_service.writing import Writer, assert_dense, deleted, everything, new

ROOM = "room"
SIDE_ROOM = "side room"
"""Whose messages go in the same batches."""
WRITERS = 3
EXAMPLES = int(os.environ.get("PARLANCE_FUZZ_EXAMPLES", "150"))
"""`PARLANCE_FUZZ_EXAMPLES=20000` looks longer."""


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


KINDS = ["say two", "say twice", "say in two rooms", "take an id", "edit", "react", "delete"]
deeds = st.builds(Deed, st.sampled_from(KINDS), st.integers(0, WRITERS - 1), st.integers(0, 1))
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
        self.said: dict[tuple[str, str], list[str]] = {}
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
            first, second = (new(ROOM, f"{name}.{count}.{number}", name) for number in (1, 2))
            match deed.kind:
                case "say two":
                    await self._say(name, [first, second], deed.writer)
                case "say twice":
                    await self._say(name, [first, first, second], deed.writer)
                case "say in two rooms":
                    await self._say(name, [replace(first, room_id=SIDE_ROOM), first, second], deed.writer)
                case "take an id":
                    await self._take_an_id(name, self.first[deed.target], deed.writer)
                case _:
                    await self._change(name, self.first[deed.target], f"{name}.{count}", deed)

    async def _change(self, name: str, message: Message, body: str, deed: Deed) -> None:
        if deed.kind == "edit":
            await self._insist(lambda writer: writer.edit(message, body), deed.writer)
        elif deed.kind == "delete":
            await self._insist(lambda writer: writer.log.change(ROOM, message.id, deleted), deed.writer)
        else:
            await self._insist(lambda writer: writer.react(message, name), deed.writer)
            self.reacted.add((message.id, name))

    async def _say(self, name: str, messages: list[NewMessage], first_writer: int) -> None:
        await self._insist(lambda writer: asyncio.gather(*map(writer.log.append, messages)), first_writer)
        for message in dict.fromkeys(messages):
            self.said.setdefault((name, message.room_id), []).append(message.message_id)

    async def _take_an_id(self, name: str, message: Message, writer: int) -> None:
        """Send something under an id that is somebody else's."""
        with pytest.raises(AlreadyExists):
            await self._insist(lambda writer: writer.log.append(NewMessage(ROOM, message.id, name, "mine")), writer)

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
    await assert_dense(room.store, SIDE_ROOM)
    final = await everything(room.reader, ROOM)
    for message in final:
        assert (message.body, message.revision) == room.state_at(message, 1000)
    check_deeds(room, final + await everything(room.reader, SIDE_ROOM))
    check_telling(room)
    check_pages(room, final)
    await check_reading(room, final, page_size)
    assert len([one for one in room.messages.documents.values() if "state" in one]) <= 1, "old texts are kept nowhere"


def check_telling(room: Room) -> None:
    """Each revision was published by its writer, or its room's subscribers are told to look where the log stands."""
    doubtful = {name for writer in room.writers for name in writer.doubtful}
    published = {(one.room_id, one.revision) for writer in room.writers for one in writer.published}
    for document in room.messages.inserted:
        assert (document["room_id"], document["revision"]) in published or document["room_id"] in doubtful


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
    for (name, place), ids in room.said.items():
        assert [one.id for one in in_order if (one.sender_id, one.room_id) == (name, place)] == ids
    reacted = {(message.id, user) for message in final for reaction in message.reactions for user in reaction.user_ids}
    gone = {message.id for message in final if message.deleted_at is not None}
    assert reacted >= {(message_id, user) for message_id, user in room.reacted if message_id not in gone}


async def check_reading(room: Room, final: list[Message], page_size: int) -> None:
    """Whoever stands at any revision and reads on comes to the same end."""
    head = await room.reader.head(ROOM)
    for revision in range(head.revision + 1):
        changed = [message for message in final if message.revision > revision]
        assert await everything(room.reader, ROOM, after=revision, page_size=page_size) == changed
    await room.follow(1000, pages=1)
    assert room.revision == head.revision
    assert sorted(room.followed.values(), key=lambda message: message.revision) == final


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(scenarios)
def test_in_any_order_of_steps_nothing_is_lost_doubled_left_out_or_misplaced(scenario: Scenario) -> None:
    asyncio.run(play(scenario))
