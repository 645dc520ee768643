"""What one badge stated in a window, sorted out: its qualified fixes, and everything else that presence asks for."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from domain.ids import BadgeId
from domain.observations import Observation, ObservationKind, order_of
from domain.periods import Period, joined

MOVING_FASTER_THAN_MPS = 1.0
EMPTY_BATTERY_PCT = 5.0
NO_NUMBER = -1
"""The place within its second of an observation without a sequence number: the earliest."""


class Fix(NamedTuple):
    """A qualified fix; the order of the fields is the order of preference within one second."""

    at: int
    accuracy_m: float
    number: int
    lat: float
    lon: float


class Sign(NamedTuple):
    """An observation without a qualified position, by a trusted clock: why there was no fix."""

    at: int
    number: int
    is_badge_off: bool


@dataclass(frozen=True, slots=True)
class Track:
    """A badge's statements by subject, each in order of time; motion and shift events reach back before the window."""

    badge_id: BadgeId
    fixes: list[Fix] = field(default_factory=list[Fix])
    at: list[int] = field(default_factory=list[int])
    refused: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    tags: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    signs: list[Sign] = field(default_factory=list[Sign])
    movements: list[Period] = field(default_factory=list[Period])
    shift_events: list[Observation] = field(default_factory=list[Observation])


def read_tracks(observations: Iterable[Observation], window: Period, *, motion_lasts_s: int) -> dict[BadgeId, Track]:
    """Sort the observations of many badges into tracks; order and repetition make no difference.

    A `motion` says something for `motion_lasts_s`. An observation by an untrusted clock proves life and nothing else.
    """
    by_badge: dict[BadgeId, list[Observation]] = {}
    badge_id, mine = None, list[Observation]()
    for observation in observations:
        if observation.badge_id is not badge_id:
            badge_id = observation.badge_id
            mine = by_badge.setdefault(badge_id, [])
        mine.append(observation)
    return {badge: _read(badge, by_badge[badge], window, motion_lasts_s) for badge in sorted(by_badge)}


def _read(badge_id: BadgeId, observations: list[Observation], window: Period, motion_lasts_s: int) -> Track:
    rest = [one for one in observations if one.kind != ObservationKind.FIX or one.refused_by is not None]
    inside = [one for one in rest if window.from_at <= one.captured_at < window.to_at]
    trusted = sorted((one for one in rest if one.clock_trusted), key=order_of)
    fixes = _fixes(observations, window)
    return Track(
        badge_id=badge_id,
        fixes=fixes,
        at=[fix.at for fix in fixes],
        refused=_refused(inside),
        tags=_tags(inside),
        signs=_signs(inside),
        movements=_movements(observations, trusted, motion_lasts_s),
        shift_events=sorted((event for event in trusted if event.kind in SHIFT_EVENTS), key=_shift_order),
    )


def _fixes(observations: Iterable[Observation], window: Period) -> list[Fix]:
    """The qualified fixes within the window, the best of each second. A tight loop: a day has thousands."""
    (start, end), is_fix = window, ObservationKind.FIX
    fixes = [
        Fix(
            at,
            UNKNOWN_ACCURACY if accuracy_m is None else accuracy_m,
            NO_NUMBER if number is None else number,
            BLANKED if lat is None else lat,
            BLANKED if lon is None else lon,
        )
        for _, at, number, kind, _, lat, lon, accuracy_m, refused_by, *_ in observations
        if kind == is_fix and refused_by is None and start <= at < end
    ]
    fixes.sort()
    return [fix for fix, before in zip(fixes, [None, *fixes], strict=False) if before is None or before.at != fix.at]


SHIFT_EVENTS = frozenset({ObservationKind.SHIFT_START, ObservationKind.SHIFT_END})
BLANKED = float("nan")
UNKNOWN_ACCURACY = float("inf")


def _shift_order(event: Observation) -> tuple[tuple[int, int], str, str]:
    return order_of(event), event.kind, event.worker_code or ""


def _refused(observations: Sequence[Observation]) -> list[tuple[int, str]]:
    refused = {observation for observation in observations if observation.refused_by is not None}
    return sorted((observation.captured_at, str(observation.refused_by)) for observation in refused)


def _tags(observations: Sequence[Observation]) -> list[tuple[int, str]]:
    heard = {
        (observation.captured_at, observation.tag_mac)
        for observation in observations
        if observation.kind == ObservationKind.TAG and observation.tag_mac and observation.clock_trusted
    }
    return sorted(heard)


def _signs(observations: Sequence[Observation]) -> list[Sign]:
    return sorted(Sign(*order_of(sign), _is_badge_off(sign)) for sign in observations if sign.clock_trusted)


def _is_badge_off(observation: Observation) -> bool:
    if observation.kind == ObservationKind.REBOOT:
        return True
    level = observation.battery_pct
    return observation.kind == ObservationKind.BATTERY and level is not None and level <= EMPTY_BATTERY_PCT


def _movements(observations: Sequence[Observation], trusted: Sequence[Observation], lasts_s: int) -> list[Period]:
    """The moments at which the badge moved, as periods that touch no other; the end is the first moment of rest."""
    motions = [one for one in trusted if one.kind == ObservationKind.MOTION and one.moving is not None]
    shown = (one.captured_at for one in observations if _shows_movement(one))
    return joined([*_motions(motions, lasts_s), *(Period(at, at + 1) for at in shown)])


def _shows_movement(observation: Observation) -> bool:
    """By a speed over 1 m/s, or by a motion count, at an instant that can be trusted."""
    speed, count = observation.speed_mps, observation.motion_count
    if (speed is None or speed <= MOVING_FASTER_THAN_MPS) and (count is None or count <= 0):
        return False
    return observation.clock_trusted


def _motions(motions: Sequence[Observation], lasts_s: int) -> list[Period]:
    """From each `moving` to the next word, at most `lasts_s`; of two unnumbered in one second, `moving` wins."""
    words = [(order[0], any(one.moving for one in same)) for order, same in groupby(motions, key=order_of)]
    ends = [at for at, _ in words[1:]] + [words[-1][0] + lasts_s + 1] if words else []
    pairs = zip(words, ends, strict=True)
    return [Period(at, min(end, at + lasts_s + 1)) for (at, moving), end in pairs if moving and end > at]


def next_movement(movements: Sequence[Period], at: int) -> Period | None:
    """The movement that goes on at an instant, else the next one, else None."""
    place = bisect_left(movements, at, key=_last_moment)
    return movements[place] if place < len(movements) else None


def _last_moment(period: Period) -> int:
    return period.to_at - 1
