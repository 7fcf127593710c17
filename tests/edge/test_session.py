import contextlib
import json
import os
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge import frames
from edge.handlers import error_frame
from edge.identity import Identity
from edge.session import AUTH_SECONDS, Refusal, Session
from mesh.errors import Forbidden, ParlanceError

PING = '{"type":"ping","id":1}'


def a_session(*, frames_per_second: float = 1000.0, burst: float = 1000.0) -> Session:
    return Session(now=0.0, frames_per_second=frames_per_second, burst=burst)


def an_identity(user_id: str = "ann", *, expires_at: float = 1000.0) -> Identity:
    return Identity(
        user_id=user_id,
        session_id=f"session-{user_id}",
        name=user_id,
        is_admin=False,
        is_guest=False,
        room_id="",
        expires_at=expires_at,
    )


def logged_in(**rates: float) -> Session:
    session = a_session(**rates)
    session.authenticated(an_identity())
    return session


def refused(session: Session, text: str | bytes, now: float = 0.0) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        session.receive(text, now)
    return refusal.value


def taken(session: Session, text: str | bytes, now: float) -> frames.ClientFrames | Refusal:
    try:
        return session.receive(text, now)
    except Refusal as refusal:
        return refusal


def reason(error: ParlanceError | None) -> str | None:
    return error.reason if error is not None else None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
TYPES = st.sampled_from(
    ["auth", "join_room", "leave_room", "send_message", "edit_message", "delete_message", "react", "history", "ping"]
)
NEARLY_FRAMES = st.builds(
    lambda kind, fields: json.dumps({"type": kind} | fields),
    TYPES | JSON,
    st.dictionaries(
        st.sampled_from(["id", "room", "message_id", "body", "token", "resume", "before"]) | st.text(), JSON
    ),
)


EXAMPLES = int(os.environ.get("PARLANCE_FUZZ_EXAMPLES", "60"))
"""`PARLANCE_FUZZ_EXAMPLES=20000` looks longer."""


@settings(max_examples=EXAMPLES, deadline=None)
@given(text=NEARLY_FRAMES | JSON.map(json.dumps) | st.text(st.characters()) | st.binary(), is_logged_in=st.booleans())
def test_whatever_a_client_sends_is_a_frame_or_refused(text: str | bytes, is_logged_in: bool) -> None:
    session = logged_in() if is_logged_in else a_session()
    answer: frames.ServerFrame
    try:
        answer = frames.Pong(id=session.receive(text, 0.0).id)
    except Refusal as refusal:
        answer = error_frame(refusal.error, refusal.frame_id)
    assert frames.encode(answer)


FRAMES = st.sampled_from([PING, '{"type":"auth"}', '{"type":"typing","room":"r","on":true}'])


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    arrivals=st.lists(st.tuples(FRAMES | NEARLY_FRAMES | st.binary(max_size=9), st.floats(0, 2)), max_size=40),
    rate=st.sampled_from([1.0, 5.0]),
    burst=st.integers(1, 5),
)
def test_whatever_comes_and_whenever_no_more_is_admitted_than_may_be_and_nothing_before_auth(
    arrivals: list[tuple[str | bytes, float]], rate: float, burst: int
) -> None:
    session = a_session(frames_per_second=rate, burst=burst)
    now, admitted, too_fast = 0.0, 0, 0
    for text, pause in arrivals:
        now += pause
        answer = taken(session, text, now)
        if isinstance(answer, Refusal) and answer.error.reason == "TOO_FAST":
            too_fast += 1
            assert answer.error.retry_after
            assert answer.close == (too_fast > burst)
        else:
            admitted, too_fast = admitted + 1, 0
        if isinstance(answer, Refusal) and answer.close:
            return
        if not isinstance(answer, Refusal):
            assert session.identity or isinstance(answer, frames.Auth)
            session.authenticated(an_identity())
        assert admitted <= burst + rate * now + 1e-3


@pytest.mark.parametrize(
    "text",
    [
        '{"type":"ping","x":' + "[" * 60_000,
        '{"type":"ping","x":' + "[" * 30_000 + "]" * 30_000 + "}",
        '{"id":1,"type":5,"x":' + '{"a":' * 10_000,
        '{"type":"ping","x":"\ud800"}',
    ],
    ids=["open nesting", "closed nesting", "nesting behind a wrong field", "half a surrogate pair"],
)
def test_what_cannot_be_read_at_all_is_no_json(text: str | bytes) -> None:
    refusal = refused(logged_in(), text)
    assert refusal.error.reason in ("NOT_JSON", "BAD_FRAME")


