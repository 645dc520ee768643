"""Presence: evidence in, intervals and days out; a pure function (presence.md)."""

from dataclasses import dataclass

from domain.ids import WorkerId
from domain.intervals import DriveBy, Interval, ParkedSpan
from domain.periods import Period
from domain.workdays import BadgeConflict, Workday


@dataclass(frozen=True, slots=True)
class Presence:
    """What the evidence of one window tells, in an order that depends on nothing but the result."""

    intervals: tuple[Interval, ...]
    """By badge and time; split at handovers and cut by parked spans."""
    parked: tuple[ParkedSpan, ...]
    drive_bys: tuple[DriveBy, ...]
    workdays: tuple[Workday, ...]
    """By worker and date: every local date that lies wholly inside the window and has anything to tell."""
    conflicts: tuple[BadgeConflict, ...]
    shifts: tuple[tuple[WorkerId, Period], ...]
    """First and last work evidence of each shift: outside of them positions are private (wire.md section 5, rule 9)."""
