"""The collection `canned_replies`: what businesses often say.

`business_shortcut` is the business with the shortcut without regard to case; it is unique.
"""

import asyncio

from mesh.database import Database, Document, DuplicateKeyError
from room_service.business_model import CannedReply


class CannedRepliesStore:
    """Each call is one operation on the database."""

    def __init__(self, database: Database) -> None:
        self._replies = database["canned_replies"]

    async def ensure_indexes(self) -> None:
        """Create what is missing."""
        await asyncio.gather(
            self._replies.create_index("business_shortcut", unique=True),
            self._replies.create_index("business_id"),
        )

    async def of_business(self, business_id: str, limit: int) -> list[CannedReply]:
        """Return what a business often says, in no particular order."""
        documents = await self._replies.find({"business_id": {"$eq": business_id}}).limit(limit).to_list(None)
        return [_to_reply(document) for document in documents]

    async def get(self, business_id: str, reply_id: str) -> CannedReply | None:
        """Return one."""
        document = await self._replies.find_one({"_id": reply_id, "business_id": {"$eq": business_id}})
        return None if document is None else _to_reply(document)

    async def insert(self, reply: CannedReply) -> bool:
        """Store a new one; False when its shortcut is taken."""
        try:
            await self._replies.insert_one({"_id": reply.id, **_to_fields(reply)})
        except DuplicateKeyError:
            return False
        return True

    async def replace(self, reply: CannedReply) -> bool:
        """Store one anew, if it is still there; False when its shortcut is taken."""
        try:
            await self._replies.update_one({"_id": reply.id}, {"$set": _to_fields(reply)})
        except DuplicateKeyError:
            return False
        return True

    async def remove(self, business_id: str, reply_id: str) -> bool:
        """Remove one; False when it is gone."""
        query = {"_id": reply_id, "business_id": {"$eq": business_id}}
        return (await self._replies.delete_one(query)).deleted_count == 1


def _to_fields(reply: CannedReply) -> Document:
    return {
        "business_id": reply.business_id,
        "business_shortcut": f"{reply.business_id}/{reply.shortcut.casefold()}",
        "shortcut": reply.shortcut,
        "text": reply.text,
    }


def _to_reply(document: Document) -> CannedReply:
    return CannedReply(document["_id"], document["business_id"], document["shortcut"], document["text"])
