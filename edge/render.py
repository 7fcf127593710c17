"""Turns what services say into frames."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal

from google.protobuf.timestamp_pb2 import Timestamp

from edge import frames
from edge.frames import Person
from edge.head import Head
from parlance.message.v1 import attachment_pb2, message_pb2
from parlance.room.v1 import conversation_pb2, room_pb2

Kind = Literal["public", "private", "direct", "support"]
RoleName = Literal["member", "moderator", "owner"]
StatusName = Literal["open", "pending", "snoozed", "resolved"]
PriorityName = Literal["low", "normal", "high", "urgent"]

_KINDS: dict[int, Kind] = {
    room_pb2.ROOM_KIND_PUBLIC: "public",
    room_pb2.ROOM_KIND_PRIVATE: "private",
    room_pb2.ROOM_KIND_DIRECT: "direct",
    room_pb2.ROOM_KIND_SUPPORT: "support",
}
_ROLES: dict[int, RoleName] = {
    room_pb2.MEMBER_ROLE_MEMBER: "member",
    room_pb2.MEMBER_ROLE_MODERATOR: "moderator",
    room_pb2.MEMBER_ROLE_OWNER: "owner",
}


_STATUSES: dict[int, StatusName] = {
    conversation_pb2.CONVERSATION_STATUS_OPEN: "open",
    conversation_pb2.CONVERSATION_STATUS_PENDING: "pending",
    conversation_pb2.CONVERSATION_STATUS_SNOOZED: "snoozed",
    conversation_pb2.CONVERSATION_STATUS_RESOLVED: "resolved",
}
_PRIORITIES: dict[int, PriorityName] = {
    conversation_pb2.CONVERSATION_PRIORITY_LOW: "low",
    conversation_pb2.CONVERSATION_PRIORITY_NORMAL: "normal",
    conversation_pb2.CONVERSATION_PRIORITY_HIGH: "high",
    conversation_pb2.CONVERSATION_PRIORITY_URGENT: "urgent",
}


def message(proto: message_pb2.Message, sender: Person) -> frames.Message:
    """A message with its sender's name."""
    changed = proto.revision != proto.created_revision  # else the fields that changes set need no look
    return frames.Message(
        id=proto.id,
        seq=proto.seq,
        revision=proto.revision,
        sender=sender,
        kind="notice" if proto.kind == message_pb2.MESSAGE_KIND_NOTICE else "text",
        body=proto.body,
        reply_to=proto.reply_to or None,
        attachments=[attachment(each) for each in proto.attachments] if proto.attachments else [],
        sent_at=when(proto.sent_at),
        edited_at=when(proto.edited_at) if changed and proto.HasField("edited_at") else None,
        deleted_at=when(proto.deleted_at) if changed and proto.HasField("deleted_at") else None,
        reactions=[frames.Reaction(each.emoji, list(each.user_ids)) for each in proto.reactions] if changed else [],
    )


def attachment(proto: attachment_pb2.Attachment) -> frames.Attachment:
    """What is shown of a file."""
    return frames.Attachment(
        id=proto.id,
        name=proto.name,
        media_type=proto.media_type,
        size_bytes=proto.size_bytes,
        width=proto.width,
        height=proto.height,
        has_thumbnail=proto.has_thumbnail,
    )


def room_summary(
    room: room_pb2.Room, membership: room_pb2.Membership, head: Head, people: Mapping[str, Person]
) -> frames.RoomSummary:
    """One of a user's rooms; `people` must hold the last sender and the members of a direct room."""
    return frames.RoomSummary(
        id=room.id,
        name=room.name,
        kind=kind(room.kind),
        role=role(membership.role),
        muted=membership.muted,
        seq=head.seq,
        revision=head.revision,
        read_seq=membership.read_seq,
        unread=max(0, head.seq - membership.read_seq),
        last_message=message(head.last_message, people[head.last_message.sender_id]) if head.last_message else None,
        people=[people[user_id] for user_id in room.direct_user_ids],
    )


def conversation(proto: conversation_pb2.Conversation, head: Head, people: Mapping[str, Person]) -> frames.Conversation:
    """A visitor's chat as agents see it; `people` must hold the last sender and who handles it."""
    return frames.Conversation(
        room=proto.room_id,
        business=proto.business_id,
        guest=proto.guest_id,
        visitor=visitor(proto.visitor),
        status=_STATUSES[proto.status],
        assignee=people[proto.assignee_id] if proto.assignee_id else None,
        tags=list(proto.tags),
        priority=_PRIORITIES[proto.priority],
        snoozed_until=when(proto.snoozed_until) if proto.HasField("snoozed_until") else None,
        created_at=when(proto.created_at),
        last_activity_at=when(proto.last_activity_at),
        waiting_since=when(proto.waiting_since) if proto.HasField("waiting_since") else None,
        seq=head.seq,
        unread=max(0, head.seq - proto.read_seq),
        last_message=message(head.last_message, people[head.last_message.sender_id]) if head.last_message else None,
        blocked=proto.blocked,
        merged_into=proto.merged_into or None,
        notes_room=proto.notes_room_id,
        version=proto.version,
    )


def conversation_people(proto: conversation_pb2.Conversation, head: Head) -> set[str]:
    """Whose names a conversation needs."""
    last = {head.last_message.sender_id} if head.last_message else set()
    return last | ({proto.assignee_id} if proto.assignee_id else set())


def visitor(proto: conversation_pb2.Visitor) -> frames.Visitor:
    """Who came."""
    return frames.Visitor(
        name=proto.name,
        email=proto.email,
        phone=proto.phone,
        answers=dict(proto.answers),
        consent=proto.consent,
        page=proto.page,
        referrer=proto.referrer,
        verified=proto.verified,
        subject=proto.subject,
    )


def status(number: int) -> StatusName:
    """Name of a conversation's status."""
    return _STATUSES[number]


def priority(number: int) -> PriorityName:
    """Name of a conversation's priority."""
    return _PRIORITIES[number]


def messages(protos: Iterable[message_pb2.Message], people: Mapping[str, Person]) -> list[frames.Message]:
    """Messages with their senders' names; `people` must hold them."""
    return [message(proto, people[proto.sender_id]) for proto in protos]


def senders(protos: Iterable[message_pb2.Message]) -> set[str]:
    """Whose names the messages need."""
    return {proto.sender_id for proto in protos}


def kind(number: int) -> Kind:
    """Name of a room's kind."""
    return _KINDS[number]


def role(number: int) -> RoleName:
    """Name of a member's role."""
    return _ROLES.get(number, "member")


def when(timestamp: Timestamp) -> datetime:
    """A moment, to the millisecond."""
    return _moment(timestamp.seconds, timestamp.nanos // 1_000_000)


@lru_cache(maxsize=1024)
def _moment(seconds: int, milliseconds: int) -> datetime:
    """Remembered, because messages that were stored together share theirs, and each is rendered more than once."""
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=milliseconds * 1000)
