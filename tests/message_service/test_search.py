import asyncio
from uuid import uuid4

import pytest
from msgspec.structs import replace

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
        self.log = Log(
            self.store, lambda message: self.search.touch(message.room_id), lambda _room_id: None, now=lambda: 1
        )
        self.texts = database["message_texts"]
        self.database = database

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


async def test_words_of_any_language_are_found_whole(library: Library) -> None:
    for body in ("Grüße aus Köln", "привет мир", "don't panic", "snake_case rules", "100 % sure"):
        await library.say("a", body)
    for query, found in (
        ("grüße", "Grüße aus Köln"),
        ("МИР", "привет мир"),
        ("don't", "don't panic"),
        ("snake_case", "snake_case rules"),
        ("100%", "100 % sure"),
    ):
        assert await library.find(query, "a") == {found}
    assert await library.find("pan", "a") == set()


async def test_pages_of_what_was_found_neither_overlap_nor_leave_out(library: Library) -> None:
    bodies = {f"fox {number}" for number in range(7)}
    for body in bodies:
        await library.say("a", body)
    pages = [await library.search.find("fox", ["a"], skip=skip, limit=2) for skip in (0, 2, 4, 6, 8)]
    assert [len(page) for page in pages] == [2, 2, 2, 1, 0]
    assert {message.body for page in pages for message in page} == bodies


async def test_many_who_search_at_once_all_find_what_was_written_before(library: Library) -> None:
    replica = Search(library.database, library.store, Reader(library.store))
    first = await library.say("a", "fox 0")
    for number in range(1, 250):
        await library.say("a", f"fox {number}")
    await library.log.change("a", first.id, lambda message: replace(message, body="fox once more"))
    searches = [search.find("fox", ["a"], skip=0, limit=300) for search in (library.search, replica) * 4]
    found = await asyncio.gather(*searches)
    assert [len(messages) for messages in found] == [250] * 8
    assert await library.find("fox once more", "a") == {"fox once more"}
    assert library.search._feeding == {}


async def test_a_purged_room_is_found_no_more(library: Library) -> None:
    await library.say("a", "fox")
    assert await library.find("fox", "a") == {"fox"}
    await library.store.purge("a")
    await library.search.purge("a")
    assert await library.find("fox", "a") == set()
