"""Messages as the contracts have them, and back."""

from functools import lru_cache

import msgspec
from google.protobuf.timestamp_pb2 import Timestamp

from mesh.errors import Invalid
from message_service.model import Attachment, Guard, Kind, Message, NewMessage
from parlance.message.v1 import attachment_pb2
from parlance.message.v1 import message_pb2 as pb

_KIND_TO_PROTO = {Kind.TEXT: pb.MESSAGE_KIND_TEXT, Kind.NOTICE: pb.MESSAGE_KIND_NOTICE}
_KIND_FROM_PROTO = {number: kind for kind, number in _KIND_TO_PROTO.items()} | {pb.MESSAGE_KIND_UNSPECIFIED: Kind.TEXT}


@lru_cache(maxsize=4096)
def message_to_proto(message: Message) -> pb.Message:
    """Pack a message; the result must not be changed. Remembered, because a stored message is published and answered."""
    proto = pb.Message(
        id=message.id,
        room_id=message.room_id,
        seq=message.seq,
        revision=message.revision,
        created_revision=message.created_revision,
        sender_id=message.sender_id,
        kind=_KIND_TO_PROTO[message.kind],
        body=message.body,
        sent_at=timestamp(message.sent_at),
    )
    if message.reply_to is not None:
        proto.reply_to = message.reply_to
    if message.edited_at is not None:
        proto.edited_at.CopyFrom(timestamp(message.edited_at))
    if message.deleted_at is not None:
        proto.deleted_at.CopyFrom(timestamp(message.deleted_at))
    for reaction in message.reactions:
        proto.reactions.add(emoji=reaction.emoji, user_ids=reaction.user_ids)
    for attachment in message.attachments:
        proto.attachments.append(attachment_to_proto(attachment))
    return proto


def attachment_to_proto(attachment: Attachment) -> attachment_pb2.Attachment:
    """Pack what is known of a file."""
    return attachment_pb2.Attachment(**msgspec.structs.asdict(attachment))


def new_message_from_proto(proto: pb.NewMessage) -> NewMessage:
    """Unpack a message to store; raises `Invalid` for a kind that this version does not know."""
    kind = _KIND_FROM_PROTO.get(proto.kind)
    if kind is None:
        raise Invalid("This kind of message is not known.", field="kind")
    return NewMessage(
        room_id=proto.room_id,
        message_id=proto.message_id,
        sender_id=proto.sender_id,
        body=proto.body,
        kind=kind,
        reply_to=proto.reply_to or None,
        attachment_ids=tuple(proto.attachment_ids),
        guard=Guard(proto.guard.seen_revision, proto.guard.visitor_id) if proto.HasField("guard") else None,
    )


def timestamp(milliseconds: int) -> Timestamp:
    """Pack milliseconds since 1970."""
    return Timestamp(seconds=milliseconds // 1000, nanos=milliseconds % 1000 * 1_000_000)
