"""Who wears a badge when: assignments, and shift events where none covers the time (presence.md section 6)."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from domain.ids import AssignmentId, BadgeId, WorkerId
from domain.observations import Observation, ObservationKind
from domain.periods import FOREVER, Period

SHIFT_LASTS_S = 16 * 3600
"""A shift_start without an end assigns its worker for 16 hours."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """A worker was given a badge, [from_at, to_at); `to_at` None is open. A badge has one assignment at a time."""

    id: AssignmentId
    badge_id: BadgeId
    worker_id: WorkerId
    from_at: int
    to_at: int | None


class Spell(NamedTuple):
    """A badge is worn by one worker, or by nobody, [from_at, to_at)."""

    from_at: int
    to_at: int
    worker_id: WorkerId | None


class Wearing:
    """The spells of one badge: they cover all time, and neighbours differ in their worker."""

    def __init__(self, spells: Sequence[Spell]) -> None:
        self.spells = tuple(spells)
        self._starts = [spell.from_at for spell in spells]

    def worker_at(self, at: int) -> WorkerId | None:
        """Who wears the badge at an instant, or None."""
        return self.spells[bisect_right(self._starts, at) - 1].worker_id

    def within(self, period: Period) -> Iterator[Spell]:
        """The spells of a period, cut to it."""
        for spell in self.spells[bisect_right(self._starts, period.from_at) - 1 :]:
            if spell.from_at >= period.to_at:
                return
            yield Spell(max(spell.from_at, period.from_at), min(spell.to_at, period.to_at), spell.worker_id)


def wearing_of(
    assignments: Iterable[Assignment], shift_events: Sequence[Observation], worker_codes: Mapping[str, WorkerId]
) -> Wearing:
    """Who wears a badge, from its assignments and its shift events (in order of time).

    An assignment wins for the time that it covers. A shift_start inside one assigns nothing, yet ends the shift before.
    """
    given = [Spell(one.from_at, FOREVER if one.to_at is None else one.to_at, one.worker_id) for one in assignments]
    shifts = list(_shifts(given, shift_events, worker_codes))
    ends = sorted({-FOREVER, *(end for spell in (*given, *shifts) for end in spell[:2] if end < FOREVER)})
    spells: list[Spell] = []
    for start, end in zip(ends, [*ends[1:], FOREVER], strict=True):
        worker = _worker_at(start, given, shifts)
        if spells and spells[-1].worker_id == worker:
            spells[-1] = Spell(spells[-1].from_at, end, worker)
        else:
            spells.append(Spell(start, end, worker))
    return Wearing(spells)


def _worker_at(at: int, given: Iterable[Spell], shifts: Iterable[Spell]) -> WorkerId | None:
    for spells in (given, shifts):
        for spell in spells:
            if spell.from_at <= at < spell.to_at:
                return spell.worker_id
    return None


def _shifts(
    given: Sequence[Spell], events: Sequence[Observation], worker_codes: Mapping[str, WorkerId]
) -> Iterator[Spell]:
    for place, event in enumerate(events):
        worker = worker_codes.get(event.worker_code or "")
        if event.kind != ObservationKind.SHIFT_START or worker is None or _worker_at(event.captured_at, given, ()):
            continue
        yield Spell(event.captured_at, _end_of_shift(event, events[place + 1 :]), worker)


def _end_of_shift(start: Observation, later: Iterable[Observation]) -> int:
    """The matching shift_end, the next shift_start of whatever code, or 16 hours: what comes first."""
    latest = start.captured_at + SHIFT_LASTS_S
    for event in later:
        if event.captured_at >= latest:
            break
        if event.kind == ObservationKind.SHIFT_START or event.worker_code == start.worker_code:
            return event.captured_at
    return latest
