"""The session under whatever a server may send, and whatever becomes of the connection meanwhile.

`PARLANCE_FUZZ_EXAMPLES=20000` looks longer.
"""

import json
import os
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from client.backoff import Backoff
from client.errors import ProtocolError, Refused
from client.events import RoomReset
from client.frames import MessageEvent, MessageUpdated
from client.outputs import Answer, Refusal
from client.requests import History, HistoryAck, JoinAck, JoinRoom
from client.session import Session
from tests.client.conftest import Wire

EXAMPLES = int(os.environ.get("PARLANCE_FUZZ_EXAMPLES", "80"))
ROOMS = st.sampled_from(["hall", "lobby"])
WIRE = Wire()

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=5,
)
TYPES = st.sampled_from(["welcome", "ack", "error", "message", "room_created", "member_left", "reconnect", "pong"])
FIELDS = st.sampled_from(["id", "room", "revision", "message", "rooms", "reset", "code", "retry_after", "after_ms"])
NEARLY_FRAMES = st.builds(
    lambda kind, fields: json.dumps({"type": kind} | fields), TYPES | JSON, st.dictionaries(FIELDS, JSON, max_size=4)
)
IDS = st.integers(0, 12)
FRAMES = st.one_of(
    st.builds(WIRE.event, ROOMS, st.integers(1, 9), st.sampled_from(["message", "message_updated"])),
    st.builds(WIRE.error, IDS, st.sampled_from(["unavailable", "rate_limited", "internal", "forbidden", "new"])),
    st.builds(lambda name, room: WIRE.frame("ack", id=name, room=room, message=WIRE.message(1)), IDS, ROOMS),
    st.builds(lambda name, room: WIRE.frame("ack", id=name, room=room, messages=[]), IDS, ROOMS),
    st.builds(lambda room, last: WIRE.welcome(WIRE.room(room, last)), ROOMS, st.integers(0, 9)),
    st.builds(lambda room: WIRE.welcome(reset=(room,)), ROOMS),
    st.builds(lambda room: WIRE.frame("room_deleted", room=room), ROOMS),
    st.builds(lambda room, last: WIRE.frame("room_created", room=WIRE.room(room, last)), ROOMS, st.integers(0, 9)),
    st.builds(lambda seconds: WIRE.frame("reconnect", after_ms=seconds), st.integers(0, 5000)),
)


class Anything(RuleBasedStateMachine):
    """A server that makes no sense, on a network that loses connections at any moment."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.session = Session({}, Backoff(random=lambda: 0.5))
        self.connected = False
        self.waiting: set[int] = set()
        self.known: dict[str, int] = {}

    @rule()
    def connect(self) -> None:
        self.session.disconnected()
        self.session.connected("token", 60, self.now)
        self.connected = True
        self.look()

    @rule()
    def lose_the_connection(self) -> None:
        self.session.disconnected()
        self.connected = False
        assert self.frames() == []

    @rule(text=FRAMES | NEARLY_FRAMES | st.text(max_size=20))
    def receive(self, text: str) -> None:
        try:
            self.session.received(text, self.now)
        except ProtocolError:  # whereupon its shell hangs up
            self.look()
            self.lose_the_connection()
        self.look()

    @rule(room=ROOMS, body=st.text(max_size=3))
    def send(self, room: str, body: str) -> None:
        self.waiting.add(self.session.send(room, "id", body))
        self.look()

    @rule(room=ROOMS)
    def ask(self, room: str) -> None:
        self.waiting.add(self.session.ask(History(room=room, before=9), HistoryAck))
        self.waiting.add(self.session.ask(JoinRoom(room=room), JoinAck))
        self.look()

    @rule(seconds=st.sampled_from([0.1, 1.0, 20.0]))
    def pass_time(self, seconds: float) -> None:
        self.now += seconds
        self.session.tick(self.now)
        self.look()

    def frames(self) -> list[dict[str, Any]]:
        return [json.loads(text) for text in self.session.take_frames(self.now)]

    def look(self) -> None:
        """What goes out makes sense; what comes out is answered once, and rises in each room."""
        self.session.tick(self.now)
        frames = self.frames()
        assert self.connected or not frames
        assert all(frame["type"] for frame in frames)
        rooms = [frame["room"] for frame in frames if frame["type"] == "send_message"]
        assert len(rooms) == len(set(rooms)), "one message of a room at a time"
        for output in self.session.take_outputs():
            match output:
                case Answer(id=request_id):
                    self.waiting.remove(request_id)
                case Refusal(id=request_id, error=error):
                    assert isinstance(error, Refused)
                    self.waiting.remove(request_id)
                case MessageEvent(room=room, revision=revision) | MessageUpdated(room=room, revision=revision):
                    assert revision > self.known.get(room, 0)
                    self.known[room] = revision
                case RoomReset(room=room):
                    self.known.pop(room, None)
        self.known = {room: last for room, last in self.known.items() if room in self.session.rooms.revisions}
        assert len(self.session.outbox) == len(self.waiting)
        assert self.session.next_tick() > self.now, "its shell would never rest"


TestAnything = Anything.TestCase
TestAnything.settings = settings(max_examples=EXAMPLES, stateful_step_count=30, deadline=None)
