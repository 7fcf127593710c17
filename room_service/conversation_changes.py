"""Changes to conversations: each is decided on what is stored, kept in the conversation's history, and told to the
business's agents.

The latest entry of a history is stored with the change that it is about, in one write. Whoever makes the next one first
puts the entry before into the history, where it may be already; so none is lost, and none is there twice.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from room_service import bounded
from room_service.conversation_model import Conversation, ConversationChanges, HistoryEntry
from room_service.conversations_store import ConversationsStore
from room_service.events import Announce, Announcement, ConversationChanged
from room_service.history_store import HistoryStore
from room_service.model import Clock

Value = TypeVar("Value")

Edit = Callable[[Conversation], Conversation]
"""Makes the new state of a conversation, or raises; an equal one changes nothing."""


MAX_HISTORY = 100
"""Entries that are shown."""


class Changes:
    """The one way in which a conversation changes."""

    def __init__(self, store: ConversationsStore, history: HistoryStore, announce: Announce, now: Clock) -> None:
        self._store = store
        self._history = history
        self._announce = announce
        self._now = now

    async def make(self, conversation: Conversation, edit: Edit, *, actor_id: str = "") -> Conversation | None:
        """Change a conversation, and return it as it then is; None when it is gone.

        `actor_id` is the agent or the visitor who does it. What somebody else changes at the same time stays: the edit is
        then made anew on that.
        """
        current: Conversation | None = conversation
        while current is not None:
            edited = edit(current)
            if edited == current:
                return current
            after = self._next(current, edited, actor_id)
            await self._keep_entries([(current, after)])
            if await self._store.replace(current, after):
                self.tell(after)
                return after
            current = await self._store.get(conversation.room_id)
        await self._history.remove(conversation.room_id)  # it was erased meanwhile
        return None

    async def make_all(self, edits: Iterable[tuple[Conversation, Edit, str]]) -> None:
        """Change many conversations, each with its own edit by its own actor, in one command where nobody else changes
        them just now."""
        changes = []
        for conversation, edit, actor_id in edits:
            edited = edit(conversation)
            if edited != conversation:
                changes.append((conversation, self._next(conversation, edited, actor_id), edit, actor_id))
        if not changes:
            return
        replacements = [(before, after) for before, after, _, _ in changes]
        await self._keep_entries(replacements)
        if await self._store.replace_many(replacements):
            for _, after in replacements:
                self.tell(after)
        else:
            await bounded.gather(
                self._make_again(after.room_id, edit, actor_id) for _, after, edit, actor_id in changes
            )

    async def _make_again(self, room_id: str, edit: Edit, actor_id: str) -> None:
        """Of a command that succeeded in part nobody knows which: what was changed is told, the rest changed anew."""
        current = await self._store.get(room_id)
        if current is None:
            await self._history.remove(room_id)  # it was erased meanwhile
        elif await self.make(current, edit, actor_id=actor_id) == current:
            self.tell(current)

    async def release(self, business_id: str, user_id: str) -> None:
        """What an agent handles is handled by nobody any more."""

        def release(conversation: Conversation) -> Conversation:
            return replace(conversation, assignee_id="") if conversation.assignee_id == user_id else conversation

        assigned = await self._store.assigned_to(business_id, user_id)
        await bounded.gather(self.make(conversation, release) for conversation in assigned)

    async def history(self, conversation: Conversation) -> list[HistoryEntry]:
        """What was done to a conversation, the latest first, as far back as is shown."""
        kept = await self._history.latest(conversation.room_id, MAX_HISTORY)
        latest = conversation.last_entry
        if latest is None or any(entry.version == latest.version for entry in kept):
            return kept
        return [latest, *kept][:MAX_HISTORY]

    async def remove(self, conversation: Conversation) -> None:
        """Remove a conversation with its history. That is told as its next version, whatever has changed it until now."""
        removed = await self._store.remove(conversation.room_id) or conversation
        await self._history.remove(conversation.room_id)
        self.tell(replace(removed, version=removed.version + 1))

    def _next(self, before: Conversation, edited: Conversation, actor_id: str) -> Conversation:
        version, now, changes = before.version + 1, self._now(), difference(before, edited)
        entry = HistoryEntry(version=version, at=now, actor_id=actor_id, changes=changes)
        last_entry = before.last_entry if changes == ConversationChanges() else entry
        return replace(edited, version=version, changed_at=now, last_entry=last_entry)

    async def _keep_entries(self, replacements: Sequence[tuple[Conversation, Conversation]]) -> None:
        """Put into the history what is about to be replaced by a later entry."""
        entries = [
            (before.room_id, before.last_entry)
            for before, after in replacements
            if before.last_entry is not None and after.last_entry != before.last_entry
        ]
        if entries:
            await self._history.keep(entries)

    def tell(self, conversation: Conversation) -> None:
        """The agents of its business look at it again."""
        event = ConversationChanged(conversation.room_id, conversation.version)
        self._announce(Announcement(event, business_ids=(conversation.business_id,)))


def difference(before: Conversation, after: Conversation) -> ConversationChanges:
    """What of that which agents change is another than before."""
    return ConversationChanges(
        status=_new(before.status, after.status),
        assignee_id=_new(before.assignee_id, after.assignee_id),
        tags=_new(before.tags, after.tags),
        priority=_new(before.priority, after.priority),
        snoozed_until=_new(before.snoozed_until, after.snoozed_until) or None,
        blocked=_new(before.blocked, after.blocked),
    )


def _new(before: Value, after: Value) -> Value | None:
    return None if after == before else after
