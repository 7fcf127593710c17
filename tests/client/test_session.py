import json
from typing import Any

import pytest

from client.backoff import Backoff
from client.closing import CloseCode
from client.errors import ProtocolError, Refused
from client.events import Online, RoomReset
from client.frames import Ack, ConversationUpdated, InboxReset, MessageEvent, MessageUpdated, RoomCreated
from client.outbox import MOST_UNDER_WAY
from client.outputs import Answer, Drop, Refusal, RenewToken
from client.requests import History, HistoryAck, JoinAck, JoinRoom, LeaveRoom, Typing
from client.rooms import MOST_RESUMED
from client.session import Session


class Driver:
    """A session, the clock, and what came out of it."""

    def __init__(self, wire: Any, resume: dict[str, int] | None = None) -> None:
        self.wire = wire
        self.now = 0.0
        self.session = Session(resume or {}, Backoff(random=lambda: 0.5))

    def connect(self, *rooms: dict[str, Any], reset: tuple[str, ...] = ()) -> list[dict[str, Any]]:
        """Connect and be welcomed; gives the frames that follow the first."""
        self.session.connected("token", 600, self.now)
        self.frames()
        self.receive(self.wire.welcome(*rooms, reset=reset))
        return self.frames()

    def receive(self, *frames: str) -> None:
        for frame in frames:
            self.session.received(frame, self.now)

    def send(self, body: str, room: str = "hall") -> int:
        return self.session.send(room, f"id of {body}", body)

    def acknowledge(self, request_id: int, seq: int = 1, room: str = "hall") -> None:
        self.receive(self.wire.frame("ack", id=request_id, room=room, message=self.wire.message(seq)))

    def frames(self) -> list[dict[str, Any]]:
        return [json.loads(text) for text in self.session.take_frames(self.now)]

    def bodies(self) -> list[str]:
        return [frame["body"] for frame in self.frames() if frame["type"] == "send_message"]

    def outputs(self) -> list[Any]:
        return self.session.take_outputs()

    def pass_time(self, seconds: float) -> None:
        self.now += seconds
        self.session.tick(self.now)


@pytest.fixture
def driver(wire: Any) -> Driver:
    return Driver(wire)


@pytest.fixture
def online(driver: Driver) -> Driver:
    driver.connect(driver.wire.room("hall"))
    driver.outputs()
    return driver


def test_the_first_frame_shows_the_token_and_the_revisions(wire: Any) -> None:
    driver = Driver(wire, resume={"hall": 7})
    driver.session.connected("secret", 600, 0)
    assert driver.frames() == [{"type": "auth", "id": 1, "token": "secret", "resume": {"hall": 7}}]


def test_nothing_but_auth_is_sent_before_the_welcome(driver: Driver) -> None:
    driver.session.connected("token", 600, 0)
    driver.frames()
    driver.send("early")
    driver.session.ask(History(room="hall", before=9), HistoryAck)
    driver.session.tell(Typing(room="hall"))
    assert driver.frames() == []
    driver.receive(driver.wire.welcome())
    assert [frame["type"] for frame in driver.frames()] == ["send_message", "history"]


def test_a_welcome_is_an_event(driver: Driver) -> None:
    driver.connect()
    [event] = driver.outputs()
    assert isinstance(event, Online)
    assert event.welcome.user.id == "ada"
    assert driver.session.online


def test_an_answer_goes_to_the_request_that_it_names(online: Driver) -> None:
    first = online.session.ask(History(room="hall", before=9), HistoryAck)
    second = online.session.ask(History(room="hall", before=5), HistoryAck)
    online.receive(
        online.wire.frame("ack", id=second, room="hall", messages=[online.wire.message(4)]),
        online.wire.frame("ack", id=first, room="hall", messages=[]),
    )
    answers = online.outputs()
    assert [answer.id for answer in answers] == [second, first]
    assert answers[0].reply.messages[0].seq == 4


def test_an_answer_that_nobody_waits_for_is_passed_over(online: Driver) -> None:
    request_id = online.session.ask(History(room="hall", before=9), HistoryAck)
    online.session.withdraw(request_id)
    online.receive(online.wire.frame("ack", id=request_id, room="hall", messages=[]))
    online.receive(online.wire.frame("ack"), online.wire.error(99, "internal"))
    assert online.outputs() == []


def test_a_refused_request_fails(online: Driver) -> None:
    request_id = online.session.ask(History(room="hall", before=9), HistoryAck)
    online.receive(online.wire.error(request_id, "unavailable", retry_after=2))
    [refusal] = online.outputs()
    assert isinstance(refusal, Refusal)
    assert (refusal.id, refusal.error.code, refusal.error.retry_after) == (request_id, "unavailable", 2)


