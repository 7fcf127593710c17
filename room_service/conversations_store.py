"""The collection `conversations`: what the rooms of visitors are to their businesses' agents.

The `_id` is the room's. Beside what the model says, a document has the visitor's name and e-mail address without regard to
case (`name_folded`, `email_folded`), for a verified visitor `business_subject`, which is unique, and for a snoozed one
`wakes_at`. A change replaces the document if it still has the version that was read.
"""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from mesh.database import Database, Document, DuplicateKeyError, ReplaceOne
from room_service import names
from room_service.conversation_model import Conversation, Filter, Status
from room_service.model import Milliseconds

Position = tuple[Milliseconds, str]
"""A conversation's place in a list: when it was last active or created, and its room."""

_AFTER_ALL_TEXT = "\U0010ffff"


class SubjectTaken(Exception):
    """The business's visitor of this subject has another conversation."""


class ConversationsStore:
    """Each call is one operation on the database, or several that are read only."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._conversations = database["conversations"]

    async def ensure_indexes(self) -> None:
        """Create what is missing."""
        create = self._conversations.create_index
        latest = ("last_activity_at", 1), ("room_id", 1)
        await asyncio.gather(
            create([("business_id", 1), *latest]),
            create([("business_id", 1), ("status", 1), *latest]),
            create([("business_id", 1), ("assignee_id", 1), ("status", 1), *latest]),
            create([("business_id", 1), ("created_at", 1), ("room_id", 1)]),
            create([("business_id", 1), ("changed_at", 1)]),
            create("business_subject", unique=True, sparse=True),
            create("merged_into", sparse=True),
            create("wakes_at", sparse=True),
        )

    async def insert(self, conversation: Conversation) -> bool:
        """Store a new one; False when its room has one, or its subject."""
        try:
            await self._conversations.insert_one(_to_document(conversation))
        except DuplicateKeyError:
            return False
        return True

    async def replace(self, before: Conversation, after: Conversation) -> bool:
        """Store a change; False when it has changed since it was read, or is gone. Raises `SubjectTaken`."""
        unchanged = {"_id": before.room_id, "version": {"$eq": before.version}}
        try:
            return (await self._conversations.replace_one(unchanged, _to_document(after))).matched_count == 1
        except DuplicateKeyError as error:
            raise SubjectTaken from error

    async def replace_many(self, changes: Sequence[tuple[Conversation, Conversation]]) -> bool:
        """Store changes (before, after) in one command, those that still can be; False when some could not."""
        commands = [
            ReplaceOne({"_id": before.room_id, "version": {"$eq": before.version}}, _to_document(after))
            for before, after in changes
        ]
        return (await self._conversations.bulk_write(commands, ordered=False)).matched_count == len(changes)

    async def remove(self, room_id: str) -> Conversation | None:
        """Remove one, and return it as it was."""
        document = await self._conversations.find_one_and_delete({"_id": room_id})
        return None if document is None else _to_conversation(document)

    async def get(self, room_id: str) -> Conversation | None:
        """Return one."""
        document = await self._conversations.find_one({"_id": room_id})
        return None if document is None else _to_conversation(document)

    async def get_many(self, room_ids: Iterable[str]) -> list[Conversation]:
        """Return those that exist, in no particular order."""
        return await self._listed({"_id": {"$in": list(room_ids)}}, None)

    async def of_subject(self, business_id: str, subject: str) -> Conversation | None:
        """Return the conversation of a verified visitor."""
        query = {"business_subject": {"$eq": _business_subject(business_id, subject)}}
        document = await self._conversations.find_one(query)
        return None if document is None else _to_conversation(document)

    async def merged_into(self, room_id: str, limit: int | None = None) -> list[Conversation]:
        """Return those that one goes on in the place of, in no particular order; all without a limit."""
        return await self._listed({"merged_into": {"$eq": room_id}}, limit)

    async def assigned_to(self, business_id: str, user_id: str) -> list[Conversation]:
        """Return all that an agent handles."""
        return await self._listed({"business_id": {"$eq": business_id}, "assignee_id": {"$eq": user_id}}, None)

    async def due(self, now: Milliseconds, limit: int) -> list[Conversation]:
        """Return snoozed ones whose time has come."""
        return await self._listed({"wakes_at": {"$lte": now}}, limit)

    async def changed_since(self, business_id: str, since: Milliseconds, limit: int) -> list[Conversation]:
        """Return what has changed in an inbox, the longest unchanged first."""
        query = {"business_id": {"$eq": business_id}, "changed_at": {"$gte": since}}
        cursor = self._conversations.find(query).sort("changed_at", 1).limit(limit)
        return [_to_conversation(document) for document in await cursor.to_list(None)]

    async def page(
        self, business_id: str, wanted: Filter, order: str, after: Position | None, limit: int
    ) -> list[Conversation]:
        """Return a page, what is latest by the field `order` first."""
        query = {"business_id": {"$eq": business_id}, **_conditions(wanted)}
        if after is None:
            return await self._latest(query, order, limit)
        at, room_id = after  # asked for in two parts, each of which is one range of the index
        same_time = await self._latest({**query, order: {"$eq": at}, "room_id": {"$lt": room_id}}, order, limit)
        if len(same_time) == limit:
            return same_time
        return same_time + await self._latest({**query, order: {"$lt": at}}, order, limit - len(same_time))

    async def count(self, business_id: str, wanted: Filter) -> int:
        """Count those of a business."""
        query = {"business_id": {"$eq": business_id}, **_conditions(wanted)}
        answer = await self._database.command({"count": "conversations", "query": query})
        return int(answer["n"])

    async def _latest(self, query: Document, order: str, limit: int) -> list[Conversation]:
        cursor = self._conversations.find(query).sort([(order, -1), ("room_id", -1)]).limit(limit)
        return [_to_conversation(document) for document in await cursor.to_list(None)]

    async def _listed(self, query: Document, limit: int | None) -> list[Conversation]:
        documents = await self._conversations.find(query).to_list(limit)
        return [_to_conversation(document) for document in documents]


def _conditions(wanted: Filter) -> Document:
    conditions: Document = {}
    if wanted.status is not None:
        conditions["status"] = {"$eq": wanted.status.value}
    if wanted.assignee_id is not None:
        conditions["assignee_id"] = {"$eq": wanted.assignee_id}
    if wanted.prefix:
        begins = {"$gte": wanted.prefix, "$lt": wanted.prefix + _AFTER_ALL_TEXT}
        conditions["$or"] = [{"name_folded": begins}, {"email_folded": begins}]
    return conditions


def _business_subject(business_id: str, subject: str) -> str:
    return f"{business_id}/{subject}"


def _to_document(conversation: Conversation) -> Document:
    visitor = conversation.visitor
    fields: Document = msgspec.to_builtins(conversation)
    fields |= {
        "_id": conversation.room_id,
        "name_folded": names.fold(visitor.name),
        "email_folded": names.fold(visitor.email),
        # as pairs: the names of fields must not be a business's own words
        "visitor": {**fields["visitor"], "answers": [list(pair) for pair in visitor.answers.items()]},
    }
    if visitor.subject and not conversation.merged_into:
        fields["business_subject"] = _business_subject(conversation.business_id, visitor.subject)
    if conversation.status is Status.SNOOZED:
        fields["wakes_at"] = conversation.snoozed_until
    if not conversation.merged_into:
        del fields["merged_into"]
    return fields


def _to_conversation(document: Document) -> Conversation:
    visitor: dict[str, Any] = {**document["visitor"], "answers": dict(document["visitor"]["answers"])}
    # The driver has an integer class of its own, and one store gives back 0 and 1 for truth: neither is taken strictly.
    return msgspec.convert({**document, "visitor": visitor}, Conversation, strict=False)
