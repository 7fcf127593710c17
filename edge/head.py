"""Where a room's log stands."""

from typing import NamedTuple, Self

from parlance.message.v1 import message_pb2 as pb


class Head(NamedTuple):
    """The last `seq`, the last `revision` and the last message: 0, 0 and None before the first."""

    seq: int = 0
    revision: int = 0
    last_message: pb.Message | None = None

    @classmethod
    def of(cls, proto: pb.Head) -> Self:
        """As message_service says it."""
        return cls(proto.seq, proto.revision, proto.last_message if proto.HasField("last_message") else None)


def detached(message: pb.Message) -> pb.Message:
    """A copy to keep: a message of a batch keeps all of the batch in memory."""
    return pb.Message.FromString(message.SerializeToString())
