"""Which boundaries in force cover a fix, and which lie within its reach (presence.md sections 4 and 5)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from domain.boundaries import BoundaryVersion
from domain.geodesy import metres_to_edges
from domain.periods import FOREVER

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
LEAST_METRES_PER_DEGREE = 110_500.0
MARGIN = 1.001
"""Widens the box of degrees in which distances are measured, never the distance itself."""
LEAST_COSINE = 1e-3
"""Bounds the widening at the poles."""


@dataclass(frozen=True, slots=True)
class Fixes:
    """The qualified fixes of a badge as columns in order of time; blanked positions are not a number."""

    at: Integers
    lat: Floats
    lon: Floats
    accuracy_m: Floats


@dataclass(frozen=True, slots=True)
class Matches:
    """Pairs of a fix and a version, by place: versions that cover, and those that may hold a fix that none covers."""

    covered: Sequence[tuple[int, int]]
    near: Sequence[tuple[int, int]]


def match_fixes(fixes: Fixes, versions: Sequence[BoundaryVersion], *, exit_buffer_m: float) -> Matches:
    """Match every fix with the versions in force at its instant.

    A point on an edge is covered, a point in a hole is not. Near means `distance - accuracy_m <= exit_buffer_m`, and
    only for fixes that nothing covers: no other fix is ever asked.
    """
    if not len(fixes.at) or not versions:
        return Matches([], [])
    candidates = list(_candidates(fixes, versions, exit_buffer_m))
    covered: list[tuple[int, int]] = []
    is_covered = np.zeros(len(fixes.at), dtype=bool)
    for place, chosen in candidates:
        inside = chosen[shapely.intersects_xy(versions[place].shape.geometry, fixes.lon[chosen], fixes.lat[chosen])]
        is_covered[inside] = True
        covered.extend((fix, place) for fix in inside.tolist())
    near: list[tuple[int, int]] = []
    for place, chosen in candidates:
        outside = chosen[~is_covered[chosen]]
        if len(outside):
            near.extend((fix, place) for fix in _near(fixes, outside, versions[place], exit_buffer_m))
    return Matches(covered, near)


def _candidates(
    fixes: Fixes, versions: Sequence[BoundaryVersion], exit_buffer_m: float
) -> Iterator[tuple[int, Integers]]:
    """For each version the fixes in force within its widened box; sorting by latitude spares most comparisons."""
    order = np.argsort(fixes.lat, kind="stable")
    lat, lon, at = fixes.lat[order], fixes.lon[order], fixes.at[order]
    reach_m = exit_buffer_m + float(np.nanmax(np.where(np.isfinite(fixes.accuracy_m), fixes.accuracy_m, 0)))
    tall = reach_m * MARGIN / LEAST_METRES_PER_DEGREE
    south = np.array([version.shape.south - tall for version in versions])
    north = np.array([version.shape.north + tall for version in versions])
    farthest = np.radians(np.minimum(np.maximum(np.abs(south), np.abs(north)), 90))
    wide = (tall / np.maximum(np.cos(farthest), LEAST_COSINE)).tolist()
    first, last = np.searchsorted(lat, south, "left").tolist(), np.searchsorted(lat, north, "right").tolist()
    for place, version in enumerate(versions):
        if first[place] >= last[place]:
            continue
        band = slice(first[place], last[place])
        fits = (lon[band] >= version.shape.west - wide[place]) & (lon[band] <= version.shape.east + wide[place])
        fits &= (at[band] >= version.valid_from) & (
            at[band] < (FOREVER if version.valid_to is None else version.valid_to)
        )
        chosen = order[band][fits]
        if len(chosen):
            yield place, chosen


def _near(fixes: Fixes, chosen: Integers, version: BoundaryVersion, exit_buffer_m: float) -> list[int]:
    """Those of the chosen fixes that lie within their own reach of an edge."""
    lat, lon = fixes.lat[chosen], fixes.lon[chosen]
    reach_m = exit_buffer_m + fixes.accuracy_m[chosen]
    tall = reach_m * MARGIN / LEAST_METRES_PER_DEGREE
    wide = tall / np.maximum(np.cos(np.radians(np.minimum(np.abs(lat) + tall, 90))), LEAST_COSINE)
    fix, edge = version.shape.tree.query(shapely.box(lon - wide, lat - tall, lon + wide, lat + tall))
    metres = metres_to_edges(lat[fix], lon[fix], version.shape.edges[edge])
    within: Integers = np.unique(chosen[fix[metres <= reach_m[fix]]])
    return within.tolist()