def test_an_unanswered_request_is_repeated_after_a_reconnect(online: Driver) -> None:
    request_id = online.session.ask(JoinRoom(room="lobby"), JoinAck)
    online.frames()
    online.session.disconnected()
    assert online.connect() == [{"type": "join_room", "id": request_id, "room": "lobby"}]


def test_what_was_not_written_before_the_loss_does_not_precede_the_next_auth(online: Driver) -> None:
    online.session.tell(Typing(room="hall"))
    online.session.disconnected()
    online.session.connected("token", 600, 0)
    assert [frame["type"] for frame in online.frames()] == ["auth"]


def test_typing_is_not_kept_for_later(driver: Driver) -> None:
    driver.session.tell(Typing(room="hall"))
    assert driver.connect() == []


def test_a_frame_that_is_too_big_is_refused_before_it_costs_the_connection(online: Driver) -> None:
    with pytest.raises(Refused, match="too long"):
        online.send("x" * 70_000)
    assert len(online.session.outbox) == 0


# Events


def test_an_event_that_is_not_newer_is_passed_over(online: Driver) -> None:
    online.receive(*(online.wire.event("hall", revision) for revision in (1, 2, 2, 1, 4, 3)))
    assert [event.revision for event in online.outputs()] == [1, 2, 4]
    assert online.session.rooms.revisions == {"hall": 4}


def test_revisions_of_rooms_are_apart(online: Driver) -> None:
    online.receive(online.wire.event("hall", 5), online.wire.event("lobby", 2))
    assert len(online.outputs()) == 2
    assert online.session.rooms.revisions == {"hall": 5, "lobby": 2}


def test_a_change_of_a_message_moves_the_revision_too(online: Driver) -> None:
    online.receive(online.wire.event("hall", 3, "message_updated", seq=1))
    [event] = online.outputs()
    assert isinstance(event, MessageUpdated)
    assert online.session.rooms.revisions == {"hall": 3}


def test_the_answer_to_a_send_does_not_move_the_revision(online: Driver) -> None:
    online.acknowledge(online.send("mine"), seq=5)
    online.receive(online.wire.event("hall", 4))
    assert [type(output) for output in online.outputs()] == [Answer, MessageEvent]


def test_a_listed_room_begins_at_its_head(driver: Driver) -> None:
    driver.connect(driver.wire.room("hall", 40))
    driver.receive(driver.wire.event("hall", 40), driver.wire.event("hall", 41))
    assert [event.revision for event in driver.outputs()[1:]] == [41]


def test_a_resumed_room_keeps_its_revision_though_its_head_is_further(wire: Any) -> None:
    driver = Driver(wire, resume={"hall": 7})
    driver.connect(wire.room("hall", 40))
    driver.receive(wire.event("hall", 9))
    assert [event.revision for event in driver.outputs()[1:]] == [9]


def test_a_room_that_cannot_be_resumed_is_told_and_forgotten(wire: Any) -> None:
    driver = Driver(wire, resume={"hall": 7, "gone": 3})
    driver.connect(wire.room("hall", 4000), reset=("hall", "gone"))
    assert driver.outputs()[1:] == [RoomReset("hall"), RoomReset("gone")]
    assert driver.session.rooms.revisions == {"hall": 4000}


def test_of_too_many_rooms_those_that_were_quiet_longest_begin_anew(wire: Any) -> None:
    rooms = [f"room {number}" for number in range(MOST_RESUMED)]
    driver = Driver(wire, resume=dict.fromkeys(rooms, 1))
    driver.connect()
    driver.receive(wire.event(rooms[0], 2), wire.frame("room_created", room=wire.room("new", 1)))
    driver.outputs()
    driver.session.disconnected()
    driver.session.connected("token", 600, driver.now)
    [auth] = driver.frames()
    assert auth["resume"].keys() == {*rooms, "new"} - {rooms[1]}
    assert driver.outputs() == [RoomReset(rooms[1])]


def test_joining_anew_restarts_the_revision(online: Driver) -> None:
    online.receive(online.wire.event("hall", 9))
    request_id = online.session.ask(JoinRoom(room="hall"), JoinAck)
    summary = online.wire.room("hall", 8)
    online.receive(
        online.wire.frame("ack", id=request_id, room="hall", summary=summary, revision=8, reset=True, messages=[]),
        online.wire.event("hall", 9),
    )
    assert [type(output) for output in online.outputs()] == [MessageEvent, Answer, MessageEvent]


def test_joining_after_a_revision_only_moves_forward(online: Driver) -> None:
    online.receive(online.wire.event("hall", 9))
    request_id = online.session.ask(JoinRoom(room="hall", after=2), JoinAck)
    summary = online.wire.room("hall", 8)
    online.receive(
        online.wire.frame("ack", id=request_id, room="hall", summary=summary, revision=8, reset=False, messages=[])
    )
    assert online.session.rooms.revisions == {"hall": 9}


