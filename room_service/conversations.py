"""Conversations as agents handle them: finding, changing and erasing them."""

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from mesh.errors import Invalid
from room_service import bounded, names, pages
from room_service import conversation_refusals as refusals
from room_service.agents import Agents
from room_service.closures import Closures
from room_service.conversation_changes import Changes
from room_service.conversation_model import Conversation, ConversationChanges, Counts, Filter, HistoryEntry, Status
from room_service.conversations_store import ConversationsStore
from room_service.events import Announce, Announcement, MemberLeft, RoomCreated
from room_service.memberships_store import MembershipsStore
from room_service.model import Clock, Membership, Milliseconds, Role
from room_service.rooms_store import RoomsStore

MAX_TAGS = 20
MAX_TAG_CHARACTERS = 40
MAX_SNOOZE_MILLISECONDS = 366 * 24 * 60 * 60 * 1000
MAX_EARLIER = 50
MAX_CHANGED = 500


class Details(NamedTuple):
    """What an agent sees of one conversation beside what is said in it."""

    conversation: Conversation
    earlier: list[Conversation]
    """Those that were merged into it, the newest first."""
    history: list[HistoryEntry]
    """The latest first."""


class Conversations:
    """For the agents of the business, and for edges that tell them."""

    def __init__(
        self,
        *,
        store: ConversationsStore,
        changes: Changes,
        agents: Agents,
        rooms: RoomsStore,
        memberships: MembershipsStore,
        closures: Closures,
        announce: Announce,
        now: Clock,
    ) -> None:
        self._store = store
        self._changes = changes
        self._agents = agents
        self._rooms = rooms
        self._memberships = memberships
        self._closures = closures
        self._announce = announce
        self._now = now

    async def get(self, room_id: str, actor_id: str) -> Details:
        """One conversation, with those that were merged into it and with its history."""
        conversation = await self._required(room_id, actor_id)
        earlier = await self._store.merged_into(room_id, MAX_EARLIER)
        history = await self._changes.history(conversation)
        return Details(conversation, sorted(earlier, key=lambda each: -each.created_at), history)

    async def get_many(self, room_ids: Iterable[str]) -> list[Conversation]:
        """Those that exist; not for people but for edges, which tell the agents."""
        return await self._store.get_many(room_ids)

    async def changed_since(self, business_id: str, since: Milliseconds) -> tuple[list[Conversation], bool]:
        """What has changed in an inbox, the longest unchanged first, and whether there is more; for edges."""
        changed = await self._store.changed_since(business_id, since, MAX_CHANGED + 1)
        return changed[:MAX_CHANGED], len(changed) > MAX_CHANGED

    async def page(
        self,
        business_id: str,
        actor_id: str,
        wanted: Filter,
        *,
        by_creation: bool,
        for_export: bool,
        page_size: int,
        page_token: str,
    ) -> tuple[list[Conversation], str]:
        """A page, the most recently active first or the newest, and the token of the next. For export: managers only."""
        if for_export:
            await self._agents.require_manager(business_id, actor_id)
        else:
            await self._agents.require(business_id, actor_id)
        size = pages.checked_size(page_size, default=50, at_most=1000 if for_export else 100)
        after = pages.position(page_token, tuple[pages.Time, str])
        order = "created_at" if by_creation else "last_activity_at"
        wanted = replace(wanted, prefix=names.fold(wanted.prefix.strip()))
        found = await self._store.page(business_id, wanted, order, after, size + 1)
        if len(found) <= size:
            return found, ""
        last = found[size - 1]
        return found[:size], pages.token((getattr(last, order), last.room_id))

    async def count(self, business_id: str, actor_id: str) -> Counts:
        """How many there are in each view of the inbox."""
        await self._agents.require(business_id, actor_id)
        views = (
            Filter(status=Status.OPEN),
            Filter(status=Status.OPEN, assignee_id=actor_id),
            Filter(status=Status.OPEN, assignee_id=""),
            Filter(status=Status.PENDING),
            Filter(status=Status.SNOOZED),
            Filter(status=Status.RESOLVED),
        )
        return Counts(*await bounded.gather(self._store.count(business_id, view) for view in views))

    async def update(self, room_id: str, actor_id: str, changes: ConversationChanges) -> Conversation:
        """Change what is not None. To block a visitor also resolves its conversation."""
        conversation = await self._required(room_id, actor_id)
        changes = self._checked(changes)
        if changes.assignee_id:
            await self._check_assignee(conversation.business_id, changes.assignee_id)
        changed = await self._changes.make(conversation, lambda current: _changed(current, changes), actor_id=actor_id)
        if changed is None:
            raise refusals.no_such_conversation()
        if changes.blocked is not None:
            await self._bar_or_admit(room_id)
        if changes.assignee_id:
            await self._check_assignee_is_still_here(changed.business_id, changes.assignee_id)
        return changed

    async def erase(self, room_id: str, actor_id: str, *, guests_are_gone: bool) -> list[str]:
        """Remove what was said in a conversation and those that were merged into it. For managers.

        Returns their guests; what is known of visitors goes when the accounts of those are gone.
        """
        conversation = await self._required(room_id, actor_id)
        await self._agents.require_manager(conversation.business_id, actor_id)
        earlier = await self._store.merged_into(room_id)
        for each in (*earlier, conversation):
            await self._close_rooms(each)
            if guests_are_gone:
                await self._changes.remove(each)
        return [each.guest_id for each in (conversation, *earlier)]

    async def forget_guest(self, user_id: str) -> None:
        """Erase the conversation of a guest whose account goes away."""
        rooms = [membership.room_id for membership in await self._memberships.of_user(user_id)]
        for conversation in await self._store.get_many(rooms):
            if conversation.guest_id == user_id:
                await self._close_rooms(conversation)
                await self._changes.remove(conversation)

    async def _close_rooms(self, conversation: Conversation) -> None:
        for room in await self._rooms.get_many([conversation.room_id, conversation.notes_room_id]):
            await self._closures.close(room)

    async def _required(self, room_id: str, actor_id: str) -> Conversation:
        conversation = await self._store.get(room_id)
        if conversation is None or not await self._agents.is_agent(conversation.business_id, actor_id):
            raise refusals.no_such_conversation()
        return conversation

    async def _check_assignee(self, business_id: str, user_id: str) -> None:
        if not await self._agents.is_agent(business_id, user_id):
            raise Invalid("Only an agent of the business can handle this.", reason="NOT_AN_AGENT", field="assignee_id")

    async def _check_assignee_is_still_here(self, business_id: str, user_id: str) -> None:
        """Take it back from an agent who was removed after the check before the change; raises `Invalid` then."""
        try:
            await self._check_assignee(business_id, user_id)
        except Invalid:
            await self._changes.release(business_id, user_id)
            raise

    def _checked(self, changes: ConversationChanges) -> ConversationChanges:
        until, now = changes.snoozed_until, self._now()
        if (changes.status is Status.SNOOZED) is not (until is not None):
            raise _bad_snooze("To snooze needs the moment at which it ends, and nothing else does.")
        if until is not None and not now < until <= now + MAX_SNOOZE_MILLISECONDS:
            raise _bad_snooze("A snooze ends in the future, within a year.")
        return replace(changes, tags=None if changes.tags is None else _checked_tags(changes.tags))

    async def _bar_or_admit(self, room_id: str) -> None:
        """Make the guest's membership what the conversation says, also when that changes meanwhile."""
        while (conversation := await self._store.get(room_id)) is not None:
            guest = await self._memberships.get(conversation.guest_id, room_id)
            role = Role.MEMBER if conversation.admits_guest else Role.BANNED
            if guest is None or guest.role is role:
                return
            if await self._memberships.change_role(guest, role):
                self._tell_guest(guest, is_admitted=role is Role.MEMBER)

    def _tell_guest(self, guest: Membership, *, is_admitted: bool) -> None:
        if is_admitted:
            self._announce(Announcement(RoomCreated(guest.room_id), user_ids=(guest.user_id,)))
        else:
            left = MemberLeft(guest.room_id, guest.user_id, removed=True)
            self._announce(Announcement(left, room_ids=(guest.room_id,), user_ids=(guest.user_id,)))


