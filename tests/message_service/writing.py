"""What tests of the log write and look at."""

import asyncio
import itertools
from collections.abc import Callable, Sequence
from uuid import uuid4

from msgspec.structs import replace

from message_service.activity import LastMessage
from message_service.log import Edit, Log
from message_service.model import Change, Guard, Message, NewMessage, with_reaction
from message_service.reader import Reader
from message_service.store import MessageStore

NOW = 1_700_000_000_000


class Writer:
    """One process that writes to the logs, what it has told, and a clock that moves whenever it is read."""

    def __init__(self, store: MessageStore) -> None:
        self.published: list[Message] = []
        self.doubtful: list[str] = []
        self.log = Log(store, self.published.append, self.doubtful.append, now=ticking())

    async def say(self, room_id: str, *bodies: str, sender_id: str = "ann") -> list[Message]:
        """Store one message for each text."""
        return list(await asyncio.gather(*(self.log.append(new(room_id, body, sender_id)) for body in bodies)))

    async def edit(self, message: Message, body: str) -> Message:
        """Replace a message's text."""
        return await self.log.change(message.room_id, message.id, edited(body))

    async def react(self, message: Message, user_id: str, emoji: str = "👍") -> Message:
        """Add a reaction."""
        return await self.log.change(
            message.room_id, message.id, lambda before: with_reaction(before, user_id, emoji, True)
        )


def ticking() -> Callable[[], int]:
    """A clock that moves by a millisecond whenever it is read."""
    return itertools.count(NOW).__next__


async def unheard(_messages: Sequence[LastMessage]) -> None:
    """A room_service that is told of activity in vain."""


def new(room_id: str, body: str = "Hello", sender_id: str = "ann", *, reply_to: str | None = None) -> NewMessage:
    """A message to store, with an id of its own."""
    return NewMessage(room_id, str(uuid4()), sender_id, body, reply_to=reply_to)


def answer(room_id: str, sender_id: str, *, seen: int) -> NewMessage:
    """An agent's answer to the visitor "guest", of whose conversation it has seen so much."""
    return replace(new(room_id, "Hello!", sender_id), guard=Guard(seen, "guest"))


def edited(body: str) -> Edit:
    """The edit that replaces the text."""
    return lambda message: replace(message, body=body, edited_at=NOW)


def deleted(message: Message) -> Message:
    """The message taken back; the same when it is already."""
    return message if message.deleted_at else replace(message, body="", reactions=(), deleted_at=NOW)


def change_of(message: Message, revision: int, body: str) -> Change:
    """An edit as a writer claims it."""
    return Change.of(replace(message, revision=revision, body=body, edited_at=NOW))


async def everything(reader: Reader, room_id: str, *, after: int = 0, page_size: int = 1000) -> list[Message]:
    """All that changed after a revision, read in pages; each message once, by revision."""
    states: dict[str, Message] = {}
    more = True
    while more:
        page = await reader.changes(room_id, after, page_size)
        assert page.revision >= after
        states.update({message.id: message for message in page.messages})
        after, more = page.revision, page.more
    return sorted(states.values(), key=lambda message: message.revision)


async def assert_dense(store: MessageStore, room_id: str) -> None:
    """Every revision and every seq is taken once, from 1 on."""
    entries = await store.entries(room_id, 0, 100_000)
    revisions = [entry.created_revision if isinstance(entry, Message) else entry.revision for entry in entries]
    assert revisions == list(range(1, len(entries) + 1))
    seqs = [entry.seq for entry in entries if isinstance(entry, Message)]
    assert seqs == list(range(1, len(seqs) + 1))