def test_a_new_room_begins_where_the_server_says(online: Driver) -> None:
    online.receive(
        online.wire.frame("room_created", room=online.wire.room("new", 3)),
        online.wire.event("new", 3),
        online.wire.event("new", 4),
    )
    assert [type(event) for event in online.outputs()] == [RoomCreated, MessageEvent]


@pytest.mark.parametrize("way", ["leave", "removed", "deleted"])
def test_a_room_that_one_is_not_in_is_not_resumed(online: Driver, way: str) -> None:
    match way:
        case "leave":
            request_id = online.session.ask(LeaveRoom(room="hall"), Ack)
            online.receive(online.wire.frame("ack", id=request_id))
        case "removed":
            online.receive(online.wire.frame("member_left", room="hall", user=online.wire.person("ada"), removed=True))
        case "deleted":
            online.receive(online.wire.frame("room_deleted", room="hall"))
    assert online.session.rooms.revisions == {}


def test_others_may_leave_without_that(online: Driver) -> None:
    online.receive(online.wire.frame("member_left", room="hall", user=online.wire.person("bob"), removed=False))
    assert "hall" in online.session.rooms.revisions


def test_types_of_later_servers_are_ignored(online: Driver) -> None:
    online.receive('{"type":"confetti","room":"hall"}')
    assert online.outputs() == []


@pytest.mark.parametrize("text", ["{", "[]", '{"type":"message","room":1}', '{"body":"typeless"}'])
def test_a_frame_that_makes_no_sense_is_an_error(online: Driver, text: str) -> None:
    with pytest.raises(ProtocolError):
        online.receive(text)


def test_an_answer_that_does_not_fit_its_request_is_an_error(online: Driver) -> None:
    request_id = online.send("hello")
    with pytest.raises(ProtocolError):
        online.receive(online.wire.frame("ack", id=request_id))


# The outbox


def test_messages_of_one_room_go_one_at_a_time(online: Driver) -> None:
    first, second = online.send("one"), online.send("two")
    assert online.bodies() == ["one"]
    online.acknowledge(first, 1)
    assert online.bodies() == ["two"]
    online.acknowledge(second, 2)
    answers = online.outputs()
    assert [(answer.id, answer.reply.message.seq) for answer in answers] == [(first, 1), (second, 2)]
    assert len(online.session.outbox) == 0


def test_rooms_do_not_wait_for_each_other(online: Driver) -> None:
    online.send("here", "hall")
    online.send("there", "lobby")
    assert online.bodies() == ["here", "there"]


def test_unacknowledged_messages_go_out_again_with_their_ids(online: Driver) -> None:
    online.send("one")
    online.send("two")
    [before] = online.frames()
    online.session.disconnected()
    assert online.connect() == [before]


def test_an_error_that_passes_holds_back_the_room(online: Driver) -> None:
    first = online.send("one")
    online.send("two")
    online.send("elsewhere", "lobby")
    online.frames()
    online.receive(online.wire.error(first, "rate_limited", retry_after=5))
    assert online.outputs() == []
    assert online.session.next_tick() == 5
    online.pass_time(4.9)
    assert online.bodies() == []
    online.pass_time(0.1)
    assert online.bodies() == ["one"]
    online.acknowledge(first)
    assert online.bodies() == ["two"]


def test_what_came_too_fast_is_sent_again_whatever_it_is(online: Driver) -> None:
    asked = online.session.ask(JoinRoom(room="lobby"), JoinAck)
    first = online.send("one")
    online.send("two")
    before = online.frames()
    online.receive(*(online.wire.error(frame["id"], "rate_limited", retry_after=3) for frame in before))
    assert online.frames() == online.outputs() == []
    assert online.session.next_tick() == 3
    online.pass_time(3)
    assert online.frames() == before
    assert [frame["id"] for frame in before] == [asked, first]


def test_other_requests_are_told_at_once_that_they_cannot_be_done_at_the_moment(online: Driver) -> None:
    online.session.ask(JoinRoom(room="lobby"), JoinAck)
    request_id = online.frames()[0]["id"]
    online.receive(online.wire.error(request_id, "unavailable", retry_after=1))
    assert [type(output) for output in online.outputs()] == [Refusal]


def test_who_has_much_to_say_says_it_in_portions(online: Driver) -> None:
    rooms = [f"room {number}" for number in range(MOST_UNDER_WAY + 2)]
    sent = [online.send("hello", room) for room in rooms]
    assert len(online.bodies()) == MOST_UNDER_WAY
    assert online.session.next_tick() == online.now + 15, "an answer is waited for, not a moment"
    online.acknowledge(sent[7], room=rooms[7])
    assert [frame["room"] for frame in online.frames()] == rooms[MOST_UNDER_WAY:-1]
    online.session.disconnected()
    assert len(online.connect()) == MOST_UNDER_WAY


