"""NCRONTAB schedules: six fields beginning with seconds, in UTC, day of month and day of week both binding."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

DAYS_TO_LOOK = 366 * 8
FIELDS = ((0, 59), (0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
DAYS = {name.lower(): (number + 1) % 7 for number, name in enumerate(calendar.day_abbr)}


class ScheduleError(Exception):
    """A schedule that is not NCRONTAB, or that never comes."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A read schedule; days of the week count from Sunday, 0."""

    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[int, ...]
    months: tuple[int, ...]
    weekdays: tuple[int, ...]

    def next_after(self, instant: datetime) -> datetime:
        """The first instant of the schedule that is later than the given one, in its zone."""
        for day in self._days_from(instant.date()):
            for moment in self._moments():
                found = datetime.combine(day, moment, tzinfo=instant.tzinfo)
                if found > instant:
                    return found
        raise ScheduleError("The schedule never comes.")

    def _days_from(self, first: date) -> Iterator[date]:
        for ahead in range(DAYS_TO_LOOK):
            day = first + timedelta(days=ahead)
            if day.day in self.days and day.month in self.months and day.isoweekday() % 7 in self.weekdays:
                yield day

    def _moments(self) -> Iterator[time]:
        for hour in self.hours:
            for minute in self.minutes:
                for second in self.seconds:
                    yield time(hour, minute, second)


def read_schedule(text: str) -> Schedule:
    """Read six fields of numbers, names, `*`, ranges, steps and lists; raises ScheduleError with the bad part."""
    fields = text.split()
    if len(fields) != len(FIELDS):
        raise ScheduleError(f"{text!r} has {len(fields)} fields; NCRONTAB has six, beginning with seconds.")
    return Schedule(*(_read_field(part, *span) for part, span in zip(fields, FIELDS, strict=True)))


def _read_field(text: str, lowest: int, highest: int) -> tuple[int, ...]:
    values: set[int] = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        if span == "*":
            start, end = lowest, highest
        else:
            start = _read_number(first)
            end = _read_number(last) if last else (highest if step else start)
        if not lowest <= start <= end <= highest:
            raise ScheduleError(f"{part!r} is not between {lowest} and {highest}.")
        values.update(range(start, end + 1, _read_number(step) if step else 1))
    return tuple(sorted(values))


def _read_number(text: str) -> int:
    known = {**MONTHS, **DAYS}
    if text[:3].lower() in known:
        return known[text[:3].lower()]
    if not text.isdigit():
        raise ScheduleError(f"{text!r} is not a number of a schedule.")
    return int(text)
