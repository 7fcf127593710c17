import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator, ValidationError

from edge import asyncapi, frames
from edge.frames import Attachment, Message, Person, Reaction, RoomSummary

ADA = Person("ada", "Ada")
MESSAGE = Message(
    id="m",
    seq=1,
    revision=2,
    sender=ADA,
    kind="text",
    body="hello",
    reply_to=None,
    attachments=[Attachment("a", "flag.png", "image/png", 4096, 600, 300, True)],
    sent_at=datetime(2026, 3, 2, tzinfo=UTC),
    edited_at=datetime(2026, 3, 3, tzinfo=UTC),
    deleted_at=None,
    reactions=[Reaction("👍", ["ada"])],
)
CONVERSATION = frames.Conversation(
    room="den",
    business="acme",
    guest="vera",
    visitor=frames.Visitor(
        name="Vera",
        email="vera@example.org",
        phone="",
        answers={"order": "A-17"},
        consent="",
        page="https://acme.example",
        referrer="",
        verified=False,
        subject="",
    ),
    status="open",
    assignee=None,
    tags=["vip"],
    priority="normal",
    snoozed_until=None,
    created_at=datetime(2026, 1, 5, tzinfo=UTC),
    last_activity_at=datetime(2026, 1, 5, tzinfo=UTC),
    waiting_since=None,
    seq=1,
    unread=1,
    last_message=None,
    blocked=False,
    merged_into=None,
    notes_room="notes-den",
    version=1,
)
SUMMARY = RoomSummary(
    id="den",
    name="Den",
    kind="public",
    role="owner",
    muted=False,
    seq=1,
    revision=2,
    read_seq=0,
    unread=1,
    last_message=MESSAGE,
    people=[ADA],
)
MESSAGE_ID = "5f6ebaac-452d-405f-a003-c90072cf8796"
SAMPLES: list[frames.ServerFrame | frames.ClientFrame] = [
    frames.Auth(id=1, token="t", resume={"den": 4}),
    frames.JoinRoom(id="x", room="den", after=3),
    frames.LeaveRoom(room="den"),
    frames.SendMessage(room="den", message_id=MESSAGE_ID, body="hello"),
    frames.EditMessage(room="den", message_id=MESSAGE_ID, body="hello"),
    frames.DeleteMessage(room="den", message_id=MESSAGE_ID),
    frames.React(room="den", message_id=MESSAGE_ID, emoji="👍", on=False),
    frames.History(room="den", before=9),
    frames.MarkRead(room="den", seq=1),
    frames.Typing(room="den"),
    frames.Ping(),
    frames.Welcome(id=1, session="s", user=ADA, rooms=[SUMMARY], reset=["hall"], heartbeat_seconds=30),
    frames.Ack(id="x"),
    frames.JoinAck(room="den", summary=SUMMARY, revision=2, reset=True, messages=[MESSAGE]),
    frames.MessageAck(room="den", message=MESSAGE),
    frames.HistoryAck(room="den", messages=[MESSAGE]),
    frames.ReadAck(room="den", read_seq=1),
    frames.Pong(id=1),
    frames.Error(code="forbidden", reason="NOT_A_MEMBER", message="No.", retry_after=1.5),
    frames.MessageEvent(room="den", revision=2, message=MESSAGE),
    frames.MessageUpdated(room="den", revision=2, message=MESSAGE),
    frames.TypingEvent(room="den", user=ADA, on=True),
    frames.PresenceEvent(room="den", user=ADA, online=True),
    frames.ReadEvent(room="den", user="ada", seq=1),
    frames.RoomCreated(room=SUMMARY),
    frames.RoomUpdated(room="den", name="Den", topic=""),
    frames.RoomDeleted(room="den"),
    frames.MemberJoined(room="den", user=ADA),
    frames.MemberLeft(room="den", user=ADA, removed=True),
    frames.ConversationUpdated(business="acme", room="den", conversation=CONVERSATION),
    frames.InboxReset(business="acme"),
    frames.Reconnect(after_ms=100),
]


@pytest.fixture(scope="module")
def document() -> Any:
    return json.loads(json.dumps(asyncapi.document()))


def validator(document: Any, name: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": document["components"]})


@pytest.mark.parametrize("frame", SAMPLES, ids=lambda frame: type(frame).__name__)
def test_a_real_frame_fits_its_schema_and_no_frame_of_another_type(frame: msgspec.Struct, document: Any) -> None:
    wire = json.loads(msgspec.json.encode(frame))
    validator(document, type(frame).__name__).validate(wire)
    with pytest.raises(ValidationError):
        validator(document, type(frame).__name__).validate(wire | {"type": "something_else"})


def test_every_frame_is_sampled_here() -> None:
    assert {type(frame) for frame in SAMPLES} == {*asyncapi.CLIENT_FRAMES, *asyncapi.SERVER_FRAMES}


def test_every_frame_of_a_client_says_how_it_is_answered() -> None:
    assert asyncapi.REPLIES.keys() == {*asyncapi.CLIENT_FRAMES}


def test_every_frame_is_part_of_an_operation(document: Any) -> None:
    mentioned: set[str] = set()
    for operation in document["operations"].values():
        for message in operation["messages"] + operation.get("reply", {}).get("messages", []):
            mentioned.add(message["$ref"].rpartition("/")[2])
    assert mentioned == document["channels"]["socket"]["messages"].keys()


def test_every_reference_leads_somewhere(document: Any) -> None:
    for reference in _references(document):
        target = document
        for step in reference.removeprefix("#/").split("/"):
            target = target[step]


def test_frames_and_fields_are_described(document: Any) -> None:
    message = document["components"]["messages"]["JoinRoom"]
    assert message["summary"] == "Become a member, if allowed, and receive the room's events"
    fields = document["components"]["schemas"]["JoinRoom"]["properties"]
    assert fields["room"]["description"] == "A room's id, or a public room's name."


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref":
                yield value
            else:
                yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)
