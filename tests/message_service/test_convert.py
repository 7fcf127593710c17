import pytest

from mesh.errors import Invalid
from message_service.convert import message_to_proto, new_message_from_proto, timestamp
from message_service.model import Kind, Message, NewMessage, Reaction
from parlance.message.v1 import message_pb2 as pb


def test_a_message_is_packed_with_everything() -> None:
    message = Message(
        id="m",
        room_id="r",
        seq=3,
        revision=9,
        created_revision=4,
        sender_id="ann",
        kind=Kind.NOTICE,
        body="Hello",
        reply_to="q",
        sent_at=1_001,
        edited_at=2_002,
        deleted_at=3_003,
        reactions=(Reaction("👍", ("bob", "ann")),),
    )
    assert message_to_proto(message) == pb.Message(
        id="m",
        room_id="r",
        seq=3,
        revision=9,
        created_revision=4,
        sender_id="ann",
        kind=pb.MESSAGE_KIND_NOTICE,
        body="Hello",
        reply_to="q",
        sent_at=timestamp(1_001),
        edited_at=timestamp(2_002),
        deleted_at=timestamp(3_003),
        reactions=[pb.Reaction(emoji="👍", user_ids=["bob", "ann"])],
    )


def test_what_a_message_does_not_have_is_absent() -> None:
    proto = message_to_proto(Message("m", "r", 1, 1, 1, "ann", Kind.TEXT, "Hello", None, 1_001))
    assert not proto.HasField("edited_at")
    assert not proto.HasField("deleted_at")
    assert (proto.reply_to, list(proto.reactions)) == ("", [])


@pytest.mark.parametrize(
    ("proto_kind", "kind"),
    [
        (pb.MESSAGE_KIND_UNSPECIFIED, Kind.TEXT),
        (pb.MESSAGE_KIND_TEXT, Kind.TEXT),
        (pb.MESSAGE_KIND_NOTICE, Kind.NOTICE),
    ],
)
def test_a_new_message_is_unpacked(proto_kind: pb.MessageKind.ValueType, kind: Kind) -> None:
    proto = pb.NewMessage(room_id="r", message_id="m", sender_id="ann", kind=proto_kind, body="Hello", reply_to="q")
    assert new_message_from_proto(proto) == NewMessage("r", "m", "ann", "Hello", kind, "q")


def test_one_that_answers_nothing_says_so() -> None:
    assert new_message_from_proto(pb.NewMessage(body="Hello")).reply_to is None


def test_a_kind_from_the_future_is_refused() -> None:
    with pytest.raises(Invalid):
        new_message_from_proto(pb.NewMessage(kind=99))  # type: ignore[arg-type]  # it is open on the wire


def test_times_keep_their_milliseconds() -> None:
    assert timestamp(1_700_000_000_123).ToMilliseconds() == 1_700_000_000_123
