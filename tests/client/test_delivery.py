"""The session against a model of the server, over a network that cuts, delays and repeats."""

import json
from collections import Counter, deque
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from client.backoff import Backoff
from client.events import RoomReset
from client.frames import MessageEvent, MessageUpdated
from client.model import Message
from client.outputs import Answer, Drop
from client.requests import JoinAck, JoinRoom
from client.session import Session

ROOMS = ("hall", "lobby")
REPLAY_LIMIT = 6
"""Changes that the model replays; who missed more starts anew."""
PAGE = 4
"""Messages in the answer to `join_room`."""

PERSON = {"id": "ada", "name": "Ada"}


class Line:
    """One connection: the frames under way to the server and back."""

    def __init__(self) -> None:
        self.up: deque[str] = deque()
        self.down: deque[str] = deque()
        self.authenticated = False

    def reply(self, type_: str, **fields: Any) -> None:
        self.down.append(json.dumps({"type": type_, **fields}))


class Server:
    """Keeps the room logs, and answers as design and docs/protocol.md say."""

    def __init__(self) -> None:
        self.logs: dict[str, list[dict[str, Any]]] = {room: [] for room in ROOMS}
        self.revisions = dict.fromkeys(ROOMS, 0)
        self.faults: deque[dict[str, Any]] = deque()
        self.overlap = 0
        self.line = Line()

    def handle(self, line: Line, text: str) -> None:
        frame = json.loads(text)
        match frame["type"]:
            case "auth":
                self.welcome(line, frame["id"], frame.get("resume", {}))
            case "send_message":
                self.store(line, frame)
            case "join_room":
                self.join(line, frame)
            case "ping":
                line.reply("pong")

    def welcome(self, line: Line, request_id: int, resume: dict[str, int]) -> None:
        reset = [room for room, revision in resume.items() if self.revisions[room] - revision > REPLAY_LIMIT]
        rooms = [self.summary(room) for room in ROOMS]
        line.reply("welcome", id=request_id, session="s", user=PERSON, rooms=rooms, reset=reset, heartbeat_seconds=15)
        line.authenticated = True
        for room in set(resume) - set(reset):
            for message in self.changes_after(room, resume[room] - self.overlap):
                line.reply("message_updated", room=room, revision=message["revision"], message=message)

    def store(self, line: Line, frame: dict[str, Any]) -> None:
        if self.faults:
            line.reply("error", id=frame["id"], message="Not now.", **self.faults.popleft())
            return
        known = [message for message in self.logs[frame["room"]] if message["id"] == frame["message_id"]]
        message = known[0] if known else self.post(frame["room"], frame["message_id"], frame["body"])
        line.reply("ack", id=frame["id"], room=frame["room"], message=message)

    def post(self, room: str, message_id: str, body: str) -> dict[str, Any]:
        message = {
            "id": message_id,
            "seq": len(self.logs[room]) + 1,
            "sender": PERSON,
            "kind": "text",
            "body": body,
            "sent_at": "2026-03-02T12:00:00Z",
        }
        self.logs[room].append(message)
        return self.publish("message", room, message)

    def edit(self, room: str, seq: int) -> None:
        message = self.logs[room][seq - 1]
        message["body"] += "!"
        self.publish("message_updated", room, message)

    def publish(self, type_: str, room: str, message: dict[str, Any]) -> dict[str, Any]:
        self.revisions[room] += 1
        message["revision"] = self.revisions[room]
        if self.line.authenticated:
            self.line.reply(type_, room=room, revision=message["revision"], message=message)
        return message

    def join(self, line: Line, frame: dict[str, Any]) -> None:
        room = frame["room"]
        line.reply(
            "ack",
            id=frame["id"],
            room=room,
            summary=self.summary(room),
            revision=self.revisions[room],
            reset=True,
            messages=self.logs[room][-PAGE:],
        )

    def summary(self, room: str) -> dict[str, Any]:
        numbers = {"seq": len(self.logs[room]), "revision": self.revisions[room], "read_seq": 0, "unread": 0}
        return {"id": room, "name": room, "kind": "public", **numbers}

    def changes_after(self, room: str, revision: int) -> list[dict[str, Any]]:
        changed = [message for message in self.logs[room] if message["revision"] > revision]
        return sorted(changed, key=lambda message: message["revision"])


