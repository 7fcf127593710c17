"""Changes to conversations: each is decided on what is stored, and told to the business's agents."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from room_service import bounded
from room_service.conversation_model import Conversation
from room_service.conversations_store import ConversationsStore
from room_service.events import Announce, Announcement, ConversationChanged
from room_service.model import Clock

Edit = Callable[[Conversation], Conversation]
"""Makes the new state of a conversation, or raises; an equal one changes nothing."""


class Changes:
    """The one way in which a conversation changes."""

    def __init__(self, store: ConversationsStore, announce: Announce, now: Clock) -> None:
        self._store = store
        self._announce = announce
        self._now = now

    async def make(self, conversation: Conversation, edit: Edit) -> Conversation | None:
        """Change a conversation, and return it as it then is; None when it is gone.

        What somebody else changes at the same time stays: the edit is then made anew on that.
        """
        current: Conversation | None = conversation
        while current is not None:
            edited = edit(current)
            if edited == current:
                return current
            after = self._next(current, edited)
            if await self._store.replace(current, after):
                self.tell(after)
                return after
            current = await self._store.get(conversation.room_id)
        return None

    async def make_all(self, edits: Iterable[tuple[Conversation, Edit]]) -> None:
        """Change many conversations, each with its own edit, in one command where nobody else changes them just now."""
        changes = []
        for conversation, edit in edits:
            edited = edit(conversation)
            if edited != conversation:
                changes.append((conversation, self._next(conversation, edited), edit))
        if not changes:
            return
        if await self._store.replace_many([(before, after) for before, after, _ in changes]):
            for _, after, _ in changes:
                self.tell(after)
        else:
            await bounded.gather(self._make_again(after.room_id, edit) for _, after, edit in changes)

    async def _make_again(self, room_id: str, edit: Edit) -> None:
        """Of a command that succeeded in part nobody knows which: what was changed is told, the rest changed anew."""
        current = await self._store.get(room_id)
        if current is not None and await self.make(current, edit) == current:
            self.tell(current)

    async def release(self, business_id: str, user_id: str) -> None:
        """What an agent handles is handled by nobody any more."""

        def release(conversation: Conversation) -> Conversation:
            return replace(conversation, assignee_id="") if conversation.assignee_id == user_id else conversation

        assigned = await self._store.assigned_to(business_id, user_id)
        await bounded.gather(self.make(conversation, release) for conversation in assigned)

    def _next(self, before: Conversation, edited: Conversation) -> Conversation:
        return replace(edited, version=before.version + 1, changed_at=self._now())

    def tell(self, conversation: Conversation) -> None:
        """The agents of its business look at it again."""
        event = ConversationChanged(conversation.room_id, conversation.version)
        self._announce(Announcement(event, business_ids=(conversation.business_id,)))
