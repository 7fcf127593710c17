"""Conversations as the contracts have them, and back."""

from parlance.room.v1 import conversation_pb2 as pb
from room_service.business_convert import timestamp
from room_service.conversation_model import (
    Conversation,
    ConversationChanges,
    Filter,
    HistoryEntry,
    Priority,
    Status,
    Visit,
    Visitor,
)

_STATUSES = {
    Status.OPEN: pb.CONVERSATION_STATUS_OPEN,
    Status.PENDING: pb.CONVERSATION_STATUS_PENDING,
    Status.SNOOZED: pb.CONVERSATION_STATUS_SNOOZED,
    Status.RESOLVED: pb.CONVERSATION_STATUS_RESOLVED,
}
_STATUS_OF = {number: status for status, number in _STATUSES.items()}
_PRIORITIES = {
    Priority.LOW: pb.CONVERSATION_PRIORITY_LOW,
    Priority.NORMAL: pb.CONVERSATION_PRIORITY_NORMAL,
    Priority.HIGH: pb.CONVERSATION_PRIORITY_HIGH,
    Priority.URGENT: pb.CONVERSATION_PRIORITY_URGENT,
}
_PRIORITY_OF = {number: priority for priority, number in _PRIORITIES.items()}


def conversation_to_proto(conversation: Conversation) -> pb.Conversation:
    """Pack a conversation."""
    return pb.Conversation(
        room_id=conversation.room_id,
        business_id=conversation.business_id,
        guest_id=conversation.guest_id,
        visitor=_visitor(conversation.visitor),
        status=_STATUSES[conversation.status],
        assignee_id=conversation.assignee_id,
        tags=conversation.tags,
        priority=_PRIORITIES[conversation.priority],
        snoozed_until=timestamp(conversation.snoozed_until) if conversation.snoozed_until else None,
        created_at=timestamp(conversation.created_at),
        last_activity_at=timestamp(conversation.last_activity_at),
        waiting_since=timestamp(conversation.waiting_since) if conversation.waiting_since else None,
        read_seq=conversation.read_seq,
        blocked=conversation.blocked,
        merged_into=conversation.merged_into,
        notes_room_id=conversation.notes_room_id,
        version=conversation.version,
    )


def visit_from_proto(request: pb.InitiateChatRequest) -> Visit:
    """Unpack a visitor at the door."""
    return Visit(
        slug=request.slug,
        origin=request.origin,
        answers=dict(request.answers),
        consent=request.consent,
        page=request.page,
        referrer=request.referrer,
        with_message=request.with_message,
        idempotency_key=request.idempotency_key,
        digest=request.digest.hex(),
        guest_id=request.guest_id,
        guest_room_id=request.guest_room_id,
        identity_token=request.identity_token,
    )


def filter_from_proto(request: pb.ListConversationsRequest) -> Filter:
    """Unpack which conversations are listed."""
    return Filter(
        status=_STATUS_OF.get(request.status),
        assignee_id="" if request.unassigned else request.assignee_id or None,
        prefix=request.prefix,
    )


def changes_from_proto(changes: pb.ConversationChanges) -> ConversationChanges:
    """Unpack changes."""
    return ConversationChanges(
        status=_STATUS_OF.get(changes.status) if changes.HasField("status") else None,
        assignee_id=changes.assignee_id if changes.HasField("assignee_id") else None,
        tags=tuple(changes.tags.tags) if changes.HasField("tags") else None,
        priority=_PRIORITY_OF.get(changes.priority) if changes.HasField("priority") else None,
        snoozed_until=changes.snoozed_until.ToMilliseconds() if changes.HasField("snoozed_until") else None,
        blocked=changes.blocked if changes.HasField("blocked") else None,
    )


def entry_to_proto(entry: HistoryEntry) -> pb.HistoryEntry:
    """Pack an entry of a history."""
    changes = entry.changes
    return pb.HistoryEntry(
        at=timestamp(entry.at),
        actor_id=entry.actor_id,
        changes=pb.ConversationChanges(
            status=None if changes.status is None else _STATUSES[changes.status],
            assignee_id=changes.assignee_id,
            tags=None if changes.tags is None else pb.TagList(tags=changes.tags),
            priority=None if changes.priority is None else _PRIORITIES[changes.priority],
            snoozed_until=None if changes.snoozed_until is None else timestamp(changes.snoozed_until),
            blocked=changes.blocked,
        ),
    )


def _visitor(visitor: Visitor) -> pb.Visitor:
    return pb.Visitor(
        name=visitor.name,
        email=visitor.email,
        phone=visitor.phone,
        answers=visitor.answers,
        consent=visitor.consent,
        page=visitor.page,
        referrer=visitor.referrer,
        verified=bool(visitor.subject),
        subject=visitor.subject,
    )
