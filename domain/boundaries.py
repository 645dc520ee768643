"""Boundary versions: their shapes on the earth, and the grid cells by which the database finds them."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import shapely

from domain.ids import SiteId

Floats = npt.NDArray[np.float64]

class SiteKind(StrEnum):
    """What a site is for; time at a yard or depot is yard time."""

    CUSTOMER_SITE = "customer_site"
    YARD = "yard"
    DEPOT = "depot"


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A prepared Polygon or MultiPolygon in longitude and latitude; build it once per version with `shape_of`."""

    geometry: shapely.Geometry
    west: float
    south: float
    east: float
    north: float
    edges: Floats
    """One row per edge of every ring: lon, lat, lon, lat."""


@dataclass(frozen=True, slots=True, eq=False)
class BoundaryVersion:
    """The boundary of a site during [valid_from, valid_to) in epoch seconds; `valid_to` None is open."""

    site_id: SiteId
    site_kind: SiteKind
    version: int
    valid_from: int
    valid_to: int | None
    area_m2: float
    shape: Shape


def shape_of(geometry: shapely.Geometry) -> Shape:
    """Prepare a geometry for matching; the database side keeps the result per version (it never changes)."""
    shapely.prepare(geometry)
    west, south, east, north = (float(value) for value in shapely.bounds(geometry))
    rings = shapely.get_rings(geometry)
    rows = [np.column_stack((points[:-1], points[1:])) for points in map(shapely.get_coordinates, rings)]
    edges = np.concatenate(rows) if rows else np.empty((0, 4))
    return Shape(geometry, west, south, east, north, edges)
