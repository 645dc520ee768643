"""Positions that are nobody's business: those outside the work evidence of a shift (wire.md section 5, rule 9)."""

from collections.abc import Sequence

from domain.evidence import Evidence
from domain.ids import BadgeId
from domain.observations import Observation
from domain.periods import Period
from domain.presence import Presence, wearing_in


def private_instants(evidence: Evidence, presence: Presence, badge_id: BadgeId) -> list[int]:
    """The instants of a badge's positions within the window that lie outside the work evidence of any shift.

    Evidence is a segment of the worker who wore the badge, and whatever the badge itself proves at a site: its
    intervals and its parked spans, which a person may object to. The edges are evidence. A position dated by its
    arrival is always private, for nobody knows when it was taken.
    """
    shown = shown_periods(evidence, presence, badge_id)
    start, end = evidence.window
    private = {
        one.captured_at
        for one in evidence.observations
        if one.badge_id == badge_id
        and one.lat is not None
        and start <= one.captured_at < end
        and is_private(one, shown)
    }
    return sorted(private)


def shown_periods(evidence: Evidence, presence: Presence, badge_id: BadgeId) -> list[Period]:
    """The periods, edges included, in which a badge's positions are work evidence."""
    at_sites = [*presence.intervals, *presence.parked]
    shown = [Period(one.from_at, one.to_at) for one in at_sites if one.badge_id == badge_id]
    wearing = wearing_in(evidence, badge_id)
    for worker_id, shift in presence.shifts:
        for start, end, wearer in wearing.within(Period(shift.from_at, shift.to_at + 1)):
            if wearer == worker_id:
                shown.append(Period(start, end - 1))
    return shown


def is_private(observation: Observation, shown: Sequence[Period]) -> bool:
    """Whether the position of an observation must not be shown."""
    if not observation.clock_trusted:
        return True
    return not any(period.from_at <= observation.captured_at <= period.to_at for period in shown)
