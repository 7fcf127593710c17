"""Reads the logs of rooms: pages of history, what changed, where a log stands."""

import asyncio
from collections.abc import Sequence

from msgspec import Struct

from message_service.model import Change, Head, Message
from message_service.store import MessageStore

_HEADS_AT_ONCE = 16


class Page(Struct, frozen=True):
    """Messages, with the revision up to which they hold every change."""

    messages: list[Message]
    revision: int
    more: bool = False


class Reader:
    """Answers what clients ask about the past."""

    def __init__(self, store: MessageStore) -> None:
        self._store = store
        self._reading_heads = asyncio.Semaphore(_HEADS_AT_ONCE)

    async def latest(self, room_id: str, limit: int) -> Page:
        """The last messages, newest first, as they all stand at one revision.

        The head is read first, so that each message is at least in its state at that revision. What has changed since is
        taken from the log, and its end is the revision of the page.
        """
        head = await self.head(room_id)
        messages = await self._page(head, room_id, None, limit)
        if all(message.revision <= head.revision for message in messages):
            return Page(messages, head.revision)
        states = {message.id: message for message in messages}
        revision, more = head.revision, True
        while more:
            changes = await self.changes(room_id, revision, 1000)
            states.update({message.id: message for message in changes.messages})
            revision, more = changes.revision, changes.more
        newest = sorted(states.values(), key=lambda message: -message.seq)
        return Page(newest[:limit], revision)

    async def before(self, room_id: str, seq: int, limit: int) -> list[Message]:
        """Messages before a seq, newest first."""
        return await self._page(await self.head(room_id), room_id, seq, limit)

    async def changes(self, room_id: str, after: int, limit: int) -> Page:
        """The latest state of all that changed after a revision, by revision.

        A message that has changed again beyond the page is left out: that change is still to come.
        """
        entries = await self._store.entries(room_id, after, limit)
        if not entries:
            return Page([], after)
        last = entries[-1]
        revision = last.created_revision if isinstance(last, Message) else last.revision
        states = await self._states(room_id, entries)
        messages = sorted((m for m in states if m.revision <= revision), key=lambda message: message.revision)
        return Page(messages, revision, more=len(entries) == limit or len(messages) < len(states))

    async def head(self, room_id: str) -> Head:
        """Where a log stands."""
        async with self._reading_heads:
            return await self._store.head(room_id)

    async def heads(self, room_ids: Sequence[str]) -> list[Head]:
        """Where many logs stand, in the order asked."""
        return list(await asyncio.gather(*map(self.head, room_ids)))

    async def _page(self, head: Head, room_id: str, seq: int | None, limit: int) -> list[Message]:
        messages = await self._store.before(room_id, seq, limit)
        change = head.last_change
        return messages if change is None else [change.on(message) for message in messages]

    async def _states(self, room_id: str, entries: Sequence[Message | Change]) -> list[Message]:
        """The messages that the entries are about, with all changes among them.

        A change that stands in its message's document carries the state no more. So that message is read again, even if
        it is among the entries: it may have been read before the change was brought in.
        """
        states = {entry.id: entry for entry in entries if isinstance(entry, Message)}
        changes = [entry for entry in entries if isinstance(entry, Change)]
        behind = {change.message_id for change in changes if not _holds(states.get(change.message_id), change)}
        if behind:
            found = await self._store.get_many((room_id, message_id) for message_id in behind)
            states.update({message.id: message for message in found})
        for change in changes:
            if change.message_id in states:
                states[change.message_id] = change.on(states[change.message_id])
        return list(states.values())


def _holds(message: Message | None, change: Change) -> bool:
    return message is not None and message.revision >= change.revision
