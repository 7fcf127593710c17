import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from msgspec.structs import replace

from mesh.database import Database
from mesh.errors import Forbidden, Invalid, NotFound, ParlanceError, Unavailable
from message_service.activity import Activity, LastMessage
from message_service.attachments import Attachments
from message_service.attachments_store import AttachmentStore
from message_service.log import Log
from message_service.membership import Membership, Pair
from message_service.messages import Messages
from message_service.model import Message, NewMessage, Reaction, Role, Seat
from message_service.store import MessageStore
from tests.message_service.writing import new, ticking


@dataclass
class Doorman:
    """room_service's word on who is what, in every room."""

    roles: dict[str, Role] = field(default_factory=dict)
    conversations: set[str] = field(default_factory=set)
    away: bool = False
    told: list[tuple[str, int, str]] = field(default_factory=list)

    async def ask(self, pairs: Sequence[Pair]) -> list[Seat]:
        if self.away:
            raise Unavailable("room_service is away.")
        return [Seat(self.roles.get(user_id, Role.NONE), room_id in self.conversations) for user_id, room_id in pairs]

    async def take(self, messages: Sequence[LastMessage]) -> None:
        if self.away:
            raise Unavailable("room_service is away.")
        self.told += [(message.room_id, message.seq, message.sender_id) for message in messages]


@pytest.fixture
def doorman() -> Doorman:
    return Doorman({"ann": Role.MEMBER, "bob": Role.MEMBER, "mod": Role.MODERATOR, "own": Role.OWNER})


@pytest.fixture
async def messages(database: Database, store: MessageStore, doorman: Doorman) -> Messages:
    log = Log(store, lambda _message: None, lambda _room_id: None, now=ticking())
    membership = Membership(doorman.ask, now=lambda: 0.0)
    attachments = Attachments(AttachmentStore(database), store, membership, now=ticking())
    return Messages(log, store, membership, attachments, Activity(doorman.take), now=ticking())


async def sent(messages: Messages, message: NewMessage) -> Message:
    (result,) = await messages.send([message])
    assert isinstance(result, Message)
    return result


async def refused(messages: Messages, message: NewMessage) -> tuple[type[Exception], str, str | None]:
    (result,) = await messages.send([message])
    assert isinstance(result, ParlanceError)
    return type(result), result.reason, result.field


async def test_a_member_writes(messages: Messages, room: str) -> None:
    message = await sent(messages, new(room, "Hello"))
    assert (message.seq, message.sender_id, message.body) == (1, "ann", "Hello")


async def test_who_is_not_a_member_may_not(messages: Messages, room: str) -> None:
    assert await refused(messages, new(room, sender_id="eve")) == (Forbidden, "NOT_A_MEMBER", None)


@pytest.mark.parametrize("body", ["", "   ", "\n\t", "\u200b\u200d", "\u00a0", "\0"])
async def test_a_message_cannot_be_empty(body: str, messages: Messages, room: str) -> None:
    assert await refused(messages, new(room, body)) == (Invalid, "BODY_EMPTY", "body")


async def test_a_message_has_at_most_4000_characters(messages: Messages, room: str) -> None:
    assert (await sent(messages, new(room, "🌍" * 4000))).seq == 1
    assert await refused(messages, new(room, "x" * 4001)) == (Invalid, "BODY_TOO_LONG", "body")


@pytest.mark.parametrize("message_id", ["", "1", "#1", "not-a-uuid", "../../etc"])
async def test_a_message_id_is_a_uuid(message_id: str, messages: Messages, room: str) -> None:
    message = NewMessage(room, message_id, "ann", "Hello")
    kind, _, field = await refused(messages, message)
    assert (kind, field) == (Invalid, "message_id")


async def test_an_answer_names_a_message_of_the_same_room(messages: Messages, doorman: Doorman, room: str) -> None:
    question = await sent(messages, new(room, "Who?"))
    assert (await sent(messages, new(room, "I.", reply_to=question.id))).reply_to == question.id
    nowhere = (NotFound, "NO_SUCH_MESSAGE", "reply_to")
    assert await refused(messages, new(room, "I.", reply_to=str(uuid4()))) == nowhere
    assert await refused(messages, new(f"{room}-2", "I.", reply_to=question.id)) == nowhere


