"""The verdict finds what it is there to find."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.chaos.reception_verdict import reception_violations
from tests.chaos.records import Attendance, Beginning, Listed, Reception, Record, State, Visit
from tests.chaos.verdict import violations

LOG = [State(f"m{n}", n, "ann" if n % 2 else "bob", f"body {n}", seq=n) for n in range(1, 5)]


def kept() -> tuple[Record, dict[str, list[State]]]:
    """A record and a log that agree."""
    attendance = Attendance()
    attendance.begin(1, LOG[:1])
    for state in LOG[1:]:
        attendance.event(state)
    record = Record("ann", {"r": attendance})
    record.acknowledged["r"] = ["m1", "m3"]
    return record, {"r": list(LOG)}


def test_promises_that_were_kept_are_not_complained_about() -> None:
    record, logs = kept()
    assert violations([record], logs) == []


def _lose(record: Record, logs: dict[str, list[State]]) -> None:
    logs["r"] = [replace(state, seq=n) for n, state in enumerate((LOG[0], LOG[1], LOG[3]), 1)]


def _double(record: Record, logs: dict[str, list[State]]) -> None:
    logs["r"].append(replace(LOG[2], seq=5))


def _hole(record: Record, logs: dict[str, list[State]]) -> None:
    logs["r"][3] = replace(LOG[3], seq=6)


def _swap(record: Record, logs: dict[str, list[State]]) -> None:
    record.acknowledged["r"].reverse()


def _miss(record: Record, logs: dict[str, list[State]]) -> None:
    del record.rooms["r"].known["m2"]


def _stale(record: Record, logs: dict[str, list[State]]) -> None:
    logs["r"][1] = replace(LOG[1], revision=9, body="edited")


def _undelete(record: Record, logs: dict[str, list[State]]) -> None:
    logs["r"][1] = replace(LOG[1], deleted=True)


def _twice(record: Record, logs: dict[str, list[State]]) -> None:
    record.rooms["r"].event(LOG[3])


def _backwards(record: Record, logs: dict[str, list[State]]) -> None:
    record.rooms["r"].seen.reverse()


def _stranger(record: Record, logs: dict[str, list[State]]) -> None:
    record.rooms["secret"] = Attendance()


def _phantom(record: Record, logs: dict[str, list[State]]) -> None:
    record.rooms["r"].known["m9"] = State("m9", 9, "bob", "?")


def _error(record: Record, logs: dict[str, list[State]]) -> None:
    record.shown.append("Something went wrong.")


@pytest.mark.parametrize(
    "breach",
    [_lose, _double, _hole, _swap, _miss, _stale, _undelete, _twice, _backwards, _stranger, _phantom, _error],
    ids=lambda breach: breach.__name__[1:],
)
def test_each_broken_promise_is_found(breach: Callable[[Record, dict[str, list[State]]], None]) -> None:
    record, logs = kept()
    breach(record, logs)
    assert violations([record], logs)


def received() -> tuple[Visit, Reception, dict[str, list[State]]]:
    """A visitor who was received as promised: asked twice, came back once, and was heard of."""
    visit = Visit(
        "vera", "May I ask?", [Beginning("r", "g", "m1"), Beginning("r", "g", "m1"), Beginning("r", "g", None)]
    )
    log = [State("m1", 1, "vera", "May I ask?", seq=1), State("m2", 2, "owner", "Do!", seq=2)]
    return visit, Reception(["r"], [Listed("r", "g", "vera")]), {"r": log}


def test_a_visitor_who_was_received_as_promised_is_not_complained_about() -> None:
    visit, reception, logs = received()
    assert reception_violations([visit], reception, logs) == []


Received = Callable[[Visit, Reception, dict[str, list[State]]], None]


def _never_begun(visit: Visit, reception: Reception, logs: dict[str, list[State]]) -> None:
    visit.answers.clear()


def _second_room(visit: Visit, reception: Reception, logs: dict[str, list[State]]) -> None:
    visit.answers[1] = Beginning("r2", "g", "m1")
    reception.heard.append("r2")


def _second_guest(visit: Visit, reception: Reception, logs: dict[str, list[State]]) -> None:
    visit.answers[1] = Beginning("r", "g2", "m1")


def _second_message(visit: Visit, reception: Reception, logs: dict[str, list[State]]) -> None:
    visit.answers[1] = Beginning("r", "g", "m3")


def _lost_message(visit: Visit, reception: Reception, logs: dict[str, list[State]]) -> None:
    del logs["r"][0]


def _doubled_message(visit: Visit, reception: Reception, logs: dict[str, list[State]]) -> None:
    logs["r"].append(State("m3", 3, "vera", "May I ask?", seq=3))


def _late_message(visit: Visit, reception: Reception, logs: dict[str, list[State]]) -> None:
    logs["r"][0] = replace(logs["r"][0], seq=3)


def _never_heard(visit: Visit, reception: Reception, logs: dict[str, list[State]]) -> None:
    reception.heard.clear()


def _not_listed(visit: Visit, reception: Reception, logs: dict[str, list[State]]) -> None:
    reception.inbox.clear()


def _listed_twice(visit: Visit, reception: Reception, logs: dict[str, list[State]]) -> None:
    reception.inbox *= 2


def _left_behind(visit: Visit, reception: Reception, logs: dict[str, list[State]]) -> None:
    reception.inbox.append(Listed("r9", "g9", "vera"))


def _two_open(visit: Visit, reception: Reception, logs: dict[str, list[State]]) -> None:
    reception.inbox.append(Listed("r9", "g", "another name"))


@pytest.mark.parametrize(
    "breach",
    [
        _never_begun,
        _second_room,
        _second_guest,
        _second_message,
        _lost_message,
        _doubled_message,
        _late_message,
        _never_heard,
        _not_listed,
        _listed_twice,
        _left_behind,
        _two_open,
    ],
    ids=lambda breach: breach.__name__[1:],
)
def test_each_broken_promise_to_a_visitor_is_found(breach: Received) -> None:
    visit, reception, logs = received()
    breach(visit, reception, logs)
    assert reception_violations([visit], reception, logs)
