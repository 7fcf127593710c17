"""The verdict finds what it is there to find."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.chaos.records import Attendance, Record, State
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
