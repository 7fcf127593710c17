from collections.abc import AsyncIterator
from itertools import combinations
from typing import Any, cast

import pytest

from message_service.model import Message
from message_service.reader import Reader
from message_service.store import MessageStore
from tests.message_service.simulation import Interruptions, Messages
from tests.message_service.writing import Writer, change_of, everything

STEPS = 30


@pytest.fixture
async def writer(store: MessageStore) -> Writer:
    return Writer(store)


def bodies(messages: list[Message]) -> list[str]:
    return [message.body for message in messages]


async def test_a_room_that_nobody_has_written_in_is_empty(reader: Reader, room: str) -> None:
    latest = await reader.latest(room, 50)
    assert (latest.messages, latest.revision) == ([], 0)
    changes = await reader.changes(room, 0, 50)
    assert (changes.messages, changes.revision, changes.more) == ([], 0, False)
    (head,) = await reader.heads([room])
    assert (head.seq, head.revision, head.last_message) == (0, 0, None)


async def test_one_pages_back_from_the_latest_messages(writer: Writer, reader: Reader, room: str) -> None:
    await writer.say(room, *map(str, range(1, 8)))
    latest = await reader.latest(room, 3)
    assert (bodies(latest.messages), latest.revision) == (["7", "6", "5"], 7)
    assert bodies(await reader.before(room, 5, 3)) == ["4", "3", "2"]
    assert bodies(await reader.before(room, 2, 3)) == ["1"]
    assert bodies(await reader.before(room, 1, 3)) == []


async def test_changed_messages_keep_their_place_in_the_pages(writer: Writer, reader: Reader, room: str) -> None:
    first, *_ = await writer.say(room, "one", "two", "three")
    await writer.edit(first, "ONE")
    latest = await reader.latest(room, 50)
    assert (bodies(latest.messages), latest.revision) == (["three", "two", "ONE"], 4)
    assert bodies(await reader.before(room, 3, 50)) == ["two", "ONE"]


async def test_changes_come_in_order_of_revision_each_message_once(writer: Writer, reader: Reader, room: str) -> None:
    first, second, _ = await writer.say(room, "one", "two", "three")
    await writer.edit(second, "TWO")
    await writer.edit(first, "ONE")
    await writer.edit(second, "Two")
    page = await reader.changes(room, 0, 1000)
    assert (bodies(page.messages), page.revision, page.more) == (["three", "ONE", "Two"], 6, False)
    assert bodies((await reader.changes(room, 5, 1000)).messages) == ["Two"]
    nothing = await reader.changes(room, 6, 1000)
    assert (nothing.messages, nothing.revision) == ([], 6)


async def test_changes_are_read_on_in_pages_of_any_size(writer: Writer, reader: Reader, room: str) -> None:
    messages = await writer.say(room, *map(str, range(6)))
    for message in messages[::2]:
        await writer.edit(message, f"{message.body}!")
    whole = await everything(reader, room)
    assert bodies(whole) == ["1", "3", "5", "0!", "2!", "4!"]
    for page_size in range(1, 11):
        assert await everything(reader, room, page_size=page_size) == whole


async def test_a_change_that_its_writer_could_not_bring_in_is_seen_everywhere(
    writer: Writer, store: MessageStore, reader: Reader, room: str
) -> None:
    _, last = await writer.say(room, "one", "two")
    assert await store.claim(change_of(last, 3, "TWO"))
    (head,) = await reader.heads([room])
    assert head.last_message is not None
    assert (head.seq, head.revision, head.last_message.body) == (2, 3, "TWO")
    assert bodies((await reader.latest(room, 50)).messages) == ["TWO", "one"]
    assert bodies(await reader.before(room, 3, 1)) == ["TWO"]
    assert bodies(await everything(reader, room, after=2)) == ["TWO"]


async def test_heads_come_in_the_order_asked(writer: Writer, reader: Reader, room: str) -> None:
    rooms = [f"{room}-{number}" for number in range(40)]
    for count, one in enumerate(rooms[:5]):
        await writer.say(one, *["Hello"] * count)
    heads = await reader.heads(rooms)
    assert [head.seq for head in heads[:6]] == [0, 1, 2, 3, 4, 0]
    assert len(heads) == 40


class Story:
    """A room in which something happens while it is read."""

    def __init__(self) -> None:
        self.messages = Messages()
        store = MessageStore(cast(Any, {"messages": self.messages}))
        self.reader = Reader(store)
        self.writer = Writer(store)
        self.first: list[Message] = []

    async def begin(self) -> None:
        self.first = await self.writer.say("room", "one", "two", "three")
        await self.writer.edit(self.first[1], "two!")

    async def middle(self) -> None:
        await self.writer.edit(self.first[0], "ONE")
        await self.writer.say("room", "four")

    async def end(self) -> None:
        await self.writer.edit(self.first[2], "THREE")
        await self.writer.edit(self.first[0], "One")


SNAPSHOTS = {
    4: ["three", "two!", "one"],
    5: ["three", "two!", "ONE"],
    6: ["four", "three", "two!", "ONE"],
    7: ["four", "THREE", "two!", "ONE"],
    8: ["four", "THREE", "two!", "One"],
}
"""The room after each revision, newest first."""


async def interrupted() -> AsyncIterator[Story]:
    """Stories whose middle happens before some step of reading, and whose end before a later one."""
    for step, later_step in combinations(range(1, STEPS), 2):
        story = Story()
        await story.begin()
        story.messages.schedule = Interruptions({step: story.middle, later_step: story.end})
        yield story


@pytest.mark.parametrize("limit", [2, 50])
async def test_the_latest_messages_all_stand_at_the_same_revision_whatever_happens_meanwhile(limit: int) -> None:
    async for story in interrupted():
        page = await story.reader.latest("room", limit)
        assert bodies(page.messages) == SNAPSHOTS[page.revision][:limit]


@pytest.mark.parametrize("page_size", [1, 2, 5, 1000])
async def test_reading_changes_leaves_nothing_out_whatever_happens_meanwhile(page_size: int) -> None:
    async for story in interrupted():
        states: dict[str, Message] = {}
        revision, more = 0, True
        while more:
            page = await story.reader.changes("room", revision, page_size)
            assert all(revision < message.revision <= page.revision for message in page.messages)
            states.update({message.id: message for message in page.messages})
            revision, more = page.revision, page.more
        newest_first = sorted(states.values(), key=lambda message: -message.seq)
        assert bodies(newest_first) == SNAPSHOTS[revision]
