"""What a device stated, and which of its fixes qualify (presence.md sections 1 and 2)."""

import math
from enum import StrEnum
from typing import NamedTuple, TypeGuard

from domain.ids import BadgeId

MAX_FIX_AGE_S = 120
"""A position older than this at `captured_at` is stale."""
MAX_ACCURACY_M = 100.0
ASSUMED_ACCURACY_M = 25.0
METRES_PER_DOP = 5.0
MAX_LAT = 90.0
MAX_LON = 180.0


class ObservationKind(StrEnum):
    """What a statement is about (presence.md section 1)."""

    FIX = "fix"
    NO_FIX = "no_fix"
    HEARTBEAT = "heartbeat"
    TAG = "tag"
    TAG_LOST = "tag_lost"
    MOTION = "motion"
    BATTERY = "battery"
    REBOOT = "reboot"
    SHIFT_START = "shift_start"
    SHIFT_END = "shift_end"


class FixSource(StrEnum):
    """How a position was found; only `gps` can qualify."""

    GPS = "gps"
    DEAD_RECKONING = "dead_reckoning"
    TRIANGULATED = "triangulated"
    TOWER = "tower"


class Refusal(StrEnum):
    """The rule that refused a fix, in the order in which the rules are asked."""

    SOURCE = "source"
    STALE = "stale"
    RANGE = "range"
    ACCURACY = "accuracy"
    CLOCK = "clock"


class Observation(NamedTuple):
    """One dated statement of a device; a tuple, because a day of a badge holds thousands.

    `captured_at` is in epoch seconds, UTC; for an untrusted clock it is the instant of arrival, which proves life and
    never makes work time. A fix without a position and without a refusal was blanked (wire.md section 5, rule 9): it
    counts as a qualified fix outside every site.
    """

    badge_id: BadgeId
    captured_at: int
    sequence_number: int | None
    kind: ObservationKind
    clock_trusted: bool = True
    lat: float | None = None
    lon: float | None = None
    accuracy_m: float | None = None
    refused_by: Refusal | None = None
    speed_mps: float | None = None
    moving: bool | None = None
    motion_count: int | None = None
    battery_pct: float | None = None
    tag_mac: str | None = None
    worker_code: str | None = None


class Accuracy(NamedTuple):
    """How far off a position may be, in metres, and whether that figure is our assumption."""

    metres: float
    assumed: bool


def accuracy_of(accuracy_m: float | None, *, hdop: float | None = None, dop: float | None = None) -> Accuracy:
    """The device's figure, else 5 m x DOP (`hdop` before `dop`), else 25 m, assumed.

    A figure at or under 0 is absent.
    """
    if _is_figure(accuracy_m):
        return Accuracy(accuracy_m, assumed=False)
    for dilution in (hdop, dop):
        if _is_figure(dilution):
            return Accuracy(METRES_PER_DOP * dilution, assumed=False)
    return Accuracy(ASSUMED_ACCURACY_M, assumed=True)


def refuse_fix(
    *,
    source: FixSource | None,
    lat: float,
    lon: float,
    accuracy_m: float,
    age_s: float | None,
    clock_trusted: bool,
) -> Refusal | None:
    """The first rule that refuses a fix, or None when it qualifies.

    `age_s` is captured time minus fix time; None (unknown) and negative (later than its capture) count as fresh.
    """
    if source != FixSource.GPS:
        return Refusal.SOURCE
    if age_s is not None and age_s > MAX_FIX_AGE_S:
        return Refusal.STALE
    if not _is_in_range(lat, lon):
        return Refusal.RANGE
    if not accuracy_m <= MAX_ACCURACY_M:
        return Refusal.ACCURACY
    return None if clock_trusted else Refusal.CLOCK


def order_of(observation: Observation) -> tuple[int, int]:
    """The place in time: within a second the larger sequence number is the later, one without a number the earliest."""
    number = observation.sequence_number
    return observation.captured_at, -1 if number is None else number


def _is_figure(value: float | None) -> TypeGuard[float]:
    return value is not None and math.isfinite(value) and value > 0


def _is_in_range(lat: float, lon: float) -> bool:
    return -MAX_LAT <= lat <= MAX_LAT and -MAX_LON <= lon <= MAX_LON and not (lat == 0 and lon == 0)
