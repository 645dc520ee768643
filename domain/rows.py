"""Rows of fixes that stay near their first one: stops and parked badges (presence.md sections 5 and 7)."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence

from domain.geodesy import metres_between
from domain.tracks import Fix


def still_rows(
    fixes: Sequence[Fix],
    *,
    radius_m: float,
    least_s: int,
    limit: Callable[[int], tuple[int, int]],
) -> Iterator[tuple[int, int]]:
    """Greedily from the left: the places of the first and last fix of each longest row that spans at least `least_s`.

    `limit(place)` tells where a row that begins there must stop (exclusive), and where to go on when that is too early.
    """
    at = [fix.at for fix in fixes]
    place, outsider = 0, 0
    while place < len(fixes):
        stop, otherwise = limit(place)
        proof = bisect_left(at, at[place] + least_s, place)
        if proof >= stop:
            place = otherwise
            continue
        if not place < outsider <= proof or _are_within(fixes[place], fixes[outsider], radius_m):
            outsider = _first_outside(fixes, place, stop, radius_m)
        if outsider <= proof:
            place += 1  # what broke this row most likely breaks the next one too: it is asked first
        else:
            yield place, outsider - 1
            place = outsider


def _first_outside(fixes: Sequence[Fix], first: int, stop: int, radius_m: float) -> int:
    """The first fix that is no longer within the radius of the row's first one, else `stop`."""
    for place in range(first, stop):
        if not _are_within(fixes[first], fixes[place], radius_m):
            return place
    return stop


def _are_within(one: Fix, other: Fix, radius_m: float) -> bool:
    """A blanked position, being not a number, is within no radius."""
    return metres_between(one.lat, one.lon, other.lat, other.lon) <= radius_m