def _changed(conversation: Conversation, changes: ConversationChanges) -> Conversation:
    status = conversation.status if changes.status is None else changes.status
    blocked = conversation.blocked if changes.blocked is None else changes.blocked
    if blocked and not conversation.blocked:
        status = Status.RESOLVED
    is_put_aside = changes.status is not None and status is not Status.OPEN
    return replace(
        conversation,
        status=status,
        counted_seq=max(conversation.counted_seq, conversation.read_seq) if is_put_aside else conversation.counted_seq,
        snoozed_until=(changes.snoozed_until or conversation.snoozed_until) if status is Status.SNOOZED else 0,
        waiting_since=0 if status is Status.RESOLVED else conversation.waiting_since,
        assignee_id=conversation.assignee_id if changes.assignee_id is None else changes.assignee_id,
        tags=conversation.tags if changes.tags is None else changes.tags,
        priority=conversation.priority if changes.priority is None else changes.priority,
        blocked=blocked,
    )


def _checked_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags as they are kept: each once, in alphabetical order."""
    kept = {" ".join(tag.split()).lower() for tag in tags}
    if len(kept) > MAX_TAGS or not all(1 <= len(tag) <= MAX_TAG_CHARACTERS and tag.isprintable() for tag in kept):
        raise Invalid(
            f"There are at most {MAX_TAGS} tags, of 1 to {MAX_TAG_CHARACTERS} characters.",
            reason="INVALID_TAGS",
            field="tags",
        )
    return tuple(sorted(kept))


def _bad_snooze(message: str) -> Invalid:
    return Invalid(message, reason="INVALID_SNOOZE", field="snoozed_until")