async def test_an_answer_to_a_change_is_refused_and_does_not_harm_the_batch(messages: Messages, room: str) -> None:
    message = await sent(messages, new(room, "one"))
    await messages.edit(room, message.id, "ann", "ONE")
    refusal, other = await messages.send([new(room, "I.", reply_to="#2"), new(room, "two")])
    assert isinstance(refusal, NotFound)
    assert isinstance(other, Message)


async def test_each_message_of_a_batch_is_answered_on_its_own_and_the_order_is_kept(
    messages: Messages, room: str
) -> None:
    results = await messages.send([new(room, "one"), new(room, ""), new(room, "two"), new(room, sender_id="eve")])
    told = [result.body if isinstance(result, Message) else type(result).__name__ for result in results]
    assert told == ["one", "Invalid", "two", "Forbidden"]
    assert [result.seq for result in results if isinstance(result, Message)] == [1, 2]


async def test_a_conversation_knows_of_a_message_before_its_sender_hears_that_it_is_stored(
    messages: Messages, doorman: Doorman, room: str
) -> None:
    doorman.conversations = {room}
    await messages.send([new(room, "It begins, and waits for an answer"), new(f"{room}-2"), new(f"{room}-2")])
    assert doorman.told == []
    question = new(room, "Are you there?")
    await sent(messages, question)
    assert doorman.told == [(room, 2, "ann")]
    await sent(messages, question)  # again: the answer was lost, and who knows what else
    assert doorman.told == [(room, 2, "ann")] * 2


async def test_a_conversation_that_cannot_be_told_keeps_no_message_from_being_stored(
    messages: Messages, doorman: Doorman, room: str
) -> None:
    doorman.conversations = {room}
    await sent(messages, new(room, "Hello"))
    doorman.away = True
    assert (await sent(messages, new(room, "Are you there?"))).seq == 2
    doorman.away = False
    assert (await sent(messages, new(room, "Hello?"))).seq == 3
    assert doorman.told == [(room, 3, "ann")]


