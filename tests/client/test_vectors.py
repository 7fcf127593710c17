"""The conversations that every client must hold alike; tests/vectors/README.md says how they are written."""

import json
from math import inf
from pathlib import Path
from typing import Any

import msgspec
import pytest

from client import requests
from client.backoff import Backoff
from client.closing import Ending, ReconnectPolicy
from client.errors import ProtocolError, Refused, Stopped
from client.events import Online, RoomReset
from client.frames import Ack
from client.outputs import Answer, Drop, Output, Refusal, RenewToken
from client.requests import HistoryAck, JoinAck, MessageAck, ReadAck, Request
from client.session import Session

VECTORS = Path(__file__).parents[1] / "vectors"
ENDINGS = VECTORS / "endings.json"

REPLIES: dict[type[Request], type[object]] = {
    requests.JoinRoom: JoinAck,
    requests.LeaveRoom: Ack,
    requests.SendMessage: MessageAck,
    requests.EditMessage: MessageAck,
    requests.DeleteMessage: MessageAck,
    requests.React: MessageAck,
    requests.History: HistoryAck,
    requests.MarkRead: ReadAck,
    requests.Typing: object,
}
KINDS = {kind.__struct_config__.tag: kind for kind in REPLIES}

NAMES: dict[type[object], str] = {
    Answer: "answer",
    Drop: "drop",
    Online: "online",
    RenewToken: "renew_token",
    RoomReset: "room_reset",
}


def cases(*paths: Path) -> list[Any]:
    return [pytest.param(case, id=case["name"]) for path in paths for case in json.loads(path.read_text())]


@pytest.mark.parametrize("case", cases(*sorted(set(VECTORS.glob("*.json")) - {ENDINGS})))
def test_conversation(case: dict[str, Any]) -> None:
    session = Session(case.get("resume", {}), Backoff(random=lambda: 0.5))
    now = 0.0
    for step in case["steps"]:
        now = step.get("at", now)
        if step.get("fails"):
            with pytest.raises((ProtocolError, Refused)):
                act(session, step, now)
        else:
            act(session, step, now)
        session.tick(now)
        check(session, step, now)


@pytest.mark.parametrize("case", cases(ENDINGS))
def test_ending(case: dict[str, Any]) -> None:
    policy = ReconnectPolicy(Backoff(random=lambda: 0.5))
    for ending in case["endings"]:
        end = Ending(ending["code"], "", ending["online_seconds"])
        if ending["delay"] is None:
            with pytest.raises(Stopped):
                policy.delay_after(end)
        else:
            assert policy.delay_after(end) == ending["delay"]


def act(session: Session, step: dict[str, Any], now: float) -> None:
    match step:
        case {"connect": {"token": token, "renew_seconds": renew_seconds}}:
            session.connected(token, renew_seconds, now)
        case {"disconnect": True}:
            session.disconnected()
        case {"renew": {"token": token, "renew_seconds": renew_seconds}}:
            session.renew(token, renew_seconds, now)
        case {"receive": frame}:
            session.received(json.dumps(frame), now)
        case {"receive_text": text}:
            session.received(text, now)
        case {"ask": request}:
            kind = KINDS[request["type"]]
            session.ask(msgspec.convert(request, kind), REPLIES[kind])
        case {"tell": request}:
            session.tell(msgspec.convert(request, KINDS[request["type"]]))
        case {"withdraw": request_id}:
            session.withdraw(request_id)


def check(session: Session, step: dict[str, Any], now: float) -> None:
    outputs = [rendered(output) for output in session.take_outputs()]
    expected = step.get("outputs", [])
    assert len(outputs) == len(expected), outputs
    assert all(map(contains, outputs, expected)), outputs
    assert [json.loads(frame) for frame in session.take_frames(now)] == step.get("frames", [])
    if "next" in step:
        assert session.next_tick() == (inf if step["next"] is None else step["next"])
    if "revisions" in step:
        assert session.rooms.revisions == step["revisions"]
    if "unsent" in step:
        assert session.outbox.messages() == step["unsent"]


def rendered(output: Output) -> Any:
    """An output as the vectors write it."""
    match output:
        case Refusal(id=request_id, error=error):
            return {"type": "refusal", "id": request_id, **vars(error)}
        case Answer() | Online() | RoomReset() | RenewToken() | Drop():
            return {"type": NAMES[type(output)], **msgspec.to_builtins(output)}
        case event:
            return msgspec.to_builtins(event)


def contains(actual: Any, expected: Any) -> bool:
    """Whether the one has at least the fields of the other."""
    if isinstance(expected, dict):
        return all(key in actual and contains(actual[key], value) for key, value in expected.items())
    if isinstance(expected, list):
        return len(actual) == len(expected) and all(map(contains, actual, expected))
    return bool(actual == expected)
