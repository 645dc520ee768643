"""How far new evidence can reach: the window that must be computed so that every day in it is exact."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from domain.local_days import day_bounds, local_date
from domain.observations import Observation, ObservationKind
from domain.periods import Period
from domain.policies import Policy
from domain.tracks import SHIFT_EVENTS
from domain.wearing import SHIFT_LASTS_S

CONTEXT_S = SHIFT_LASTS_S
"""Observations this long before a window matter as context: shift events, and motion for `shift_gap_s`."""


def quiet_s(policy: Policy) -> int:
    """The silence beyond which nothing connects: no interval, no run and no walk crosses it."""
    return max(policy.shift_gap_s, policy.max_gap_s)


def context_before(window: Period, policy: Policy) -> Period:
    """From when on observations must be loaded for a window."""
    return Period(window.from_at - max(CONTEXT_S, policy.shift_gap_s), window.to_at)


def span_of_change(observations: Iterable[Observation], policy: Policy, *, last_fix_before: int | None) -> Period:
    """The time that new observations of one badge can touch by themselves; there must be one.

    `last_fix_before` is the badge's last qualified fix before them: its silence, the end of the data until now, becomes
    a gap.
    """
    starts: list[int] = [] if last_fix_before is None else [last_fix_before]
    ends: list[int] = []
    for observation in observations:
        starts.append(observation.captured_at)
        ends.append(observation.captured_at + 1 + _lasts_s(observation, policy))
    return Period(min(starts), max(ends))


def find_window(
    changed: Period, instants: Sequence[int], known: Period, zones: Iterable[str], policy: Policy
) -> Period | None:
    """The whole local days that a change can touch, widened to a silence on either side.

    `instants` are those of the qualified fixes, in order, of every badge of the workers concerned within `known`. None
    when `known` is too small to tell: load more and ask again. Where no more fixes exist, `known` may reach far out.
    """
    silence = quiet_s(policy)
    span = _widen(changed, instants, known, silence)
    if span is None:
        return None
    days = [day_bounds(local_date(at, zone), zone) for zone in zones for at in (span.from_at, span.to_at - 1)]
    whole = Period(min(span.from_at, *(day.from_at for day in days)), max(span.to_at, *(day.to_at for day in days)))
    window = _widen(whole, instants, known, silence)
    if window is None or window.from_at < known.from_at or window.to_at > known.to_at:
        return None
    return window


def _lasts_s(observation: Observation, policy: Policy) -> int:
    """How long an observation says something: a motion until the next word, a shift event for the rest of a shift."""
    if observation.kind in SHIFT_EVENTS:
        return SHIFT_LASTS_S
    return policy.shift_gap_s if observation.kind == ObservationKind.MOTION else 0


def _widen(span: Period, instants: Sequence[int], known: Period, silence: int) -> Period | None:
    start, end = span
    place = bisect_left(instants, start)
    while _gap_before(place, instants, known) <= silence:
        if place == 0:
            return None
        place -= 1
        start = instants[place]
    place = bisect_left(instants, end)
    while _gap_before(place, instants, known) <= silence:
        if place == len(instants):
            return None
        end = instants[place] + 1
        place += 1
    return Period(start, end)


def _gap_before(place: int, instants: Sequence[int], known: Period) -> int:
    """The least gap between a fix and the one before it: beyond what is known a fix may lie at once."""
    before = instants[place - 1] if place > 0 else known.from_at - 1
    after = instants[place] if place < len(instants) else known.to_at
    return after - before
