"""Finds messages by their words.

The collection `message_texts` follows the logs: it holds each room's texts up to a revision, written in order of
revision, so that its highest revision tells how far it is. It is fed in batches behind the writes, and is brought up to
the head before a search answers. A send never waits for it.
"""

import asyncio
import re
import time
from collections.abc import Callable, Sequence

from mesh import logs
from mesh.database import BulkWriteError, Database, Document, first_collision
from mesh.errors import Invalid
from message_service.model import Message
from message_service.reader import Reader
from message_service.store import MessageStore

log = logs.get(__name__)

FEED_SECONDS = 2.0
QUIET_SECONDS = 10.0
FAR_BEHIND = 2000
"""Changes after which even a busy room is indexed, so that no search has more than that to catch up with."""

_BATCH = 100
_MAX_QUERY_CHARACTERS = 200
_WORDS = re.compile(r"\w+")


class Search:
    """The text index of all rooms."""

    def __init__(
        self, database: Database, store: MessageStore, reader: Reader, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._texts = database["message_texts"]
        self._store = store
        self._reader = reader
        self._now = now
        self._behind: dict[str, int] = {}
        self._touched: dict[str, float] = {}
        self._feeding: dict[str, asyncio.Lock] = {}

    async def ensure_indexes(self) -> None:
        """Create the indexes that are missing. Words are taken as they are, in any language."""
        await self._texts.create_index([("room_id", 1), ("revision", 1)])
        await self._texts.create_index([("body", "text")], default_language="none")

    def touch(self, room_id: str) -> None:
        """Note that a room has changed."""
        self._behind[room_id] = self._behind.get(room_id, 0) + 1
        self._touched[room_id] = self._now()

    async def feed(self) -> None:
        """Catch up with the rooms that have fallen quiet, and with those that are far behind.

        A busy room is left alone: indexing it now would take the store's time from those who write.
        """
        quiet = self._now() - QUIET_SECONDS
        for room_id in [*self._behind]:
            if self._touched[room_id] <= quiet or self._behind[room_id] >= FAR_BEHIND:
                del self._behind[room_id], self._touched[room_id]
                await self.catch_up(room_id)

    async def catch_up(self, room_id: str) -> None:
        """Bring a room's texts up to the head of its log."""
        lock = self._feeding.setdefault(room_id, asyncio.Lock())
        async with lock:
            after, more = await self._position(room_id), True
            while more:
                page = await self._reader.changes(room_id, after, _BATCH)
                await self._write(page.messages)
                after, more = page.revision, page.more
        if not lock.locked():
            self._feeding.pop(room_id, None)

    async def find(self, query: str, room_ids: Sequence[str], *, skip: int, limit: int) -> list[Message]:
        """Messages in the rooms that contain all words of the query, newest first; raises `Invalid` when it has none."""
        words = _WORDS.findall(query[:_MAX_QUERY_CHARACTERS])
        if not words:
            raise Invalid("Type at least one word to look for.", reason="EMPTY_QUERY", field="query")
        for room_id in room_ids:
            await self.catch_up(room_id)
        phrases = " ".join(f'"{word}"' for word in words)
        found = self._texts.find({"$text": {"$search": phrases}, "room_id": {"$in": list(room_ids)}}, {"room_id": 1})
        keys = [
            (document["room_id"], document["_id"].partition("/")[2])
            async for document in found.sort([("sent_at", -1), ("_id", 1)]).skip(skip).limit(limit)
        ]
        messages = await self._store.get_many(keys)
        return sorted((m for m in messages if m.deleted_at is None), key=lambda message: -message.sent_at)

    async def purge(self, room_id: str) -> None:
        """Remove a room's texts."""
        await self._texts.delete_many({"room_id": {"$eq": room_id}})

    async def _position(self, room_id: str) -> int:
        newest = self._texts.find({"room_id": {"$eq": room_id}}, {"revision": 1}).sort("revision", -1).limit(1)
        documents = await newest.to_list(1)
        return int(documents[0]["revision"]) if documents else 0

    async def _write(self, messages: Sequence[Message]) -> None:
        """Write texts in order: a run of unknown messages at once, what is there already one by one."""
        waiting = [_document(message) for message in messages]
        while waiting:
            try:
                await self._texts.insert_many(waiting, ordered=True)
            except BulkWriteError as error:
                place = first_collision(error)
                known = waiting[place]
                await self._texts.update_one(
                    {"_id": known["_id"], "revision": {"$lt": known["revision"]}},
                    {"$set": {"revision": known["revision"], "body": known["body"]}},
                )
                waiting = waiting[place + 1 :]
            else:
                return


def _document(message: Message) -> Document:
    return {
        "_id": f"{message.room_id}/{message.id}",
        "room_id": message.room_id,
        "revision": message.revision,
        "sent_at": message.sent_at,
        "body": message.body,
    }
