"""Appends to the logs of rooms such that each stays dense (`seq` and `revision` 1, 2, 3 …), with any number of writers.

Nobody hands out numbers. A writer knows where a room's log stands, numbers its batch from there and inserts it; the unique
indexes refuse the first document of a writer that was too slow, which then looks again and renumbers what is left. A
message id that is already stored is a retry and is answered with what is stored.

A change to an older message takes a revision in the same way, and is then brought into the message's document. Whoever
finds a change at the head of a log does that too before writing behind it, so that at most the last one can be missing
there.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Container, Iterable, Sequence
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace
from prometheus_client import Counter

from mesh import logs
from mesh.batching import Batcher
from mesh.errors import AlreadyExists, Conflict, NotFound, ParlanceError, Unavailable
from message_service.model import Change, Head, Message, NewMessage
from message_service.store import MessageStore

log = logs.get(__name__)

STORED = Counter("parlance_messages_stored_total", "Messages appended.")
COLLISIONS = Counter("parlance_log_collisions_total", "Numbers that another writer took first.")
RETRIES = Counter("parlance_log_retries_total", "Sends that were stored already.")

_MAX_COLLISIONS = 200
_MAX_HEADS = 100_000

Publish = Callable[[Message], None]
"""Tells subscribers of a stored message or change; must not block."""

Doubt = Callable[[str], None]
"""Has subscribers of a room look where its log stands: something may have been stored that nobody published."""

Edit = Callable[[Message], Message]
"""Makes the new state of a message (its revision is set by the log), or raises; returning its argument changes nothing."""


_Waiting: TypeAlias = tuple[int, NewMessage]
"""A message to store, and its place in its batch."""


class _Wish(Struct, frozen=True):
    """A change that somebody wants."""

    room_id: str
    message_id: str
    edit: Edit


class Log:
    """The logs of all rooms, as written by this process: one batch at a time."""

    def __init__(self, store: MessageStore, publish: Publish, doubt: Doubt, *, now: Callable[[], int]) -> None:
        """`now` gives milliseconds since 1970."""
        self._store = store
        self._publish = publish
        self._doubt = doubt
        self._now = now
        self._heads: OrderedDict[str, Head] = OrderedDict()
        self._writes: Batcher[NewMessage | _Wish, Message] = Batcher(self._write)

    def append(self, message: NewMessage) -> asyncio.Future[Message]:
        """Store a message at the end of its room. The order of calls is the order in the log.

        The future brings the stored message; it fails with `AlreadyExists` when the id is another sender's.
        """
        return self._writes.submit(message)

    async def change(self, room_id: str, message_id: str, edit: Edit) -> Message:
        """Change a message; raises `NotFound`, or what `edit` raises."""
        return await self._writes.submit(_Wish(room_id, message_id, edit))

    def forget(self, room_id: str) -> None:
        """Look again where a room's log stands before the next write."""
        self._heads.pop(room_id, None)

    async def drain(self) -> None:
        """Wait until everything accepted is written."""
        await self._writes.drain()

    async def _write(self, items: Sequence[NewMessage | _Wish]) -> list[Message | Exception]:
        appends = [(place, item) for place, item in enumerate(items) if isinstance(item, NewMessage)]
        results: dict[int, Message | Exception] = await self._append(appends) if appends else {}
        for place, item in enumerate(items):
            if isinstance(item, _Wish):
                results[place] = await self._changed(item)
        return [results[place] for place in range(len(items))]

    async def _append(self, waiting: list[_Waiting]) -> dict[int, Message | Exception]:
        results: dict[int, Message | Exception] = {}
        collisions = 0
        try:
            while collisions < _MAX_COLLISIONS:
                results |= await self._refuse_overtaken(waiting)
                if waiting := _unanswered(waiting, results):
                    results |= await self._insert(waiting)
                    waiting = _unanswered(waiting, results)
                if not waiting:
                    return results
                answers = await self._answer_retries(waiting)
                if not answers:  # another writer was faster
                    COLLISIONS.inc()
                    collisions += 1
                    self.forget(waiting[0][1].room_id)
                results |= answers
                waiting = _unanswered(waiting, results)
            failure: Exception = Unavailable("Too many write at once. Try again in a moment.", retry_after=1.0)
        except Exception as error:  # what was stored before it is stored; of the rest nobody knows
            failure = error
        for place, unwritten in waiting:
            self._lose_track(unwritten.room_id)
            results[place] = failure
        return results

    async def _insert(self, waiting: Sequence[_Waiting]) -> dict[int, Message]:
        """Store messages up to the first that is refused: its number or its id is taken."""
        numbered = await self._number([message for _, message in waiting])
        stored = await self._store.insert(numbered)
        STORED.inc(stored)
        if logs.in_detail():
            _log_stored(numbered[:stored])
        return {place: self._stored(message) for (place, _), message in zip(waiting[:stored], numbered, strict=False)}

    async def _refuse_overtaken(self, waiting: Sequence[_Waiting]) -> dict[int, Message | Exception]:
        """What to answer those whose guard refuses them, or whose message was stored before it would have.

        Exact, because it is asked after the head was read behind which the rest is then stored, and again if that fails.
        """
        answers: dict[int, Message | Exception] = {}
        if all(message.guard is None for _, message in waiting):
            return answers
        heads = await self._load_heads({message.room_id for _, message in waiting})
        senders: dict[str, set[str]] = {}  # of those before it in this batch
        for place, message in waiting:
            before = senders.setdefault(message.room_id, set())
            guard = message.guard
            if guard is not None:
                others = set(before)
                if heads[message.room_id].revision > guard.seen_revision:
                    others |= await self._store.senders_after(message.room_id, guard.seen_revision)
                if others - {message.sender_id, guard.visitor_id}:
                    stored = await self._store.get(message.room_id, message.message_id)
                    answers[place] = self._answer_retry(message, stored) if stored is not None else _overtaken()
                    continue
            before.add(message.sender_id)
        return answers

    async def _number(self, messages: Sequence[NewMessage]) -> list[Message]:
        """Give each message the next numbers of its room."""
        heads = await self._load_heads({message.room_id for message in messages})
        now = self._now()
        numbered = []
        for new in messages:
            head = heads[new.room_id]
            heads[new.room_id] = head = Head(head.seq + 1, head.revision + 1)
            numbered.append(
                Message(
                    id=new.message_id,
                    room_id=new.room_id,
                    seq=head.seq,
                    revision=head.revision,
                    created_revision=head.revision,
                    sender_id=new.sender_id,
                    kind=new.kind,
                    body=new.body,
                    reply_to=new.reply_to,
                    sent_at=now,
                    attachments=new.attachments,
                )
            )
        return numbered

    def _stored(self, message: Message) -> Message:
        self._remember(message.room_id, Head(message.seq, message.revision))
        self._publish(message)
        return message

    async def _answer_retries(self, waiting: Sequence[_Waiting]) -> dict[int, Message | Exception]:
        """What to answer those whose id is stored already. Nobody, if it is not the first one's: its number was taken.

        Where one is a retry others are, for they come in batches; so all of them are looked up at once.
        """
        _, refused = waiting[0]
        if await self._store.get(refused.room_id, refused.message_id) is None:
            return {}
        found = await self._store.get_many({(message.room_id, message.message_id) for _, message in waiting})
        stored = {(message.room_id, message.id): message for message in found}
        return {
            place: self._answer_retry(message, stored[key])
            for place, message in waiting
            if (key := (message.room_id, message.message_id)) in stored
        }

    def _answer_retry(self, refused: NewMessage, existing: Message) -> Message | Exception:
        if existing.sender_id != refused.sender_id:
            return AlreadyExists("This message id belongs to another message.", reason="MESSAGE_ID_TAKEN")
        RETRIES.inc()
        self._publish(existing)  # whoever stored it may have died before it could
        return existing

    async def _changed(self, wish: _Wish) -> Message | Exception:
        try:
            for _ in range(_MAX_COLLISIONS):
                if (message := await self._try_change(wish)) is not None:
                    return message
        except ParlanceError as error:
            return error
        except Exception as error:  # whether it was stored, nobody knows
            self._lose_track(wish.room_id)
            return error
        return Unavailable("Too many write at once. Try again in a moment.", retry_after=1.0)

    async def _try_change(self, wish: _Wish) -> Message | None:
        """One attempt; None when another writer was faster."""
        head = (await self._load_heads([wish.room_id]))[wish.room_id]
        before = await self._store.get(wish.room_id, wish.message_id)
        if before is None:
            raise NotFound("There is no such message.", reason="NO_SUCH_MESSAGE")
        after = wish.edit(before)
        if after is before:
            return before
        after = replace(after, revision=head.revision + 1)
        change = Change.of(after)
        if not await self._store.claim(change):
            COLLISIONS.inc()
            self.forget(wish.room_id)
            return None
        await self._store.apply(change)
        if logs.in_detail():
            _log_stored([after])
        self._remember(wish.room_id, Head(head.seq, after.revision))
        self._publish(after)
        return after

    async def _load_heads(self, room_ids: Iterable[str]) -> dict[str, Head]:
        heads = {room_id: self._heads.get(room_id) for room_id in room_ids}
        unknown = [room_id for room_id, head in heads.items() if head is None]
        loaded = dict(zip(unknown, await asyncio.gather(*map(self._load_head, unknown)), strict=True))
        return {room_id: head or loaded[room_id] for room_id, head in heads.items()}

    async def _load_head(self, room_id: str) -> Head:
        head = await self._store.head(room_id)
        if head.last_change is not None:
            await self._store.apply(head.last_change)
        head = Head(head.seq, head.revision)
        self._remember(room_id, head)
        return head

    def _lose_track(self, room_id: str) -> None:
        """What was stored of a room's latest is not known here, and was perhaps not published."""
        self.forget(room_id)
        self._doubt(room_id)

    def _remember(self, room_id: str, head: Head) -> None:
        self._heads[room_id] = head
        self._heads.move_to_end(room_id)
        if len(self._heads) > _MAX_HEADS:
            self._heads.popitem(last=False)


def _unanswered(waiting: list[_Waiting], answered: Container[int]) -> list[_Waiting]:
    return [entry for entry in waiting if entry[0] not in answered]


def _overtaken() -> Conflict:
    return Conflict(
        "Somebody else has answered since you looked. Read it, then send yours if it is still needed.",
        reason="ANSWERED_MEANWHILE",
    )


def _log_stored(messages: Sequence[Message]) -> None:
    for one in messages:
        log.debug("message_stored", request_id=one.id, room=one.room_id, seq=one.seq, revision=one.revision)
