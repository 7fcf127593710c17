from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from mesh.errors import Invalid
from room_service import opening_hours
from room_service.business_model import DayException, DayPeriod, Hours, WeeklyPeriod

BERLIN = "Europe/Berlin"
OFFICE = Hours(
    time_zone=BERLIN,
    limited=True,
    periods=tuple(WeeklyPeriod(weekday, 9 * 60, 17 * 60) for weekday in range(1, 6)),
    exceptions=(DayException("2026-12-24"), DayException("2026-12-26", (DayPeriod(600, 720),))),
)


def at(text: str, zone: str = BERLIN) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-26T09:00", True),  # a Thursday
        ("2026-11-26T08:59", False),
        ("2026-11-26T16:59", True),
        ("2026-11-26T17:00", False),
        ("2026-11-28T12:00", False),
        ("2026-12-24T12:00", False),
        ("2026-12-26T11:00", True),
    ],
)
def test_it_is_open_in_its_periods_unless_the_day_is_otherwise(moment: str, is_open: bool) -> None:
    assert opening_hours.is_open(OFFICE, at(moment)) is is_open


def test_hours_are_those_of_the_business_and_not_of_the_visitor() -> None:
    assert opening_hours.is_open(OFFICE, at("2026-11-26T03:30", "America/New_York"))
    assert not opening_hours.is_open(OFFICE, at("2026-11-26T12:00", "America/New_York"))


def test_who_has_no_limits_is_always_open() -> None:
    assert opening_hours.is_open(Hours(), at("2026-11-28T03:00"))


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-11-26T03:00", "2026-11-26T09:00"),
        ("2026-11-27T18:00", "2026-11-30T09:00"),
        ("2026-12-23T18:00", "2026-12-25T09:00"),
        ("2026-03-28T18:00", "2026-03-30T09:00"),  # the clocks go forward in between
    ],
)
def test_it_says_when_it_opens_next(moment: str, opens: str) -> None:
    assert opening_hours.opens_at(OFFICE, at(moment)) == at(opens)


NIGHT = Hours(time_zone=BERLIN, limited=True, periods=(WeeklyPeriod(7, 150, 240),))
"""From 2:30 to 4:00 on Sundays."""


def test_what_opens_at_a_time_that_clocks_jump_over_opens_as_they_jump() -> None:
    jump = at("2026-03-29T03:00")
    assert opening_hours.opens_at(NIGHT, at("2026-03-28T18:00")) == jump
    assert opening_hours.is_open(NIGHT, jump)
    assert not opening_hours.is_open(NIGHT, jump - 1)
    skipped = Hours(time_zone=BERLIN, limited=True, periods=(WeeklyPeriod(7, 130, 170),))
    assert opening_hours.opens_at(skipped, at("2026-03-28T18:00")) == at("2026-04-05T02:10")


def test_what_closes_before_clocks_go_back_opens_at_the_same_time_again() -> None:
    brief = Hours(time_zone=BERLIN, limited=True, periods=(WeeklyPeriod(7, 150, 160),))
    first = at("2026-10-25T02:30")
    assert opening_hours.opens_at(brief, at("2026-10-24T18:00")) == first
    assert opening_hours.opens_at(brief, first + 15 * 60_000) == first + 60 * 60_000
    assert opening_hours.is_open(brief, first + 60 * 60_000)


def test_it_says_nothing_while_it_is_open_or_when_it_never_opens() -> None:
    assert opening_hours.opens_at(OFFICE, at("2026-11-26T10:00")) is None
    assert opening_hours.opens_at(Hours(limited=True), at("2026-11-26T10:00")) is None


@pytest.mark.parametrize(
    ("moment", "closes"),
    [
        ("2026-11-26T09:00", "2026-11-26T17:00"),
        ("2026-11-26T16:59", "2026-11-26T17:00"),
        ("2026-12-26T11:00", "2026-12-26T12:00"),
    ],
)
def test_it_says_when_it_closes_next(moment: str, closes: str) -> None:
    assert opening_hours.closes_at(OFFICE, at(moment)) == at(closes)


def test_it_does_not_close_where_one_period_goes_on_as_another_or_at_all() -> None:
    party = Hours(time_zone=BERLIN, limited=True, periods=(WeeklyPeriod(5, 1200, 1440), WeeklyPeriod(6, 0, 180)))
    assert opening_hours.closes_at(party, at("2026-11-27T21:00")) == at("2026-11-28T03:00")
    always = Hours(limited=True, periods=tuple(WeeklyPeriod(weekday, 0, 1440) for weekday in range(1, 8)))
    assert opening_hours.closes_at(always, at("2026-11-26T10:00")) is None
    assert opening_hours.closes_at(Hours(), at("2026-11-26T10:00")) is None
    assert opening_hours.closes_at(OFFICE, at("2026-11-26T18:00")) is None


def test_what_the_clocks_leave_or_enter_as_they_go_back_closes_or_opens_at_that_moment() -> None:
    back = at("2026-10-25T02:00") + 60 * 60_000  # three o'clock, which becomes two
    late = Hours(time_zone=BERLIN, limited=True, periods=(WeeklyPeriod(7, 150, 240),))
    assert opening_hours.closes_at(late, at("2026-10-25T02:30")) == back
    early = Hours(time_zone=BERLIN, limited=True, periods=(WeeklyPeriod(7, 60, 150),))
    assert opening_hours.opens_at(early, at("2026-10-25T02:30")) == back


def test_what_closes_at_a_time_that_clocks_jump_over_closes_as_they_jump() -> None:
    early = Hours(time_zone=BERLIN, limited=True, periods=(WeeklyPeriod(7, 60, 150),))
    assert opening_hours.closes_at(early, at("2026-03-29T01:30")) == at("2026-03-29T03:00")


def test_a_period_to_midnight_ends_with_the_day() -> None:
    late = Hours(time_zone=BERLIN, limited=True, periods=(WeeklyPeriod(4, 1320, 1440),))
    assert opening_hours.is_open(late, at("2026-11-26T23:59"))
    assert not opening_hours.is_open(late, at("2026-11-27T00:00"))


@pytest.mark.parametrize(
    ("hours", "reason"),
    [
        (Hours(time_zone="Mars/Olympus"), "INVALID_TIME_ZONE"),
        (Hours(time_zone="../etc/passwd"), "INVALID_TIME_ZONE"),
        (Hours(periods=(WeeklyPeriod(8, 0, 60),)), "INVALID_HOURS"),
        (Hours(periods=(WeeklyPeriod(1, 600, 600),)), "INVALID_HOURS"),
        (Hours(periods=(WeeklyPeriod(1, 600, 1441),)), "INVALID_HOURS"),
        (Hours(exceptions=(DayException("Christmas"),)), "INVALID_HOURS"),
        (Hours(exceptions=(DayException("20261224"),)), "INVALID_HOURS"),
        (Hours(exceptions=(DayException("2026-W52-4"),)), "INVALID_HOURS"),
    ],
)
def test_hours_that_no_day_has_are_refused(hours: Hours, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        opening_hours.checked(hours)
    assert refused.value.reason == reason
