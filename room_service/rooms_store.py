"""The collection `rooms`: each room, and the tombstones of deleted ones.

A public room carries `public_name`, the name without regard to case; no other document has the field, so that its unique
index is about public rooms only.
"""

import asyncio
from collections.abc import Iterable, Mapping

from mesh.database import BulkWriteError, Database, Document, DuplicateKeyError, UpdateOne, first_collision
from room_service import names
from room_service.model import Milliseconds, Room, RoomKind, Tombstone

_AFTER_ALL_TEXT = "\U0010ffff"


class RoomsStore:
    """Each call is one operation on the database, or several that are read only."""

    def __init__(self, database: Database) -> None:
        self._rooms = database["rooms"]

    async def ensure_indexes(self) -> None:
        """Create what is missing."""
        await asyncio.gather(
            self._rooms.create_index("public_name", unique=True, sparse=True),
            self._rooms.create_index("deleted_at", sparse=True),
        )

    async def insert(self, room: Room) -> bool:
        """Store a new room; False when its id, or its name among public rooms, is taken."""
        try:
            await self._rooms.insert_one(_to_document(room))
        except DuplicateKeyError:
            return False
        return True

    async def insert_many(self, rooms: Iterable[Room]) -> bool:
        """Store those of these rooms that are not there yet; returns whether none was, not even deleted."""
        try:
            await self._rooms.insert_many(list(map(_to_document, rooms)), ordered=False)
        except BulkWriteError as error:
            first_collision(error)
            return False
        return True

    async def get(self, room_id: str) -> Room | None:
        """Return a room, unless it is unknown or deleted."""
        return _to_room(await self._rooms.find_one({"_id": room_id}))

    async def get_by_name(self, name: str) -> Room | None:
        """Return the public room of this name."""
        return _to_room(await self._rooms.find_one({"public_name": {"$eq": names.fold(name)}}))

    async def get_many(self, room_ids: Iterable[str]) -> list[Room]:
        """Return those that exist, in no particular order."""
        documents = await self._rooms.find({"_id": {"$in": list(room_ids)}}).to_list(None)
        return [room for room in map(_to_room, documents) if room is not None]

    async def page_of_public(self, prefix: str, after: str | None, limit: int) -> list[Room]:
        """Return public rooms in order of folded name: those that begin with `prefix` and come after the name `after`."""
        prefix = names.fold(prefix)
        begin = {"$gte": prefix} if after is None else {"$gt": names.fold(after)}
        query = {"public_name": {**begin, "$lt": prefix + _AFTER_ALL_TEXT}}
        documents = await self._rooms.find(query).sort("public_name", 1).limit(limit).to_list(None)
        return [room for room in map(_to_room, documents) if room is not None]

    async def change(self, room: Room, *, name: str | None, topic: str | None) -> bool:
        """Change name, topic or both of a room, if it still exists; False when another public room has the name."""
        changes = {"name": name, "topic": topic}
        if name is not None and room.kind is RoomKind.PUBLIC:
            changes["public_name"] = names.fold(name)
        changes = {field: value for field, value in changes.items() if value is not None}
        try:
            await self._rooms.update_one({"_id": room.id, "kind": {"$eq": room.kind.value}}, {"$set": changes})
        except DuplicateKeyError:
            return False
        return True

    async def note_activity(self, latest: Mapping[str, Milliseconds]) -> None:
        """Move the times of the last activity forward, never back, in one command."""
        moves = [UpdateOne({"_id": room_id}, {"$max": {"last_activity_at": at}}) for room_id, at in latest.items()]
        if moves:
            await self._rooms.bulk_write(moves, ordered=False)

    async def mark_large(self, room: Room, large: bool) -> bool:
        """Mark a room as large or not; False when it is marked so already, or gone."""
        otherwise = {"_id": room.id, "kind": {"$eq": room.kind.value}, "large": {"$eq": not large}}
        return (await self._rooms.update_one(otherwise, {"$set": {"large": large}})).matched_count == 1

    async def bury(self, room_id: str, at: Milliseconds) -> bool:
        """Replace a room by a tombstone; False when there is no such room (any more)."""
        alive = {"_id": room_id, "deleted_at": {"$exists": False}}
        return (await self._rooms.replace_one(alive, {"deleted_at": at})).matched_count == 1

    async def tombstones(self) -> list[Tombstone]:
        """Return the deleted rooms whose logs may not be gone yet."""
        documents = await self._rooms.find({"deleted_at": {"$gt": 0}}).to_list(None)
        return [Tombstone(document["_id"], int(document["deleted_at"])) for document in documents]

    async def forget(self, tombstone: Tombstone) -> None:
        """Remove a tombstone; its id is free again."""
        await self._rooms.delete_one({"_id": tombstone.room_id, "deleted_at": {"$eq": tombstone.deleted_at}})


def _to_document(room: Room) -> Document:
    document: Document = {
        "_id": room.id,
        "kind": room.kind.value,
        "name": room.name,
        "topic": room.topic,
        "created_by": room.created_by,
        "created_at": room.created_at,
        "last_activity_at": room.last_activity_at,
        "large": room.large,
    }
    if room.kind is RoomKind.PUBLIC:
        document["public_name"] = names.fold(room.name)
    if room.business:
        document |= {"business": room.business, "guest": room.guest}
    if room.direct_user_ids:
        document["direct_user_ids"] = list(room.direct_user_ids)
    return document


def _to_room(document: Document | None) -> Room | None:
    if document is None or "deleted_at" in document:
        return None
    # The driver has an integer class of its own, which other libraries do not take for one.
    return Room(
        id=document["_id"],
        kind=RoomKind(document["kind"]),
        name=document["name"],
        topic=document["topic"],
        created_by=document["created_by"],
        created_at=int(document["created_at"]),
        last_activity_at=int(document["last_activity_at"]),
        direct_user_ids=tuple(document.get("direct_user_ids", ())),
        business=document.get("business", ""),
        guest=document.get("guest", ""),
        large=document["large"],
    )
