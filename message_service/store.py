"""The collection `messages`: every query and every write of the room logs.

Each revision of a room is one document that is never moved: a message, or a change to an older message. So a revision,
once taken, stays taken, and the unique index (room_id, revision) refuses every writer that is behind. A message's `_id` is
`<room_id>/<message_id>`, a change's `<room_id>/#<revision>`, so ids of different rooms never meet. A message's document
also holds its latest state and the revision that brought it there (`state_revision`). A change carries the new state, so
that anybody can bring it into the message's document if its writer dies in between; then it forgets it, so that what was
edited away or deleted is kept nowhere. A change has no place in the conversation: its `seq` is its revision, negated.
"""

from collections.abc import Iterable, Sequence

import msgspec

from mesh.database import BulkWriteError, Database, Document, DuplicateKeyError, UpdateOne, first_collision
from message_service.model import Attachment, Change, Head, Kind, Message, Reaction, State


class MessageStore:
    """Messages and changes as documents."""

    def __init__(self, database: Database) -> None:
        self._messages = database["messages"]

    async def ensure_indexes(self) -> None:
        """Create the indexes that are missing. Both begin with the shard key."""
        await self._messages.create_index([("room_id", 1), ("seq", 1)], unique=True)
        await self._messages.create_index([("room_id", 1), ("revision", 1)], unique=True)

    async def insert(self, messages: Sequence[Message]) -> int:
        """Store new messages in order, up to the first whose id, seq or revision is taken; returns how many are stored.

        The batch is ordered: an unordered one could store revision 12 without 11.
        """
        try:
            await self._messages.insert_many([_message_document(message) for message in messages], ordered=True)
        except BulkWriteError as error:
            return first_collision(error)
        return len(messages)

    async def claim(self, change: Change) -> bool:
        """Take a revision for a change; returns False when it is taken."""
        try:
            await self._messages.insert_one(_change_document(change))
        except DuplicateKeyError:
            return False
        return True

    async def apply(self, change: Change) -> None:
        """Bring a change into its message's document; does nothing when that holds it already, or a later one."""
        if change.state is None:
            return
        update: Document = {"$set": {**_state_fields(change.state), "state_revision": change.revision}}
        if change.state.deleted_at is not None:
            update["$unset"] = {"attachments": ""}
        message = {"_id": _key(change.room_id, change.message_id), "state_revision": {"$lt": change.revision}}
        done = {"_id": _change_key(change)}
        await self._messages.bulk_write(
            [UpdateOne(message, update), UpdateOne(done, {"$unset": {"state": ""}})], ordered=True
        )

    async def get(self, room_id: str, message_id: str) -> Message | None:
        """One message, if it exists."""
        document = await self._messages.find_one({"_id": _key(room_id, message_id)})
        return None if document is None or _is_change(document) else _message(document)

    async def get_many(self, keys: Iterable[tuple[str, str]]) -> list[Message]:
        """Those of the (room_id, message_id) pairs that exist, in no particular order."""
        wanted = [_key(*key) for key in keys]
        found = self._messages.find({"_id": {"$in": wanted}})
        return [_message(document) async for document in found if not _is_change(document)]

    async def head(self, room_id: str) -> Head:
        """Where the log stands. Read with read concern `majority`, so that no failover can take it back."""
        newest = self._messages.find({"room_id": {"$eq": room_id}}).sort("revision", -1).limit(1)
        documents = await newest.to_list(1)
        if not documents:
            return Head()
        entry = _entry(documents[0])
        if isinstance(entry, Message):  # the last revision is the last message
            return Head(entry.seq, entry.created_revision, last_message=entry)
        (last,) = await self.before(room_id, None, 1)
        return Head(last.seq, entry.revision, last_message=entry.on(last), last_change=entry)

    async def senders_after(self, room_id: str, revision: int) -> set[str]:
        """Who has written new messages behind a revision."""
        query = {"room_id": {"$eq": room_id}, "revision": {"$gt": revision}, "seq": {"$gt": 0}}
        found = self._messages.find(query, {"sender_id": 1})
        return {document["sender_id"] async for document in found}

    async def before(self, room_id: str, seq: int | None, limit: int) -> list[Message]:
        """Messages before a seq (None: from the end), newest first."""
        query = {"room_id": {"$eq": room_id}, "seq": {"$gt": 0} if seq is None else {"$gt": 0, "$lt": seq}}
        return [_message(document) async for document in self._messages.find(query).sort("seq", -1).limit(limit)]

    async def entries(self, room_id: str, after: int, limit: int) -> list[Message | Change]:
        """Messages and changes whose own revision is above `after`, in order and without a gap."""
        query = {"room_id": {"$eq": room_id}, "revision": {"$gt": after}}
        found = self._messages.find(query).sort("revision", 1).limit(limit)
        return [_entry(document) async for document in found]

    async def purge(self, room_id: str) -> None:
        """Remove a room's log."""
        await self._messages.delete_many({"room_id": {"$eq": room_id}})


def _key(room_id: str, message_id: str) -> str:
    return f"{room_id}/{message_id}"


def _change_key(change: Change) -> str:
    return _key(change.room_id, f"#{change.revision}")


def _message_document(message: Message) -> Document:
    state = State(message.body, message.edited_at, message.deleted_at, message.reactions)
    document = {
        "_id": _key(message.room_id, message.id),
        "room_id": message.room_id,
        "seq": message.seq,
        "revision": message.created_revision,
        "sender_id": message.sender_id,
        "kind": message.kind.value,
        "reply_to": message.reply_to,
        "sent_at": message.sent_at,
        "state_revision": message.revision,
        **_state_fields(state),
    }
    if message.attachments:
        document["attachments"] = msgspec.to_builtins(message.attachments)
    return document


def _change_document(change: Change) -> Document:
    assert change.state is not None  # noqa: S101  # it has just been made
    return {
        "_id": _change_key(change),
        "room_id": change.room_id,
        "seq": -change.revision,
        "revision": change.revision,
        "changes": change.message_id,
        "state": _state_fields(change.state),
    }


def _state_fields(state: State) -> Document:
    return {
        "body": state.body,
        "edited_at": state.edited_at,
        "deleted_at": state.deleted_at,
        "reactions": [{"emoji": reaction.emoji, "user_ids": list(reaction.user_ids)} for reaction in state.reactions],
    }


def _is_change(document: Document) -> bool:
    return "changes" in document


def _entry(document: Document) -> Message | Change:
    if not _is_change(document):
        return _message(document)
    return Change(
        room_id=document["room_id"],
        message_id=document["changes"],
        revision=document["revision"],
        state=_state(document["state"]) if "state" in document else None,
    )


def _message(document: Document) -> Message:
    state = _state(document)
    return Message(
        id=document["_id"].partition("/")[2],
        room_id=document["room_id"],
        seq=document["seq"],
        revision=document["state_revision"],
        created_revision=document["revision"],
        sender_id=document["sender_id"],
        kind=Kind(document["kind"]),
        body=state.body,
        reply_to=document["reply_to"],
        sent_at=document["sent_at"],
        edited_at=state.edited_at,
        deleted_at=state.deleted_at,
        reactions=state.reactions,
        attachments=tuple(Attachment(**each) for each in document["attachments"]) if "attachments" in document else (),
    )


def _state(document: Document) -> State:
    return State(
        body=document["body"],
        edited_at=document["edited_at"],
        deleted_at=document["deleted_at"],
        reactions=tuple(Reaction(reaction["emoji"], tuple(reaction["user_ids"])) for reaction in document["reactions"]),
    )
