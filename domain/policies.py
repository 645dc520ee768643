"""The policy of a company: the figures by which presence is judged (presence.md section 3)."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum

from domain.errors import InvalidError

LARGEST_FIGURE = 31 * 86_400
"""No length or distance of a policy makes sense beyond this."""
LARGEST_EXIT_BUFFER_M = 500
"""The grid cells of every boundary reach this far (domain/sites.py), whatever policy comes later."""


class Weekday(StrEnum):
    """The local day whose midnight begins a workweek."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"

    @property
    def number(self) -> int:
        """As `date.weekday()` counts: Monday is 0."""
        return list(Weekday).index(self)


class Rounding(StrEnum):
    """Never applied to stored seconds; only to an export, beside the raw figure."""

    NONE = "none"


@dataclass(frozen=True, slots=True)
class Policy:
    """Seconds end in `_s`, metres in `_m`; the defaults are those of presence.md section 3."""

    version: int = 1
    dwell_s: int = 180
    min_fixes: int = 2
    exit_buffer_m: float = 25
    max_gap_s: int = 1200
    shift_gap_s: int = 21_600
    stop_radius_m: float = 75
    stop_s: int = 600
    parked_s: int = 7200
    workweek_start: Weekday = Weekday.SUNDAY
    rounding: Rounding = Rounding.NONE


LEAST: Mapping[str, int] = {
    "dwell_s": 0,
    "min_fixes": 1,
    "exit_buffer_m": 0,
    "max_gap_s": 1,
    "shift_gap_s": 1,
    "stop_radius_m": 0,
    "stop_s": 1,
    "parked_s": 1,
}
"""The least value of each figure."""
MOST: Mapping[str, int] = {"exit_buffer_m": LARGEST_EXIT_BUFFER_M}
"""The greatest value of a figure, where that is not LARGEST_FIGURE."""
DISTANCES = frozenset({"exit_buffer_m", "stop_radius_m"})


def policy_from(content: Mapping[str, object], *, version: int = 1, base: Policy | None = None) -> Policy:
    """A policy from the figures that were named; the others come from `base`, else from the defaults.

    Raises InvalidError for an unknown name or a value that makes no sense; the pointer names the field.
    """
    known = {field.name for field in fields(Policy)} - {"version"}
    for name in content:
        if name not in known:
            raise InvalidError(f"A policy has no {name}.", pointer=f"/{name}")
    changes: dict[str, object] = {name: _value(name, given) for name, given in content.items()}
    return replace(base or Policy(), version=version, **changes)  # pyright: ignore[reportArgumentType] # checked above


def policy_content(policy: Policy) -> dict[str, object]:
    """The figures as `policy_from` takes them, for storage and answers."""
    content: dict[str, object] = {name: getattr(policy, name) for name in LEAST}
    return content | {"workweek_start": str(policy.workweek_start), "rounding": str(policy.rounding)}


def _value(name: str, given: object) -> object:
    if name == "workweek_start":
        return _weekday(given)
    if name == "rounding":
        return _rounding(given)
    return _figure(name, given)


def _figure(name: str, given: object) -> float | int:
    pointer = f"/{name}"
    allowed = (int, float) if name in DISTANCES else (int,)
    if isinstance(given, bool) or not isinstance(given, allowed):
        raise InvalidError(f"{name} must be a {'number' if name in DISTANCES else 'whole number'}.", pointer=pointer)
    most = MOST.get(name, LARGEST_FIGURE)
    if not LEAST[name] <= given <= most:
        raise InvalidError(f"{name} must be from {LEAST[name]} to {most}.", pointer=pointer)
    return given


def _weekday(given: object) -> Weekday:
    words = given.lower().split() if isinstance(given, str) else []
    if words and words[1:] in ([], ["00:00"], ["00:00", "local"]) and words[0] in set(Weekday):
        return Weekday(words[0])
    raise InvalidError("workweek_start must name a weekday, as sunday.", pointer="/workweek_start")


def _rounding(given: object) -> Rounding:
    if given in (None, Rounding.NONE):
        return Rounding.NONE
    raise InvalidError("rounding must be none.", pointer="/rounding")
