"""Sites and the versions of their boundaries."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import shapely

from domain.boundaries import SiteKind, bounds_of
from domain.errors import NotFoundError
from domain.ids import SiteId
from domain.master_data import Record
from domain.observations import MAX_ACCURACY_M
from domain.policies import LARGEST_EXIT_BUFFER_M

REACH_M = MAX_ACCURACY_M + LARGEST_EXIT_BUFFER_M
"""How far outside a boundary a fix can still be held (presence.md section 5), whatever the company's policy says."""


LEAST_METRES_PER_DEGREE = 110_500.0
"""A degree of latitude is nowhere shorter, nor a degree of longitude at the equator."""
NARROWEST_COSINE = 0.001
"""Within 6 km of a pole every longitude is near."""


class NoBoundaryError(NotFoundError):
    """The site has no boundary in force at that instant."""

    code = "no_boundary"

    def __init__(self) -> None:
        super().__init__("This site has no boundary in force at that instant.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site(Record):
    """A place where work happens; its boundary is kept apart, in versions."""

    id: SiteId
    name: str
    kind: SiteKind


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SiteBoundary:
    """One version of a boundary, in force during [valid_from, valid_to); an empty period was replaced at once."""

    site_id: SiteId
    number: int
    valid_from: datetime
    valid_to: datetime | None
    geometry: shapely.Geometry
    area_m2: float
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in degrees, longitudes west to east and latitudes south to north."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True)
class ValidPeriod:
    """[valid_from, valid_to); `valid_to` None is open."""

    valid_from: datetime
    valid_to: datetime | None

    def meets(self, other: "ValidPeriod") -> bool:
        """Whether the two have an instant in common."""
        starts_before = other.valid_to is None or self.valid_from < other.valid_to
        ends_after = self.valid_to is None or other.valid_from < self.valid_to
        return starts_before and ends_after


def valid_periods(starts: Mapping[int, datetime]) -> dict[int, ValidPeriod]:
    """When each version counts, by its number: until the next one begins.

    Of two that begin together the newer counts, and the older is left with an empty period.
    """
    order = sorted(starts, key=lambda number: (starts[number], number))
    return {
        number: ValidPeriod(starts[number], None if following is None else starts[following])
        for number, following in zip(order, [*order[1:], None], strict=True)
    }


def box_in_reach(geometry: shapely.Geometry) -> Box:
    """The box of all places from which a fix can be held by a boundary; rather too large than too small."""
    west, south, east, north = bounds_of(geometry)
    tall = REACH_M / LEAST_METRES_PER_DEGREE
    farthest = min(90.0, max(abs(south), abs(north)) + tall)
    wide = tall / max(math.cos(math.radians(farthest)), NARROWEST_COSINE)
    return Box(west - wide, south - tall, east + wide, north + tall)
