"""Boundary versions: their shapes on the earth, and the grid cells by which the database finds them."""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import shapely

from domain.errors import InvalidError
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
    tree: shapely.STRtree
    """Finds the edges near a place."""


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
    west, south, east, north = bounds_of(geometry)
    rings = shapely.get_rings(shapely.get_parts(geometry))
    edges = np.concatenate([np.column_stack((ring[:-1], ring[1:])) for ring in map(shapely.get_coordinates, rings)])
    lines = np.asarray(shapely.linestrings(edges.reshape(-1, 2, 2)), dtype=object)
    return Shape(geometry, west, south, east, north, edges, shapely.STRtree(lines))


def bounds_of(geometry: shapely.Geometry) -> tuple[float, float, float, float]:
    """West, south, east and north of a geometry in degrees."""
    west, south, east, north = shapely.bounds(geometry).tolist()  # pyright: ignore[reportUnknownMemberType] # its kwargs
    return west, south, east, north


CELLS_PER_DEGREE = 200
"""A grid cell is 0.005 degrees wide and high."""
ROW_FACTOR = 100_000
FIRST_ROW = -90 * CELLS_PER_DEGREE
FIRST_COLUMN = -180 * CELLS_PER_DEGREE
LEAST_METRES_PER_DEGREE = 110_500.0
"""A degree of latitude is nowhere shorter, nor a degree of longitude at the equator."""
MOST_CELLS = 250_000


class BoundaryTooLargeError(InvalidError):
    """A boundary that spans more of the earth than a site can."""

    code = "boundary_too_large"

    def __init__(self) -> None:
        super().__init__("A boundary must not span more than 250,000 grid cells of 0.005 degrees.", pointer="/boundary")


def cell_of(lat: float, lon: float) -> int:
    """The grid cell of a point: row and column of 0.005 degrees in one whole number."""
    return _pack(math.floor(lat * CELLS_PER_DEGREE), math.floor(lon * CELLS_PER_DEGREE))


def cells_at(lat: Floats, lon: Floats) -> set[int]:
    """The grid cells of many points, each once; blanked positions (not a number) have none."""
    known = ~np.isnan(lat)
    rows = np.floor(lat[known] * CELLS_PER_DEGREE).astype(np.int64)
    columns = np.floor(lon[known] * CELLS_PER_DEGREE).astype(np.int64)
    return set(((rows - FIRST_ROW) * ROW_FACTOR + columns - FIRST_COLUMN).tolist())


def cells_of(geometry: shapely.Geometry, reach_m: float) -> set[int]:
    """The grid cells that touch a boundary widened by `reach_m`; the widening in degrees grows towards the poles.

    Raises BoundaryTooLargeError.
    """
    cells: set[int] = set()
    for part in shapely.get_parts(geometry):
        cells |= _cells_of_part(part, reach_m)
    return cells


def _cells_of_part(part: shapely.Geometry, reach_m: float) -> set[int]:
    west, south, east, north = bounds_of(part)
    tall = reach_m / LEAST_METRES_PER_DEGREE
    wide = tall / max(math.cos(math.radians(min(90.0, max(abs(south), abs(north)) + tall))), 1e-3)
    rows = np.arange(math.floor((south - tall) * CELLS_PER_DEGREE), math.floor((north + tall) * CELLS_PER_DEGREE) + 1)
    columns = np.arange(math.floor((west - wide) * CELLS_PER_DEGREE), math.floor((east + wide) * CELLS_PER_DEGREE) + 1)
    if len(rows) * len(columns) > MOST_CELLS:
        raise BoundaryTooLargeError
    row, column = (grid.ravel() for grid in np.meshgrid(rows, columns, indexing="ij"))
    lat, lon = row / CELLS_PER_DEGREE, column / CELLS_PER_DEGREE
    side = 1 / CELLS_PER_DEGREE
    shapely.prepare(part)
    touched = shapely.intersects(part, shapely.box(lon - wide, lat - tall, lon + side + wide, lat + side + tall))
    return {_pack(int(r), int(c)) for r, c in zip(row[touched], column[touched], strict=True)}


def _pack(row: int, column: int) -> int:
    return (row - FIRST_ROW) * ROW_FACTOR + column - FIRST_COLUMN
