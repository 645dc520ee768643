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
    place = 0
    while place < len(fixes):
        stop, otherwise = limit(place)
        proof = bisect_left(at, at[place] + least_s, place)
        if proof >= stop:
            place = otherwise
            continue
        last = _last_within(fixes, place, proof, stop, radius_m)
        if last is None:
            place += 1
        else:
            yield place, last
            place = last + 1


def _last_within(fixes: Sequence[Fix], first: int, proof: int, stop: int, radius_m: float) -> int | None:
    """The last fix of the row, or None when it ends before `proof`, the fix that would make it long enough."""
    _, _, _, lat, lon = fixes[first]
    if not _is_within(fixes[proof], lat, lon, radius_m):
        return None
    last = first
    while last + 1 < stop and _is_within(fixes[last + 1], lat, lon, radius_m):
        last += 1
    return last if last >= proof else None


def _is_within(fix: Fix, lat: float, lon: float, radius_m: float) -> bool:
    """A blanked position, being not a number, is within no radius."""
    return metres_between(lat, lon, fix.lat, fix.lon) <= radius_m
