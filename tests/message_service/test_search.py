from dataclasses import replace
from uuid import uuid4

import pytest

from mesh.database import Database
from mesh.errors import Invalid
from message_service.log import Log
from message_service.model import Message, NewMessage
from message_service.reader import Reader
from message_service.search import FAR_BEHIND, QUIET_SECONDS, Search
from message_service.store import MessageStore


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Library:
    """A log and its index."""

    def __init__(self, database: Database) -> None:
        self.clock = Clock()
        self.store = MessageStore(database)
        self.search = Search(database, self.store, Reader(self.store), now=self.clock)
        self.log = Log(self.store, lambda message: self.search.touch(message.room_id), now=lambda: 1)
        self.texts = database["message_texts"]

    async def say(self, room_id: str, body: str) -> Message:
        return await self.log.append(NewMessage(room_id, str(uuid4()), "ann", body))

    async def find(self, query: str, *room_ids: str) -> set[str]:
        return {message.body for message in await self.search.find(query, room_ids, skip=0, limit=50)}


@pytest.fixture
async def library(database: Database) -> Library:
    library = Library(database)
    await library.store.ensure_indexes()
    await library.search.ensure_indexes()
    return library


async def test_all_words_must_occur_and_only_the_given_rooms_count(library: Library) -> None:
    for room_id, body in (("a", "the quick brown fox"), ("a", "a quick answer"), ("b", "another quick fox")):
        await library.say(room_id, body)
    assert await library.find("quick fox", "a") == {"the quick brown fox"}
    assert await library.find("QUICK", "a", "b") == {"the quick brown fox", "a quick answer", "another quick fox"}
    assert await library.find("slow", "a", "b") == set()


async def test_it_follows_edits_and_deletions(library: Library) -> None:
    edited, deleted = await library.say("a", "apples"), await library.say("a", "apples too")
    assert await library.find("apples", "a") == {"apples", "apples too"}
    await library.log.change("a", edited.id, lambda message: replace(message, body="pears"))
    await library.log.change("a", deleted.id, lambda message: replace(message, body="", deleted_at=2))
    assert await library.find("apples", "a") == set()
    assert await library.find("pears", "a") == {"pears"}


@pytest.mark.parametrize("query", ["quick AND", "fox*", "-fox", "(quick", "a:b", "';-- x", "{$gt: 1} fox"])
async def test_odd_characters_are_harmless(library: Library, query: str) -> None:
    await library.say("a", "the quick brown fox")
    assert await library.find(query, "a") <= {"the quick brown fox"}


async def test_a_query_without_words_is_refused(library: Library) -> None:
    with pytest.raises(Invalid, match="at least one word"):
        await library.find('" - *', "a")


async def test_rooms_are_fed_when_they_are_quiet_or_far_behind(library: Library) -> None:
    await library.say("a", "hello")
    await library.search.feed()
    assert await library.texts.find_one({}) is None
    library.clock.now = QUIET_SECONDS
    await library.search.feed()
    assert await library.texts.find_one({}) is not None
    await library.say("b", "hello")
    for _ in range(FAR_BEHIND):
        library.search.touch("b")
    await library.search.feed()
    assert await library.texts.find_one({"room_id": {"$eq": "b"}}) is not None