async def test_what_nobody_waits_for_any_more_is_not_stored(
    messages: Messages, store: MessageStore, room: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the database stalls, the same messages come again and again."""
    stalled, insert = asyncio.Event(), store.insert
    started = asyncio.Event()

    async def insert_later(batch: Sequence[Message]) -> int:
        started.set()
        await stalled.wait()
        return await insert(batch)

    monkeypatch.setattr(store, "insert", insert_later)
    first = asyncio.create_task(messages.send([new(room, "first")]))
    await started.wait()
    given_up = asyncio.create_task(messages.send([new(room, "given up"), new(room, "given up too")]))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    given_up.cancel()
    await asyncio.wait([given_up])
    later = asyncio.create_task(messages.send([new(room, "later")]))
    stalled.set()
    await asyncio.gather(first, later)
    assert [message.body for message in await store.before(room, None, 10)] == ["later", "first"]


async def test_nobody_writes_while_room_service_cannot_be_asked(
    messages: Messages, doorman: Doorman, room: str
) -> None:
    doorman.away = True
    with pytest.raises(Unavailable):
        await messages.send([new(room)])


async def test_one_edits_ones_own_message(messages: Messages, room: str) -> None:
    message = await sent(messages, new(room, "one"))
    edited = await messages.edit(room, message.id, "ann", "ONE")
    assert edited.edited_at is not None
    assert edited == replace(message, body="ONE", revision=2, edited_at=edited.edited_at)
    assert await messages.edit(room, message.id, "ann", "ONE") == edited


@pytest.mark.parametrize("actor_id", ["bob", "mod", "own", "eve"])
async def test_nobody_edits_somebody_elses_message(actor_id: str, messages: Messages, room: str) -> None:
    message = await sent(messages, new(room, "one"))
    with pytest.raises(Forbidden):
        await messages.edit(room, message.id, actor_id, "ONE")


async def test_a_message_cannot_be_edited_into_an_empty_one(messages: Messages, room: str) -> None:
    message = await sent(messages, new(room, "one"))
    with pytest.raises(Invalid):
        await messages.edit(room, message.id, "ann", " ")


@pytest.mark.parametrize("actor_id", ["ann", "mod", "own"])
async def test_a_message_is_deleted_by_its_sender_or_a_moderator(actor_id: str, messages: Messages, room: str) -> None:
    message = await sent(messages, new(room, "one"))
    await messages.react(room, message.id, "bob", "👍", on=True)
    deleted = await messages.delete(room, message.id, actor_id)
    assert (deleted.body, deleted.reactions, deleted.seq, deleted.revision) == ("", (), 1, 3)
    assert deleted.deleted_at is not None
    assert await messages.delete(room, message.id, actor_id) == deleted


@pytest.mark.parametrize("actor_id", ["bob", "eve"])
async def test_it_is_not_deleted_by_anybody_else(actor_id: str, messages: Messages, room: str) -> None:
    message = await sent(messages, new(room, "one"))
    with pytest.raises(Forbidden):
        await messages.delete(room, message.id, actor_id)


async def test_a_deleted_message_stays_as_it_is(messages: Messages, room: str) -> None:
    message = await sent(messages, new(room, "one"))
    await messages.delete(room, message.id, "ann")
    with pytest.raises(NotFound):
        await messages.edit(room, message.id, "ann", "two")
    with pytest.raises(NotFound):
        await messages.react(room, message.id, "ann", "👍", on=True)


async def test_reactions_come_in_order_and_go_again(messages: Messages, room: str) -> None:
    message = await sent(messages, new(room, "one"))
    for user_id, emoji in (("bob", "👍"), ("ann", "🎉"), ("ann", "👍")):
        reacted = await messages.react(room, message.id, user_id, emoji, on=True)
    assert reacted.reactions == (Reaction("👍", ("bob", "ann")), Reaction("🎉", ("ann",)))
    assert reacted.edited_at is None
    await messages.react(room, message.id, "bob", "👍", on=False)
    left = await messages.react(room, message.id, "ann", "🎉", on=False)
    assert left.reactions == (Reaction("👍", ("ann",)),)
    assert await messages.react(room, message.id, "bob", "👍", on=False) == left


@pytest.mark.parametrize("emoji", ["", "x", "👍 ", "hello", "👍" * 33])
async def test_a_reaction_is_an_emoji(emoji: str, messages: Messages, room: str) -> None:
    message = await sent(messages, new(room, "one"))
    with pytest.raises(Invalid):
        await messages.react(room, message.id, "ann", emoji, on=True)


@pytest.mark.parametrize("emoji", ["👍", "👩‍👩‍👧‍👦", "🇩🇪", "❤️", "1️⃣", "#️⃣"])
async def test_every_kind_of_emoji_is_one(emoji: str, messages: Messages, room: str) -> None:
    message = await sent(messages, new(room, "one"))
    assert (await messages.react(room, message.id, "ann", emoji, on=True)).reactions == (Reaction(emoji, ("ann",)),)


async def test_a_message_holds_at_most_50_different_reactions(messages: Messages, room: str) -> None:
    message = await sent(messages, new(room, "one"))
    for number in range(50):
        await messages.react(room, message.id, "ann", chr(0x1F600 + number), on=True)
    with pytest.raises(Invalid):
        await messages.react(room, message.id, "ann", "🎉", on=True)
    assert len((await messages.react(room, message.id, "bob", chr(0x1F600), on=True)).reactions) == 50


async def test_who_is_not_a_member_may_not_react(messages: Messages, room: str) -> None:
    message = await sent(messages, new(room, "one"))
    with pytest.raises(Forbidden):
        await messages.react(room, message.id, "eve", "👍", on=True)
