from typing import Any, cast

import pytest

from mesh.database import DUPLICATE_KEY, BulkWriteError, Database
from message_service.model import Kind, Message, Reaction
from message_service.store import MessageStore
from tests.message_service.writing import NOW, Writer, change_of


def message(room: str, seq: int, revision: int, message_id: str = "") -> Message:
    return Message(
        id=message_id or f"message-{revision}",
        room_id=room,
        seq=seq,
        revision=revision,
        created_revision=revision,
        sender_id="ann",
        kind=Kind.NOTICE,
        body="Grüße\0 🌍",
        reply_to="message-0",
        sent_at=NOW,
        edited_at=NOW + 1,
        deleted_at=NOW + 2,
        reactions=(Reaction("👍", ("bob", "ann")), Reaction("$.", ("eve",))),
    )


async def test_a_message_comes_back_as_it_was_stored(store: MessageStore, room: str) -> None:
    stored = message(room, 1, 1)
    assert await store.insert([stored]) == 1
    assert await store.get(room, stored.id) == stored
    assert await store.entries(room, 0, 10) == [stored]
    assert await store.before(room, None, 10) == [stored]
    assert (await store.head(room)).last_message == stored


@pytest.mark.parametrize(
    ("seq", "revision", "message_id"),
    [(2, 9, "new"), (9, 2, "new"), (9, 9, "message-2")],
    ids=["seq", "revision", "id"],
)
async def test_a_batch_is_stored_up_to_the_first_message_that_collides(
    seq: int, revision: int, message_id: str, store: MessageStore, room: str
) -> None:
    await store.insert([message(room, 1, 1), message(room, 2, 2)])
    batch = [message(room, 3, 3), message(room, seq, revision, message_id), message(room, 5, 5)]
    assert await store.insert(batch) == 1
    assert [one.seq for one in await store.before(room, None, 10)] == [3, 2, 1]


async def test_a_revision_is_claimed_once(store: MessageStore, room: str) -> None:
    (first,) = await Writer(store).say(room, "one")
    assert not await store.claim(change_of(first, 1, "taken by the message"))
    assert await store.claim(change_of(first, 2, "first"))
    assert not await store.claim(change_of(first, 2, "second"))
    assert await store.insert([message(room, 2, 2)]) == 0


async def test_what_was_edited_away_is_kept_nowhere(store: MessageStore, database: Database, room: str) -> None:
    writer = Writer(store)
    (first,) = await writer.say(room, "secret")
    await writer.edit(first, "still secret")
    await writer.edit(first, "public")
    documents = [document async for document in database["messages"].find({"room_id": {"$eq": room}})]
    assert len(documents) == 3
    assert "secret" not in str(documents)


async def test_a_purged_room_is_empty_and_the_others_stay(store: MessageStore, room: str) -> None:
    await store.insert([message(room, 1, 1), message(f"{room}-2", 1, 1)])
    await store.purge(room)
    assert await store.entries(room, 0, 10) == []
    assert len(await store.entries(f"{room}-2", 0, 10)) == 1


class Broken:
    """A collection whose batches fail."""

    def __init__(self, details: dict[str, Any]) -> None:
        self._details = details

    async def insert_many(self, _documents: object, *, ordered: bool) -> None:
        raise BulkWriteError(self._details)


DUPLICATE = {"index": 1, "code": DUPLICATE_KEY}


@pytest.mark.parametrize(
    "details",
    [
        {"writeErrors": [DUPLICATE], "writeConcernErrors": [{"code": 64}]},
        {"writeErrors": [], "writeConcernErrors": [{"code": 64}]},
        {"writeErrors": [{"index": 1, "code": 121}], "writeConcernErrors": []},
    ],
    ids=["collided and not yet safe", "not yet safe", "other error"],
)
async def test_what_may_yet_disappear_is_not_counted_as_stored(details: dict[str, Any]) -> None:
    store = MessageStore(cast(Any, {"messages": Broken(details)}))
    with pytest.raises(BulkWriteError):
        await store.insert([message("room", 1, 1), message("room", 2, 2)])