def test_a_wrong_field_is_told_with_the_id_of_the_frame_and_survived_after_login() -> None:
    text = '{"type":"history","id":"seven","room":"r","before":0}'
    refusal = refused(logged_in(), text)
    assert (refusal.error.reason, refusal.frame_id, refusal.close) == ("BAD_FRAME", "seven", False)
    assert "before" in refusal.error.message
    assert refused(a_session(), text).close


def test_a_long_complaint_is_cut() -> None:
    refusal = refused(logged_in(), json.dumps({"type": "x" * 5000}))
    assert len(refusal.error.message) < 300


def test_text_that_is_no_json_ends_the_connection() -> None:
    refusal = refused(logged_in(), "hello")
    assert (refusal.error.reason, refusal.close) == ("NOT_JSON", True)


def test_nothing_comes_before_auth() -> None:
    refusal = refused(a_session(), PING)
    assert (refusal.error.reason, refusal.frame_id, refusal.close) == ("NOT_AUTHENTICATED", 1, True)


def test_a_connection_stays_with_its_user() -> None:
    session = logged_in()
    with pytest.raises(Forbidden) as error:
        session.authenticated(an_identity("bob"))
    assert error.value.reason == "OTHER_USER"
    assert session.session_id == "session-ann"


def test_a_burst_is_admitted_and_then_so_many_frames_a_second() -> None:
    session = logged_in(frames_per_second=10.0, burst=5.0)
    for _ in range(5):
        session.receive(PING, 0.0)
    refusal = refused(session, PING)
    assert (refusal.error.reason, refusal.error.retry_after, refusal.close) == ("TOO_FAST", 0.1, False)
    session.receive(PING, 0.1)
    assert refused(session, PING, 0.1).error.reason == "TOO_FAST"


def test_who_goes_on_after_many_refusals_is_cut_off() -> None:
    session = logged_in(frames_per_second=1.0, burst=3.0)
    for _ in range(3):
        session.receive(PING, 0.0)
    assert [refused(session, PING).close for _ in range(4)] == [False, False, False, True]


def test_who_slows_down_is_forgiven() -> None:
    session = logged_in(frames_per_second=1.0, burst=3.0)
    for second in range(20):
        with contextlib.suppress(Refusal):
            for _ in range(4):
                session.receive(PING, float(second))
        assert not refused(session, PING, float(second)).close


def test_who_is_too_fast_is_told_which_frame_was_refused_if_that_can_be_read() -> None:
    session = logged_in(frames_per_second=1.0, burst=1.0)
    session.receive(PING, 0.0)
    for text, frame_id in (('{"type": "ping", "id": "p1"}', "p1"), ("hello", None)):
        refusal = refused(session, text)
        assert (refusal.error.reason, refusal.frame_id) == ("TOO_FAST", frame_id)


@pytest.mark.parametrize(("now", "expected"), [(AUTH_SECONDS, None), (AUTH_SECONDS + 0.1, "AUTH_TIMEOUT")])
def test_auth_is_due_in_time(now: float, expected: str | None) -> None:
    assert reason(a_session().overdue(now, 0.0)) == expected


@pytest.mark.parametrize(("now_utc", "expected"), [(1000.0, None), (1000.1, "TOKEN_EXPIRED")])
def test_a_token_is_good_until_it_expires_however_long_the_connection_lasts(
    now_utc: float, expected: str | None
) -> None:
    assert reason(logged_in().overdue(1e9, now_utc)) == expected


def test_a_fresh_token_keeps_the_connection() -> None:
    session = logged_in()
    session.authenticated(an_identity(expires_at=2000.0))
    assert session.overdue(0.0, 1500.0) is None


def test_every_field_of_every_frame_survives_the_way_to_its_struct() -> None:
    sent: dict[str, Any] = {"type": "send_message", "id": 2**70, "room": "r", "message_id": "m" * 36, "body": "\u2028"}
    frame = logged_in().receive(msgspec.json.encode(sent), 0.0)
    assert frame == frames.SendMessage(id=2**70, room="r", message_id="m" * 36, body="\u2028")
