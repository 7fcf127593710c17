import asyncio
from collections.abc import Sequence

import pytest
from msgspec.structs import replace
from pymongo.errors import AutoReconnect

from mesh.database import Database
from mesh.errors import AlreadyExists, Conflict, Forbidden, NotFound
from message_service.model import Change, Guard, Message, NewMessage, Reaction
from message_service.reader import Reader
from message_service.store import MessageStore
from tests.message_service.writing import Writer, answer, assert_dense, change_of, everything, new


@pytest.fixture
async def writer(store: MessageStore) -> Writer:
    return Writer(store)


async def test_messages_are_numbered_without_a_gap_in_the_order_of_the_calls(
    writer: Writer, store: MessageStore, room: str
) -> None:
    bodies = [str(number) for number in range(1200)]
    messages = await writer.say(room, *bodies)
    assert [message.body for message in messages] == bodies
    assert [message.seq for message in messages] == list(range(1, 1201))
    assert [message.revision for message in messages] == list(range(1, 1201))
    assert writer.published == messages
    await assert_dense(store, room)


async def test_rooms_are_numbered_independently(writer: Writer, store: MessageStore, room: str) -> None:
    rooms = [f"{room}-{number}" for number in range(5)]
    waiting = [writer.log.append(new(rooms[number % 5])) for number in range(50)]
    messages = await asyncio.gather(*waiting)
    assert [message.seq for message in messages] == [number // 5 + 1 for number in range(50)]
    for one in rooms:
        await assert_dense(store, one)


async def test_a_message_is_stored_as_it_was_sent(writer: Writer, store: MessageStore, room: str) -> None:
    first = await writer.log.append(new(room))
    sent = new(room, "Grüße 🌍\n\t\"'$.{}\\ \u202e", sender_id="bob", reply_to=first.id)
    message = await writer.log.append(sent)
    assert (message.id, message.sender_id, message.body, message.reply_to) == (
        sent.message_id,
        "bob",
        sent.body,
        first.id,
    )
    assert await store.get(room, message.id) == message


async def test_a_retry_is_answered_with_what_is_stored_and_published_again(
    writer: Writer, store: MessageStore, room: str
) -> None:
    sent = new(room)
    stored = await writer.log.append(sent)
    await writer.say(room, "more")
    assert await writer.log.append(sent) == stored
    assert await Writer(store).log.append(sent) == stored
    assert writer.published.count(stored) == 2
    await assert_dense(store, room)


async def test_a_retry_in_the_same_batch_is_recognised_too(writer: Writer, store: MessageStore, room: str) -> None:
    first, again, second = new(room, "first"), new(room), new(room, "second")
    waiting = map(writer.log.append, (first, again, again, second, again))
    assert [message.seq for message in await asyncio.gather(*waiting)] == [1, 2, 2, 3, 2]
    await assert_dense(store, room)


async def test_a_batch_of_hundreds_of_retries_is_answered_and_what_is_new_among_them_stored(
    writer: Writer, store: MessageStore, room: str
) -> None:
    sent = [new(room, str(number)) for number in range(450)]
    stored = await asyncio.gather(*map(writer.log.append, sent[::2]))
    answers = await asyncio.gather(*map(Writer(store).log.append, sent))
    assert answers[::2] == stored
    assert [message.seq for message in answers[1::2]] == list(range(226, 451))
    await assert_dense(store, room)


async def test_a_retry_is_answered_with_the_message_as_it_stands(writer: Writer, room: str) -> None:
    sent = new(room)
    edited = await writer.edit(await writer.log.append(sent), "Hello!")
    assert await writer.log.append(sent) == edited


async def test_somebody_elses_message_id_is_refused_and_takes_no_number(
    writer: Writer, store: MessageStore, room: str
) -> None:
    mine = new(room)
    theirs = NewMessage(room, mine.message_id, "eve", "Gotcha")
    stored, refusal, later = await asyncio.gather(
        *map(writer.log.append, (mine, theirs, new(room))), return_exceptions=True
    )
    assert isinstance(refusal, AlreadyExists)
    assert refusal.reason == "MESSAGE_ID_TAKEN"
    assert isinstance(stored, Message)
    assert isinstance(later, Message)
    assert (stored.body, later.seq) == ("Hello", 2)
    await assert_dense(store, room)


async def test_the_same_message_id_in_two_rooms_is_two_messages(writer: Writer, room: str) -> None:
    here = new(room)
    there = NewMessage(f"{room}-2", here.message_id, "eve", "Also here")
    messages = await asyncio.gather(writer.log.append(here), writer.log.append(there))
    assert [message.body for message in messages] == ["Hello", "Also here"]


async def test_a_change_takes_the_next_revision_and_leaves_the_message_in_its_place(
    writer: Writer, store: MessageStore, reader: Reader, room: str
) -> None:
    first, second = await writer.say(room, "one", "two")
    changed = await writer.edit(first, "ONE")
    assert (changed.seq, changed.created_revision, changed.revision, changed.body) == (1, 1, 3, "ONE")
    (third,) = await writer.say(room, "three")
    assert (third.seq, third.revision) == (3, 4)
    assert writer.published == [first, second, changed, third]
    assert await everything(reader, room) == [second, changed, third]
    await assert_dense(store, room)


async def test_a_change_that_changes_nothing_takes_no_revision(writer: Writer, store: MessageStore, room: str) -> None:
    (message,) = await writer.say(room, "one")
    reacted = await writer.react(message, "bob")
    assert await writer.react(message, "bob") == reacted
    assert (await store.head(room)).revision == 2
    assert len(writer.published) == 2


async def test_what_an_edit_raises_is_the_answer_and_nothing_is_taken(
    writer: Writer, store: MessageStore, room: str
) -> None:
    def refuse(_message: Message) -> Message:
        raise Forbidden("Hands off.")

    (message,) = await writer.say(room, "one")
    with pytest.raises(Forbidden):
        await writer.log.change(room, message.id, refuse)
    with pytest.raises(NotFound):
        await writer.log.change(f"{room}-2", message.id, refuse)
    assert (await store.head(room)).revision == 1


async def test_the_id_of_a_change_is_not_the_id_of_a_message(writer: Writer, store: MessageStore, room: str) -> None:
    (message,) = await writer.say(room, "one")
    await writer.edit(message, "ONE")
    with pytest.raises(NotFound):
        await writer.log.change(room, "#2", lambda message: message)
    assert await store.get(room, "#2") is None
    assert await store.get_many([(room, "#2")]) == []


async def test_many_writers_at_once_leave_no_gap_and_lose_nothing(
    store: MessageStore, reader: Reader, room: str
) -> None:
    writers = [Writer(store) for _ in range(4)]
    (first,) = await writers[0].say(room, "first")

    async def work(number: int, writer: Writer) -> None:
        user = f"user-{number}"
        bodies = [f"{number}.{count}" for count in range(20)]
        reacting = asyncio.gather(*(writer.react(first, user, emoji) for emoji in ("👍", "🎉", "🍰")))
        messages = await writer.say(room, *bodies, sender_id=user)
        await reacting
        await asyncio.gather(*(writer.edit(message, f"{message.body}!") for message in messages[:5]))

    await asyncio.gather(*(work(number, writer) for number, writer in enumerate(writers)))
    await assert_dense(store, room)
    head = await store.head(room)
    assert (head.seq, head.revision) == (1 + 4 * 20, 1 + 4 * (20 + 3 + 5))
    messages = sorted(await everything(reader, room), key=lambda message: message.seq)
    assert {(reaction.emoji, len(reaction.user_ids)) for reaction in messages[0].reactions} == {
        ("👍", 4),
        ("🎉", 4),
        ("🍰", 4),
    }
    for number in range(4):
        bodies = [message.body for message in messages if message.sender_id == f"user-{number}"]
        assert bodies == [f"{number}.{count}{'!' if count < 5 else ''}" for count in range(20)]


async def test_a_writer_that_is_behind_never_takes_a_revision_that_others_have_passed(
    store: MessageStore, reader: Reader, room: str
) -> None:
    """If an edit moved its message to a new revision, the old one would be free for a writer that is behind to take,
    and whoever follows the room and has passed that revision would never see what was written there."""
    slow, fast = Writer(store), Writer(store)
    first, second, _ = await slow.say(room, "one", "two", "three")
    await fast.edit(first, "ONE")
    await fast.edit(first, "One")
    follower = await reader.changes(room, 0, 1000)
    assert follower.revision == 5

    (appended,) = await slow.say(room, "four")
    assert (appended.seq, appended.revision) == (4, 6)
    await fast.edit(first, "1")
    await fast.edit(first, "I")
    edited = await slow.edit(second, "TWO")
    assert edited.revision == 9
    assert [message.body for message in await everything(reader, room, after=follower.revision)] == ["four", "I", "TWO"]
    await assert_dense(store, room)


class FaultyStore(MessageStore):
    """Loses its connection once: on the way to the database, on the way back, or after some documents."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.insert_only: int | None = None
        self.lose: str | None = None

    async def insert(self, messages: Sequence[Message]) -> int:
        count, self.insert_only = self.insert_only, None
        if count is None:
            return await super().insert(messages)
        if count:
            await super().insert(messages[:count])
        raise AutoReconnect("connection lost")

    async def claim(self, change: Change) -> bool:
        self._maybe_lose("before claim")
        claimed = await super().claim(change)
        self._maybe_lose("after claim")
        return claimed

    async def apply(self, change: Change) -> None:
        await super().apply(change)
        self._maybe_lose("after apply")

    def _maybe_lose(self, where: str) -> None:
        if self.lose == where:
            self.lose = None
            raise AutoReconnect("connection lost")


@pytest.fixture
def faulty(store: MessageStore, database: Database) -> FaultyStore:
    return FaultyStore(database)


@pytest.mark.parametrize("stored", [0, 3, 10])
async def test_a_batch_that_failed_halfway_is_completed_by_its_retries(
    stored: int, faulty: FaultyStore, room: str
) -> None:
    writer = Writer(faulty)
    await writer.say(room, "before")
    batch = [new(room, str(number)) for number in range(10)]
    faulty.insert_only = stored
    failed = await asyncio.gather(*map(writer.log.append, batch), return_exceptions=True)
    assert {type(result) for result in failed} == {AutoReconnect}

    await Writer(faulty).say(room, "meanwhile")
    messages = await asyncio.gather(*map(writer.log.append, batch))
    assert [message.body for message in messages] == [str(number) for number in range(10)]
    assert [message.seq for message in messages] == sorted(message.seq for message in messages)
    await assert_dense(faulty, room)
    assert (await faulty.head(room)).seq == 12


async def test_what_a_lost_connection_left_unsaid_is_published_by_the_retry(faulty: FaultyStore, room: str) -> None:
    writer = Writer(faulty)
    sent = new(room)
    faulty.insert_only = 1
    with pytest.raises(AutoReconnect):
        await writer.log.append(sent)
    assert writer.published == []
    assert writer.doubtful == [room]
    assert await writer.log.append(sent) in writer.published


@pytest.mark.parametrize("where", ["before claim", "after claim", "after apply"])
async def test_a_change_that_failed_halfway_is_completed_by_its_retry(
    where: str, faulty: FaultyStore, reader: Reader, room: str
) -> None:
    writer = Writer(faulty)
    message, _ = await writer.say(room, "one", "two")
    faulty.lose = where
    with pytest.raises(AutoReconnect):
        await writer.react(message, "bob")
    after = await writer.react(message, "bob")
    assert after.reactions == (Reaction("👍", ("bob",)),)
    assert (await faulty.head(room)).revision == 3
    assert await everything(reader, room, after=2) == [after]
    await assert_dense(faulty, room)


@pytest.mark.parametrize("with_known_head", [True, False])
async def test_a_change_whose_writer_died_is_brought_in_by_the_next_writer(
    with_known_head: bool, store: MessageStore, room: str
) -> None:
    writer = Writer(store)
    first, _ = await writer.say(room, "one", "two")
    assert await store.claim(change_of(first, 3, "ONE"))
    assert (await store.get(room, first.id)) == first, "nobody has brought it in yet"
    (third,) = await (writer if with_known_head else Writer(store)).say(room, "three")
    assert (third.seq, third.revision) == (3, 4)
    healed = await store.get(room, first.id)
    assert healed is not None
    assert (healed.body, healed.revision) == ("ONE", 3)


async def test_a_change_whose_writer_died_is_the_ground_of_the_next_change(store: MessageStore, room: str) -> None:
    writer = Writer(store)
    (first,) = await writer.say(room, "one")
    assert await store.claim(change_of(first, 2, "ONE"))
    reacted = await writer.react(first, "bob")
    assert (reacted.body, reacted.revision, len(reacted.reactions)) == ("ONE", 3, 1)


async def test_a_change_that_is_brought_in_late_does_not_undo_a_later_one(store: MessageStore, room: str) -> None:
    writer = Writer(store)
    (first,) = await writer.say(room, "one")
    late = change_of(first, 2, "ONE")
    assert await store.claim(late)
    edited = await writer.edit(first, "One")
    await store.apply(late)
    assert await store.get(room, first.id) == edited


async def test_a_room_can_be_purged_while_others_are_written(store: MessageStore, room: str) -> None:
    writer = Writer(store)
    other = f"{room}-2"
    await writer.say(room, "one")

    async def purge() -> None:
        for _ in range(200):
            writer.log.forget(room)
            await asyncio.sleep(0)

    purging = asyncio.create_task(purge())
    others = asyncio.gather(*(writer.say(other, "x") for _ in range(20)))
    messages = await writer.say(room, *map(str, range(20)))
    await others
    await purging
    assert [message.seq for message in messages] == list(range(2, 22))


async def test_draining_waits_until_all_is_written(writer: Writer, room: str) -> None:
    waiting = [writer.log.append(new(room)) for _ in range(3)]
    await writer.log.drain()
    assert [future.result().seq for future in waiting] == [1, 2, 3]


async def test_rooms_beyond_the_number_remembered_are_looked_up_again(
    store: MessageStore, room: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("message_service.log._MAX_HEADS", 2)
    writer = Writer(store)
    rooms = [f"{room}-{number}" for number in range(4)]
    for count in range(1, 4):
        for one in rooms:
            (message,) = await writer.say(one, "Hello")
            assert message.seq == count
    waiting = [writer.log.append(new(one)) for one in rooms]
    assert {message.seq for message in await asyncio.gather(*waiting)} == {4}


async def test_an_answer_is_refused_when_somebody_else_has_answered_since(writer: Writer, room: str) -> None:
    (question,) = await writer.say(room, "Help", sender_id="guest")
    first = await writer.log.append(answer(room, "ann", seen=question.revision))
    late = answer(room, "bob", seen=question.revision)
    with pytest.raises(Conflict) as refused:
        await writer.log.append(late)
    assert refused.value.reason == "ANSWERED_MEANWHILE"
    assert (await writer.log.append(replace(late, guard=Guard(first.revision, "guest")))).seq == 3


async def test_what_the_visitor_and_the_sender_itself_have_written_meanwhile_is_no_hindrance(
    writer: Writer, room: str
) -> None:
    (question,) = await writer.say(room, "Help", sender_id="guest")
    await writer.say(room, "Are you there?", sender_id="guest")
    waiting = [writer.log.append(answer(room, "ann", seen=question.revision)) for _ in range(2)]
    assert [message.seq for message in await asyncio.gather(*waiting)] == [3, 4]


async def test_changes_of_older_messages_are_no_hindrance_to_an_answer(writer: Writer, room: str) -> None:
    (question,) = await writer.say(room, "Help", sender_id="guest")
    await writer.react(question, "bob")
    assert (await writer.log.append(answer(room, "ann", seen=question.revision))).seq == 2


async def test_of_two_answers_to_the_same_question_one_is_stored(
    writer: Writer, store: MessageStore, room: str
) -> None:
    other = Writer(store)
    (question,) = await writer.say(room, "Help", sender_id="guest")
    await other.say(room, "Are you there?", sender_id="guest")
    for first, second in ((writer, other), (writer, writer)):
        (asked,) = await first.say(room, "And?", sender_id="guest")
        seen = asked.revision
        answers = await asyncio.gather(
            first.log.append(answer(room, "ann", seen=seen)),
            second.log.append(answer(room, "bob", seen=seen)),
            return_exceptions=True,
        )
        assert sorted(type(answered).__name__ for answered in answers) == ["Conflict", "Message"]
    assert question.seq == 1
    await assert_dense(store, room)


async def test_a_retry_of_an_answer_is_recognised_although_somebody_has_answered_since(
    writer: Writer, room: str
) -> None:
    (question,) = await writer.say(room, "Help", sender_id="guest")
    sent = answer(room, "ann", seen=question.revision)
    stored = await writer.log.append(sent)
    await writer.say(room, "And from me", sender_id="bob")
    assert await writer.log.append(sent) == stored