@pytest.mark.parametrize("code", ["unavailable", "internal"])
def test_without_a_time_to_wait_the_pauses_grow(online: Driver, code: str) -> None:
    request_id = online.send("one")
    for pause in (0.5, 1, 2, 4):
        assert online.bodies() == ["one"]
        online.receive(online.wire.error(request_id, code))
        assert online.session.next_tick() == online.now + pause
        online.pass_time(pause)
        online.receive(online.wire.frame("pong"))


def test_waiting_outlasts_a_reconnect(online: Driver) -> None:
    request_id = online.send("one")
    online.frames()
    online.receive(online.wire.error(request_id, "rate_limited", retry_after=5))
    online.session.disconnected()
    assert online.connect() == []
    online.pass_time(5)
    assert online.bodies() == ["one"]


def test_any_other_error_fails_the_message_and_lets_the_next_go(online: Driver) -> None:
    first = online.send("one")
    online.send("two")
    online.frames()
    online.receive(online.wire.error(first, "forbidden"))
    [refusal] = online.outputs()
    assert (refusal.id, refusal.error.code) == (first, "forbidden")
    assert online.bodies() == ["two"]


def test_a_withdrawn_message_is_not_sent(online: Driver) -> None:
    online.send("one")
    second = online.send("two")
    third = online.send("three")
    online.session.withdraw(second)
    online.frames()
    online.session.disconnected()
    assert [frame["body"] for frame in online.connect()] == ["one"]
    online.acknowledge(third - 2)
    assert online.bodies() == ["three"]


# Time


def test_a_ping_goes_out_every_heartbeat(online: Driver) -> None:
    for _ in range(3):
        assert online.session.next_tick() == online.now + 15
        online.pass_time(15)
        assert online.frames() == [{"type": "ping"}]
        online.receive(online.wire.frame("pong"))


def test_a_server_that_is_silent_for_two_heartbeats_is_left(online: Driver) -> None:
    online.pass_time(15)
    assert online.outputs() == []
    online.pass_time(15)
    [drop] = online.outputs()
    assert isinstance(drop, Drop)
    assert drop.code == CloseCode.LOST
    online.pass_time(100)
    assert online.outputs() == []


def test_a_server_that_never_says_welcome_is_left(driver: Driver) -> None:
    driver.session.connected("token", 600, 0)
    driver.pass_time(driver.session.next_tick())
    assert [type(output) for output in driver.outputs()] == [Drop]


def test_a_restarting_server_is_left_at_a_random_moment(online: Driver) -> None:
    online.receive(online.wire.frame("reconnect", after_ms=4000))
    assert online.session.next_tick() == 2
    online.pass_time(2)
    assert online.outputs() == [Drop(CloseCode.MOVED, "The server is restarting.")]


def test_the_token_is_renewed_on_the_same_connection(online: Driver) -> None:
    while online.now < 600:
        online.receive(online.wire.frame("pong"))
        online.pass_time(15)
    assert online.outputs() == [RenewToken()]
    online.frames()
    online.session.renew("fresh", 500, online.now)
    [frame] = online.frames()
    assert (frame["type"], frame["token"], frame.get("resume")) == ("auth", "fresh", None)
    online.receive(online.wire.welcome(online.wire.room("hall"), heartbeat=15))
    assert online.outputs() == []


def test_a_renewal_that_came_too_fast_is_tried_again(online: Driver) -> None:
    online.session.renew("fresh", 500, online.now)
    [frame] = online.frames()
    online.receive(online.wire.error(frame["id"], "rate_limited", retry_after=2))
    assert online.outputs() == []
    online.pass_time(2)
    assert online.outputs() == [RenewToken()]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("unauthenticated", CloseCode.UNAUTHENTICATED),
        ("forbidden", CloseCode.FORBIDDEN),
        ("unavailable", CloseCode.OVERLOADED),
    ],
)
def test_an_error_before_the_welcome_ends_the_connection(driver: Driver, error: str, code: CloseCode) -> None:
    driver.session.connected("token", 600, 0)
    driver.receive(driver.wire.error(1, error))
    assert driver.outputs() == [Drop(code, "No.")]


def test_after_the_end_of_a_connection_nothing_is_due(online: Driver) -> None:
    online.session.disconnected()
    assert online.session.next_tick() == float("inf")
    online.receive(online.wire.event("hall", 1))
    online.pass_time(1000)
    assert online.outputs() == []


def test_what_happens_in_an_inbox_is_told(online: Driver) -> None:
    online.receive(online.wire.frame("conversation_updated", business="acme", room="chat", conversation=None))
    online.receive(online.wire.frame("inbox_reset", business="acme"))
    assert online.outputs() == [ConversationUpdated("acme", "chat"), InboxReset("acme")]
    assert online.session.rooms.revisions.keys() == {"hall"}
