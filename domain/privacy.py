"""Positions that are nobody's business: those outside the work evidence of a shift (wire.md section 5, rule 9)."""

from collections.abc import Iterator, Sequence

from domain.evidence import Evidence
from domain.ids import BadgeId, WorkerId
from domain.observations import Observation
from domain.periods import Period
from domain.presence import Presence, wearing_in


def private_instants(evidence: Evidence, presence: Presence, badge_id: BadgeId) -> list[int]:
    """The instants of a badge's positions within the window that are to be blanked: those that are never shown.

    But for parked spans and drive-bys: those positions are not shown either, yet they stay, since a blanked fix lies
    outside every site, and a day that was recomputed without them would no longer name what a person may object to. A
    position dated by its arrival is always private, for nobody knows when it was taken.
    """
    named = [*presence.parked, *presence.drive_bys]
    kept = shown_periods(evidence, presence, badge_id)
    kept += [Period(one.from_at, one.to_at) for one in named if one.badge_id == badge_id]
    start, end = evidence.window
    private = {
        one.captured_at
        for one in evidence.observations
        if one.badge_id == badge_id and one.lat is not None and start <= one.captured_at < end and is_private(one, kept)
    }
    return sorted(private)


def shown_periods(evidence: Evidence, presence: Presence, badge_id: BadgeId) -> list[Period]:
    """The periods, edges included, in which a badge's positions are work evidence.

    That is each interval of the badge, and the time from the first to the last work evidence of a shift while the badge
    was worn by whose shift it is. A parked span is no work evidence: it is shown only inside of a shift.
    """
    shown = [Period(one.from_at, one.to_at) for one in presence.intervals if one.badge_id == badge_id]
    wearing = wearing_in(evidence, badge_id)
    for worker_id, shift in _whole_shifts(presence, evidence.policy.shift_gap_s):
        for start, end, wearer in wearing.within(Period(shift.from_at, shift.to_at + 1)):
            if wearer == worker_id:
                shown.append(Period(start, end - 1))
    return shown


def _whole_shifts(presence: Presence, shift_gap_s: int) -> Iterator[tuple[WorkerId, Period]]:
    """Shifts by worker; work before and after a badge lay parked is one shift, unless it lay longer than `shift_gap_s`.

    Within that time everything between two intervals is a segment, so that only a parked span can part them.
    """
    last: tuple[WorkerId, Period] | None = None
    for worker_id, shift in presence.shifts:
        if last is not None and last[0] == worker_id and shift.from_at - last[1].to_at <= shift_gap_s:
            last = worker_id, Period(last[1].from_at, shift.to_at)
            continue
        if last is not None:
            yield last
        last = worker_id, shift
    if last is not None:
        yield last


def is_private(observation: Observation, shown: Sequence[Period]) -> bool:
    """Whether the position of an observation must not be shown."""
    if not observation.clock_trusted:
        return True
    return not any(period.from_at <= observation.captured_at <= period.to_at for period in shown)
