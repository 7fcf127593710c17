"""The collection `conversation_history`: what was done to conversations.

The `_id` is `<room_id>/<version>`. The latest entry of each may be missing: it is stored with the conversation.
"""

from collections.abc import Sequence

import msgspec

from mesh.database import Database, Document, ReplaceOne
from room_service.conversation_model import HistoryEntry


class HistoryStore:
    """Adds, reads and removes entries."""

    def __init__(self, database: Database) -> None:
        self._entries = database["conversation_history"]

    async def ensure_indexes(self) -> None:
        """Create what is missing."""
        await self._entries.create_index([("room_id", 1), ("version", 1)])

    async def keep(self, entries: Sequence[tuple[str, HistoryEntry]]) -> None:
        """Add entries of rooms; those that are there already stay as they are."""
        await self._entries.bulk_write([_addition(room_id, entry) for room_id, entry in entries], ordered=False)

    async def latest(self, room_id: str, limit: int) -> list[HistoryEntry]:
        """The latest entries of a room, the latest first."""
        found = self._entries.find({"room_id": {"$eq": room_id}}).sort("version", -1).limit(limit)
        return [_to_entry(document) for document in await found.to_list(None)]

    async def remove(self, room_id: str) -> None:
        """Remove all of a room."""
        await self._entries.delete_many({"room_id": {"$eq": room_id}})


def _addition(room_id: str, entry: HistoryEntry) -> ReplaceOne[Document]:
    key = f"{room_id}/{entry.version}"
    return ReplaceOne({"_id": key}, {"_id": key, "room_id": room_id, **msgspec.to_builtins(entry)}, upsert=True)


def _to_entry(document: Document) -> HistoryEntry:
    return msgspec.convert(document, HistoryEntry, strict=False)
