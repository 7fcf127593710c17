"""What becomes of conversations when somebody writes or reads in them, or when their time has come."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from room_service import bounded
from room_service.agents_store import AgentsStore, Place
from room_service.conversation_changes import Changes
from room_service.conversation_model import Conversation, Status
from room_service.conversations_store import ConversationsStore
from room_service.events import Announce, Announcement, Read
from room_service.model import Clock, ReadMarker, RoomActivity

WAKE_SECONDS = 5.0
_WOKEN_AT_ONCE = 500


class Visits:
    """Keeps conversations as the talk in their rooms has them."""

    def __init__(
        self, store: ConversationsStore, agents: AgentsStore, changes: Changes, announce: Announce, now: Clock
    ) -> None:
        self._store = store
        self._agents = agents
        self._changes = changes
        self._announce = announce
        self._now = now

    async def note(self, by_room: Mapping[str, Sequence[RoomActivity]]) -> None:
        """Somebody has written in these rooms, in this order.

        A visitor who does opens its conversation again, and waits for an answer.
        An agent who answers what nobody handles handles it from now on. Rooms without a conversation are passed over.
        """
        conversations = await self._store.get_many(by_room) if by_room else []
        agents = await self._agents_among(by_room, [each for each in conversations if not each.assignee_id])
        await self._changes.make_all(
            (each, partial(_written, noted=by_room[each.room_id], agents=agents), by_room[each.room_id][-1].sender_id)
            for each in conversations
        )

    async def read(self, markers: Iterable[ReadMarker]) -> list[ReadMarker]:
        """Agents have read so far: one of them reads for all. Returns the markers as they stand; others are passed over."""
        asked = list(markers)
        if not asked:
            return []
        found = {each.room_id: each for each in await self._store.get_many({marker.room_id for marker in asked})}
        known = [(found[marker.room_id], marker) for marker in asked if marker.room_id in found]
        agents = await self._agents.get_places({(each.business_id, marker.user_id) for each, marker in known})
        theirs = [(each, marker) for each, marker in known if (each.business_id, marker.user_id) in agents]
        return await bounded.gather(self._read(each, marker) for each, marker in theirs)

    async def wake(self) -> None:
        """Open those whose snooze is over."""
        now = self._now()

        def wake(conversation: Conversation) -> Conversation:
            due = conversation.status is Status.SNOOZED and conversation.snoozed_until <= now
            return replace(conversation, status=Status.OPEN, snoozed_until=0) if due else conversation

        due = await self._store.due(now, _WOKEN_AT_ONCE)
        await bounded.gather(self._changes.make(conversation, wake) for conversation in due)

    async def _agents_among(
        self, by_room: Mapping[str, Sequence[RoomActivity]], conversations: Iterable[Conversation]
    ) -> Container[Place]:
        """Those who have written in these conversations and still answer for their business."""
        places = {
            (each.business_id, activity.sender_id)
            for each in conversations
            for activity in by_room[each.room_id]
            if activity.sender_id not in ("", each.guest_id)
        }
        return await self._agents.get_places(places) if places else ()

    async def _read(self, conversation: Conversation, marker: ReadMarker) -> ReadMarker:
        def read(current: Conversation) -> Conversation:
            return replace(current, read_seq=marker.seq) if marker.seq > current.read_seq else current

        after = await self._changes.make(conversation, read) or conversation
        if after.read_seq == marker.seq > conversation.read_seq:
            event = Read(marker.room_id, marker.user_id, marker.seq)
            self._announce(Announcement(event, room_ids=(marker.room_id,)))
        return ReadMarker(marker.user_id, marker.room_id, after.read_seq)


def _written(conversation: Conversation, *, noted: Iterable[RoomActivity], agents: Container[Place]) -> Conversation:
    for activity in noted:
        if activity.sender_id == conversation.guest_id:
            conversation = _written_by_visitor(conversation, activity)
        elif activity.sender_id:
            is_agent = (conversation.business_id, activity.sender_id) in agents
            conversation = _answered(conversation, activity, handler_id=activity.sender_id if is_agent else "")
    return conversation


def _written_by_visitor(conversation: Conversation, activity: RoomActivity) -> Conversation:
    if activity.seq > conversation.counted_seq:
        conversation = replace(conversation, counted_seq=activity.seq)
        if conversation.admits_guest:
            conversation = replace(conversation, status=Status.OPEN, snoozed_until=0)
    if activity.at < conversation.last_activity_at:
        return conversation
    waits = conversation.status is not Status.RESOLVED
    return replace(
        conversation,
        waiting_since=(conversation.waiting_since or activity.at) if waits else 0,
        last_activity_at=activity.at,
    )


def _answered(conversation: Conversation, activity: RoomActivity, handler_id: str) -> Conversation:
    if activity.at < conversation.last_activity_at:
        return conversation
    return replace(
        conversation,
        assignee_id=conversation.assignee_id or handler_id,
        waiting_since=0,
        last_activity_at=activity.at,
    )
