"""Local dates, their bounds and workweeks in an IANA zone; a day has 23, 24 or 25 hours."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from domain.periods import Period
from domain.policies import Weekday

DAYS_OF_WEEK = 7


def local_date(at: int, zone: str) -> date:
    """The local date that holds an instant."""
    return datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(zone)).date()


@lru_cache(maxsize=4096)
def day_bounds(on: date, zone: str) -> Period:
    """The instants of the midnights around a local date."""
    return Period(_midnight(on, zone), _midnight(on + timedelta(days=1), zone))


def workweek_bounds(on: date, zone: str, start: Weekday = Weekday.SUNDAY) -> Period:
    """The seven local days that hold a date and begin on `start`: 167 or 169 hours at a clock change."""
    first = week_start(on, start)
    return Period(_midnight(first, zone), _midnight(first + timedelta(days=DAYS_OF_WEEK), zone))


def week_start(on: date, start: Weekday = Weekday.SUNDAY) -> date:
    """The first date of the workweek that holds a date."""
    return on - timedelta(days=(on.weekday() - start.number) % DAYS_OF_WEEK)


def dates_touching(period: Period, zone: str) -> Iterator[date]:
    """The local dates that a period touches, in order."""
    if period.from_at >= period.to_at:
        return
    on, last = local_date(period.from_at, zone), local_date(period.to_at - 1, zone)
    while on <= last:
        yield on
        on += timedelta(days=1)


def dates_inside(period: Period, zone: str) -> list[date]:
    """The local dates that lie wholly within a period."""
    inside: list[date] = []
    for on in dates_touching(period, zone):
        start, end = day_bounds(on, zone)
        if period.from_at <= start and end <= period.to_at:
            inside.append(on)
    return inside


def cut_at_midnights(period: Period, zone: str) -> Iterator[tuple[date, Period]]:
    """The parts of a period by local date."""
    for on in dates_touching(period, zone):
        start, end = day_bounds(on, zone)
        yield on, Period(max(start, period.from_at), min(end, period.to_at))


def _midnight(on: date, zone: str) -> int:
    """Where clocks skip midnight, the first instant of the date; where they repeat it, the first of the two."""
    return int(datetime(on.year, on.month, on.day, tzinfo=ZoneInfo(zone)).timestamp())
