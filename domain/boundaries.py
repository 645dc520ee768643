"""Boundary versions: their shapes on the earth, and the grid cells by which the database finds them."""

import math
from collections.abc import Iterator
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
EDGES_AT_A_TIME = 1_000
"""So that the pieces of long edges never take much memory."""


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
    first_row, last_row = math.floor((south - tall) * CELLS_PER_DEGREE), math.floor((north + tall) * CELLS_PER_DEGREE)
    first_column, last_column = (
        math.floor((west - wide) * CELLS_PER_DEGREE),
        math.floor((east + wide) * CELLS_PER_DEGREE),
    )
    shape = (last_row - first_row + 1, last_column - first_column + 1)
    if shape[0] * shape[1] > MOST_CELLS:
        raise BoundaryTooLargeError
    touched = _near_edges(part, (first_row, first_column), shape, tall=tall, wide=wide)
    _fill_inside(part, touched, (first_row, first_column))
    rows, columns = np.nonzero(touched)
    return set(((rows + first_row - FIRST_ROW) * ROW_FACTOR + columns + first_column - FIRST_COLUMN).tolist())


def _near_edges(
    part: shapely.Geometry, first: tuple[int, int], shape: tuple[int, int], *, tall: float, wide: float
) -> npt.NDArray[np.bool_]:
    """Which cells the edges touch, cut into pieces of about a cell and each piece taken as its widened box.

    Every box adds one at its corners of a grid of differences, so that the work grows with the pieces, not their cells.
    """
    differences = np.zeros((shape[0] + 1, shape[1] + 1), dtype=np.int64)
    for edges in _edges_in_parts(part):
        rows_from, rows_to = _ranges(edges[:, 1], edges[:, 3], tall, first[0])
        columns_from, columns_to = _ranges(edges[:, 0], edges[:, 2], wide, first[1])
        for rows, columns, sign in (
            (rows_from, columns_from, 1),
            (rows_to + 1, columns_from, -1),
            (rows_from, columns_to + 1, -1),
            (rows_to + 1, columns_to + 1, 1),
        ):
            flat = rows * differences.shape[1] + columns
            differences += sign * np.bincount(flat, minlength=differences.size).reshape(differences.shape)
    return differences.cumsum(axis=0).cumsum(axis=1)[:-1, :-1] > 0


def _edges_in_parts(part: shapely.Geometry) -> Iterator[Floats]:
    """The edges of a polygon in pieces of at most a cell each way: lon, lat, lon, lat; some edges at a time."""
    for ring in map(shapely.get_coordinates, shapely.get_rings(part)):
        for start in range(0, len(ring) - 1, EDGES_AT_A_TIME):
            ends = ring[start : start + EDGES_AT_A_TIME + 1]
            begun, steps = ends[:-1], np.diff(ends, axis=0)
            counts = np.maximum(1, np.ceil(np.abs(steps).max(axis=1) * CELLS_PER_DEGREE)).astype(np.int64)
            places: npt.NDArray[np.int64] = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
            at, step = np.repeat(begun, counts, axis=0), np.repeat(steps / counts[:, None], counts, axis=0)
            yield np.hstack((at + step * places[:, None], at + step * (places[:, None] + 1)))


def _ranges(one: Floats, other: Floats, reach: float, first: int) -> tuple[npt.NDArray[np.int64], ...]:
    """First and last row, or column, that a widened piece touches, counted from `first`."""
    low, high = np.minimum(one, other) - reach, np.maximum(one, other) + reach
    return tuple(np.maximum(0, np.floor(end * CELLS_PER_DEGREE).astype(np.int64) - first) for end in (low, high))


def _fill_inside(part: shapely.Geometry, touched: npt.NDArray[np.bool_], first: tuple[int, int]) -> None:
    """Add the cells that no edge comes near: along a row, neighbours without an edge between are all inside or not."""
    begins = ~touched & np.column_stack((np.ones(len(touched), dtype=bool), touched[:, :-1]))
    rows, columns = np.nonzero(begins)
    ends = np.nonzero(~touched & np.column_stack((touched[:, 1:], np.ones(len(touched), dtype=bool))))[1]
    shapely.prepare(part)
    inside = shapely.contains_xy(
        part, (columns + first[1] + 0.5) / CELLS_PER_DEGREE, (rows + first[0] + 0.5) / CELLS_PER_DEGREE
    )
    for row, begin, end in zip(rows[inside], columns[inside], ends[inside], strict=True):
        touched[row, begin : end + 1] = True


def _pack(row: int, column: int) -> int:
    return (row - FIRST_ROW) * ROW_FACTOR + column - FIRST_COLUMN
