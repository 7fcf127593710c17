"""When a business is open: weekly periods in its own time zone, and days that are otherwise."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mesh.errors import Invalid
from room_service.business_model import DayPeriod, Hours, WeeklyPeriod
from room_service.model import Milliseconds

MINUTES_OF_DAY = 24 * 60
_MAX_PERIODS = 70
_MAX_EXCEPTIONS = 100
_DAYS_AHEAD = 14


def checked(hours: Hours) -> Hours:
    """Return opening hours as they are; raises `Invalid`."""
    _zone(hours.time_zone)
    if len(hours.periods) > _MAX_PERIODS or len(hours.exceptions) > _MAX_EXCEPTIONS:
        raise _invalid(f"There are at most {_MAX_PERIODS} periods and {_MAX_EXCEPTIONS} exceptions.")
    if not all(1 <= period.weekday <= 7 for period in hours.periods):
        raise _invalid("A weekday is 1 (Monday) to 7 (Sunday).")
    _check_periods(hours.periods)
    for exception in hours.exceptions:
        _check_date(exception.date)
        _check_periods(exception.periods)
    return hours


def is_open(hours: Hours, at: Milliseconds) -> bool:
    """Whether somebody answers at this moment."""
    if not hours.limited:
        return True
    local = datetime.fromtimestamp(at / 1000, _zone(hours.time_zone))
    minute = local.hour * 60 + local.minute
    return any(period.opens <= minute < period.closes for period in _periods_of(hours, local.date()))


def opens_at(hours: Hours, at: Milliseconds) -> Milliseconds | None:
    """When it opens next; None while it is open, and when it will not within two weeks."""
    if is_open(hours, at):
        return None
    return min((moment for moment in _turns(hours, at) if moment > at and is_open(hours, moment)), default=None)


def closes_at(hours: Hours, at: Milliseconds) -> Milliseconds | None:
    """When it closes next; None while it is closed, and when it will not within two weeks."""
    if not hours.limited or not is_open(hours, at):
        return None
    return min((moment for moment in _turns(hours, at) if moment > at and not is_open(hours, moment)), default=None)


def _turns(hours: Hours, at: Milliseconds) -> Iterator[Milliseconds]:
    """All moments, in no order, at which it may begin or cease to be open."""
    zone = _zone(hours.time_zone)
    today = datetime.fromtimestamp(at / 1000, zone).date()
    for days in range(_DAYS_AHEAD + 1):
        day = today + timedelta(days=days)
        for period in _periods_of(hours, day):
            for minute in (period.opens, period.closes):
                yield from _moments(datetime.combine(day, time(), zone) + timedelta(minutes=minute))
        yield from _clock_changes(day, zone)


def _clock_changes(day: date, zone: ZoneInfo) -> Iterator[Milliseconds]:
    """The quarters of an hour of a day on which the clocks change: they do so at one of them."""
    start, end = (datetime.combine(day + timedelta(days=days), time(), zone) for days in (0, 1))
    if start.utcoffset() != end.utcoffset():
        yield from range(int(start.timestamp() * 1000), int(end.timestamp() * 1000), 15 * 60_000)


def _moments(local: datetime) -> Iterator[Milliseconds]:
    """When clocks show this time: twice as they go back, and when they jump over it, as they show the next one there is."""
    while local.astimezone(UTC).astimezone(local.tzinfo).replace(tzinfo=None) != local.replace(tzinfo=None):
        local += timedelta(minutes=1)
    for fold in (0, 1):
        yield int(local.replace(fold=fold).timestamp() * 1000)


def _periods_of(hours: Hours, day: date) -> Iterable[DayPeriod | WeeklyPeriod]:
    for exception in hours.exceptions:
        if exception.date == day.isoformat():
            return exception.periods
    return [period for period in hours.periods if period.weekday == day.isoweekday()]


def _check_periods(periods: Sequence[DayPeriod | WeeklyPeriod]) -> None:
    if not all(0 <= period.opens < period.closes <= MINUTES_OF_DAY for period in periods):
        raise _invalid(f"A period opens at minute 0 to {MINUTES_OF_DAY - 1} of its day and closes later that day.")


def _check_date(text: str) -> None:
    try:
        is_written_so = date.fromisoformat(text).isoformat() == text
    except ValueError:
        is_written_so = False
    if not is_written_so:
        raise _invalid("A date is written like 2026-12-24.")


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Invalid(
            "There is no such time zone. It is named like Europe/Berlin.", reason="INVALID_TIME_ZONE", field="time_zone"
        ) from error


def _invalid(message: str) -> Invalid:
    return Invalid(message, reason="INVALID_HOURS", field="hours")