class Delivery(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.server = Server()
        self.session = Session(dict.fromkeys(ROOMS, 0), Backoff(random=lambda: 0.5))
        self.late: deque[tuple[Line, str]] = deque()
        self.sent: dict[str, list[int]] = {room: [] for room in ROOMS}
        self.answers: Counter[int] = Counter()
        self.revisions = dict.fromkeys(ROOMS, 0)
        self.view: dict[str, dict[int, tuple[str, str]]] = {room: {} for room in ROOMS}
        self.first_seq = dict.fromkeys(ROOMS, 1)
        self.posted = 0

    @initialize()
    def connect(self) -> None:
        self.server.line = Line()
        self.session.connected("token", 1e9, self.now)
        self.flush()

    @rule(room=st.sampled_from(ROOMS))
    def send(self, room: str) -> None:
        number = sum(map(len, self.sent.values())) + 1
        self.sent[room].append(self.session.send(room, f"mine-{number}", f"mine {number}"))
        self.flush()

    @rule(room=st.sampled_from(ROOMS), times=st.integers(1, REPLAY_LIMIT + 2))
    def others_post(self, room: str, times: int) -> None:
        for _ in range(times):
            self.posted += 1
            self.server.post(room, f"theirs-{self.posted}", f"theirs {self.posted}")

    @rule(room=st.sampled_from(ROOMS), data=st.data())
    def somebody_edits(self, room: str, data: st.DataObject) -> None:
        if log := self.server.logs[room]:
            self.server.edit(room, data.draw(st.integers(1, len(log))))

    @rule(count=st.integers(1, 5))
    def server_reads(self, count: int) -> None:
        line = self.server.line
        for _ in range(min(count, len(line.up))):
            self.server.handle(line, line.up.popleft())

    @rule(count=st.integers(1, 5))
    def client_reads(self, count: int) -> None:
        line = self.server.line
        for _ in range(min(count, len(line.down))):
            self.session.received(line.down.popleft(), self.now)
            self.look()
        self.flush()

    @rule(still_arriving=st.integers(0, 5), overlap=st.integers(0, 2))
    def cut(self, still_arriving: int, overlap: int) -> None:
        """Lose the connection. Some of what was under way reaches the server, perhaps much later."""
        line = self.server.line
        self.late.extend((line, text) for text in list(line.up)[:still_arriving])
        self.server.overlap = overlap
        self.session.disconnected()
        self.connect()

    @rule()
    def something_arrives_late(self) -> None:
        if self.late:
            self.server.handle(*self.late.popleft())

    @rule(code=st.sampled_from(["unavailable", "rate_limited", "internal"]), pause=st.sampled_from([None, 3.0]))
    def fail_the_next_message(self, code: str, pause: float | None) -> None:
        self.server.faults.append({"code": code, "retry_after": pause})

    @rule(seconds=st.sampled_from([0.5, 3.0, 20.0]))
    def pass_time(self, seconds: float) -> None:
        self.now += seconds
        self.session.tick(self.now)
        self.look()
        self.flush()

    def teardown(self) -> None:
        """Let everything come to rest, then compare."""
        for _ in range(500):
            if not (self.server.line.up or self.server.line.down or self.late or self.session.outbox):
                break
            self.something_arrives_late()
            self.server_reads(5)
            self.client_reads(5)
            self.pass_time(0.5)
        self.everything_sent_is_stored_once_in_order_and_answered_once()
        self.everything_shown_is_what_is_stored()

    def everything_sent_is_stored_once_in_order_and_answered_once(self) -> None:
        for room, ids in self.sent.items():
            mine = [message["id"] for message in self.server.logs[room] if message["id"].startswith("mine")]
            assert len(mine) == len(set(mine)) == len(ids)
            assert mine == sorted(mine, key=lambda name: int(name.removeprefix("mine-")))
            assert all(self.answers[request_id] == 1 for request_id in ids)

    def everything_shown_is_what_is_stored(self) -> None:
        for room, log in self.server.logs.items():
            shown = self.view[room]
            assert len(shown) >= min(len(log), PAGE)
            assert shown == {message["seq"]: (message["id"], message["body"]) for message in log[-len(shown) :]}

    def flush(self) -> None:
        self.server.line.up.extend(self.session.take_frames(self.now))

    def show(self, room: str, message: Message) -> None:
        """Take in what is not older than the page that was loaded."""
        if message.seq >= self.first_seq[room]:
            self.view[room][message.seq] = (message.id, message.body)

    def look(self) -> None:
        """Do what a user of the session does with its outputs."""
        for output in self.session.take_outputs():
            match output:
                case MessageEvent(room=room) | MessageUpdated(room=room):
                    assert output.revision > self.revisions[room]
                    self.revisions[room] = output.revision
                    self.show(room, output.message)
                case RoomReset(room=room):
                    self.view[room].clear()
                    self.first_seq[room] = 1
                    self.session.ask(JoinRoom(room=room), JoinAck)
                case Answer(id=request_id, reply=JoinAck() as joined):
                    self.revisions[joined.room] = joined.revision
                    self.view[joined.room] = {m.seq: (m.id, m.body) for m in joined.messages}
                    self.first_seq[joined.room] = min(self.view[joined.room], default=1)
                    self.answers[request_id] += 1
                case Answer(id=request_id):
                    self.answers[request_id] += 1
                case Drop():
                    self.session.disconnected()
                    self.connect()


TestDelivery = Delivery.TestCase
TestDelivery.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
