"""Boundaries as GeoJSON (RFC 7946): read strictly, never repaired; every refusal says where the error is.

Positions are [longitude, latitude] on WGS84; a third number, the altitude, may be there and is not kept. Rings may run
either way round, as RFC 7946 asks of readers. What is valid is what OGC Simple Features calls valid, as PostGIS does.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, cast

import shapely

from domain.boundaries import bounds_of
from domain.errors import InvalidError

ROOT = "/boundary"
LARGEST_LONGITUDE = 180.0
LARGEST_LATITUDE = 90.0
LARGEST_SPAN_DEGREES = 1.0
LARGEST_NUMBER = 1e18
"""Beyond this a number is no attempt at a position."""
MOST_POSITIONS = 10_000
LEAST_POSITIONS = 4
"""Of a ring: three corners, and the first again."""
WGS84_NAMES = frozenset({"urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84", "EPSG:4326"})


class Position(NamedTuple):
    """A place in degrees."""

    lon: float
    lat: float

    @property
    def mirrored(self) -> "Position":
        """The place when longitude and latitude change places."""
        return Position(lon=self.lat, lat=self.lon)

    @property
    def is_on_earth(self) -> bool:
        """Whether there is such a longitude and such a latitude."""
        return abs(self.lon) <= LARGEST_LONGITUDE and abs(self.lat) <= LARGEST_LATITUDE

    def __str__(self) -> str:
        """As a person reads it in a message."""
        return f"[{self.lon:.10g}, {self.lat:.10g}] (longitude, latitude)"


class GeometryTypeError(InvalidError):
    """The boundary is no Polygon and no MultiPolygon, or its coordinates are no lists of positions."""

    code = "geometry_type"


class CoordinateSystemError(InvalidError):
    """The boundary is said to be in other coordinates than longitude and latitude on WGS84."""

    code = "coordinate_system"


class BoundaryEmptyError(InvalidError):
    """A boundary without any position encloses nothing."""

    code = "boundary_empty"

    def __init__(self, pointer: str) -> None:
        super().__init__("This is empty: a boundary encloses at least one ring of positions.", pointer=pointer)


class BoundaryTooDetailedError(InvalidError):
    """More positions than the outline of a site needs."""

    code = "boundary_too_detailed"

    def __init__(self, count: int) -> None:
        super().__init__(f"A boundary has at most {MOST_POSITIONS} positions, this one {count}.", pointer=ROOT)


class PositionError(InvalidError):
    """Something in the place of a position that is none."""

    code = "position_malformed"

    def __init__(self, pointer: str) -> None:
        super().__init__("A position is a list of two finite numbers: longitude, latitude.", pointer=pointer)


class PositionOutOfRangeError(InvalidError):
    """A position that is nowhere on the earth."""

    code = "position_out_of_range"

    def __init__(self, position: Position, pointer: str) -> None:
        super().__init__(f"There is no place {position}.", pointer=pointer)


class CoordinatesSwappedError(InvalidError):
    """Latitude stands where longitude belongs."""

    code = "coordinates_swapped"

    def __init__(self, position: Position, pointer: str) -> None:
        super().__init__(f"Latitude and longitude look swapped at {position}: longitude comes first.", pointer=pointer)


class RingTooShortError(InvalidError):
    """A ring that encloses nothing."""

    code = "ring_too_short"

    def __init__(self, count: int, first: Position, pointer: str) -> None:
        super().__init__(
            f"The ring at {first} has {count} positions; the least is {LEAST_POSITIONS}, the last being the first.",
            pointer=pointer,
        )


class RingNotClosedError(InvalidError):
    """The last position of a ring is not the first."""

    code = "ring_not_closed"

    def __init__(self, first: Position, last: Position, pointer: str) -> None:
        super().__init__(f"The ring ends at {last} and not where it began, at {first}.", pointer=pointer)


class BoundarySpanError(InvalidError):
    """A boundary that is larger than any site."""

    code = "boundary_too_large"

    def __init__(self, west: float, south: float, east: float, north: float) -> None:
        super().__init__(
            f"The boundary spans from {Position(west, south)} to {Position(east, north)}: "
            f"a site spans at most {LARGEST_SPAN_DEGREES:g} degree each way.",
            pointer=ROOT,
        )


class SelfIntersectionError(InvalidError):
    """The outline crosses or touches itself, as a bow-tie does, or two parts overlap."""

    code = "self_intersection"

    def __init__(self, position: Position, pointer: str) -> None:
        super().__init__(f"The outline crosses or touches itself at {position}.", pointer=pointer)


class HoleOutsideShellError(InvalidError):
    """A hole that is not inside its outer ring."""

    code = "hole_outside_shell"

    def __init__(self, position: Position, pointer: str) -> None:
        super().__init__(f"The hole at {position} is not inside its outer ring.", pointer=pointer)


class GeometryNotValidError(InvalidError):
    """Any other rule of OGC Simple Features: nested holes or parts, rings that cut the inside in two."""

    code = "geometry_not_valid"

    def __init__(self, reason: str, position: Position, pointer: str) -> None:
        super().__init__(f"{reason} at {position}.", pointer=pointer)


class Ring(NamedTuple):
    """A closed ring and where it stands in the document."""

    pointer: str
    positions: list[Position]


SAME_PLACE = 9
"""Decimals of a degree; what GEOS computes differs behind them."""
REASON = re.compile(r"(?P<reason>[^\[]+)\[(?P<lon>\S+) (?P<lat>\S+)\]")


def boundary_from(document: Mapping[str, object]) -> shapely.Geometry:
    """The Polygon or MultiPolygon of a GeoJSON geometry; raises one of this module's InvalidErrors."""
    _check_coordinate_system(document)
    parts = [_rings_of(coordinates, pointer) for coordinates, pointer in _polygons_of(document)]
    rings = [ring for part in parts for ring in part]
    _check_count(rings)
    polygons = [shapely.Polygon(part[0].positions, [ring.positions for ring in part[1:]]) for part in parts]
    geometry = polygons[0] if document["type"] == "Polygon" else shapely.MultiPolygon(polygons)
    _check_span(geometry)
    _check_validity(geometry, rings)
    return geometry


def document_of(geometry: shapely.Geometry) -> dict[str, object]:
    """The GeoJSON of a boundary, with every digit that was given."""
    return json.loads(shapely.to_geojson(geometry))


def _check_coordinate_system(document: Mapping[str, object]) -> None:
    """`crs` was taken out of GeoJSON; where it still stands it must not contradict RFC 7946."""
    named = document.get("crs")
    if named is None:
        return
    properties = cast("Mapping[str, object]", named).get("properties") if isinstance(named, Mapping) else None
    name = cast("Mapping[str, object]", properties).get("name") if isinstance(properties, Mapping) else None
    if name not in WGS84_NAMES:
        message = "A boundary is in longitude and latitude on WGS84; leave `crs` out."
        raise CoordinateSystemError(message, pointer=f"{ROOT}/crs")


def _polygons_of(document: Mapping[str, object]) -> Iterator[tuple[object, str]]:
    kind, pointer = document.get("type"), f"{ROOT}/coordinates"
    if kind == "Polygon":
        yield document.get("coordinates"), pointer
    elif kind == "MultiPolygon":
        for number, part in enumerate(_filled(document.get("coordinates"), pointer)):
            yield part, f"{pointer}/{number}"
    else:
        message = "A boundary is a GeoJSON geometry of type Polygon or MultiPolygon."
        raise GeometryTypeError(message, pointer=f"{ROOT}/type")


def _filled(value: object, pointer: str) -> Sequence[object]:
    if not isinstance(value, list):
        message = "The coordinates are lists of rings, and rings lists of positions."
        raise GeometryTypeError(message, pointer=pointer)
    if not value:
        raise BoundaryEmptyError(pointer)
    return cast("list[object]", value)


def _rings_of(coordinates: object, pointer: str) -> list[Ring]:
    return [_ring(ring, f"{pointer}/{number}") for number, ring in enumerate(_filled(coordinates, pointer))]


def _ring(value: object, pointer: str) -> Ring:
    positions = [_position(item, f"{pointer}/{number}") for number, item in enumerate(_filled(value, pointer))]
    first, last = positions[0], positions[-1]
    if first != last:
        raise RingNotClosedError(first, last, f"{pointer}/{len(positions) - 1}")
    if len(positions) < LEAST_POSITIONS:
        raise RingTooShortError(len(positions), first, pointer)
    return Ring(pointer, positions)


def _position(value: object, pointer: str) -> Position:
    numbers = cast("list[object]", value) if isinstance(value, list) else []
    if len(numbers) not in {2, 3} or not all(_is_finite_number(number) for number in numbers):
        raise PositionError(pointer)
    lon, lat = cast("list[float]", numbers[:2])
    position = Position(float(lon), float(lat))
    if not position.is_on_earth and position.mirrored.is_on_earth:
        raise CoordinatesSwappedError(position, pointer)
    if not position.is_on_earth:
        raise PositionOutOfRangeError(position, pointer)
    return position


def _is_finite_number(value: object) -> bool:
    """JSON knows no NaN, but Python's reader takes it, and 1e999; true is no number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < LARGEST_NUMBER


def _check_count(rings: Sequence[Ring]) -> None:
    count = sum(len(ring.positions) for ring in rings)
    if count > MOST_POSITIONS:
        raise BoundaryTooDetailedError(count)


def _check_span(geometry: shapely.Geometry) -> None:
    west, south, east, north = bounds_of(geometry)
    if east - west > LARGEST_SPAN_DEGREES or north - south > LARGEST_SPAN_DEGREES:
        raise BoundarySpanError(west, south, east, north)


def _check_validity(geometry: shapely.Geometry, rings: Sequence[Ring]) -> None:
    if shapely.is_valid(geometry):
        return
    found = REASON.match(shapely.is_valid_reason(geometry))
    if found is None:
        raise GeometryNotValidError("The boundary is not valid", rings[0].positions[0], ROOT)
    position = Position(float(found["lon"]), float(found["lat"]))
    pointer, reason = _nearest_pointer(rings, position), found["reason"]
    if reason.endswith("Self-intersection"):
        raise SelfIntersectionError(position, pointer)
    if reason == "Hole lies outside shell":
        raise HoleOutsideShellError(position, pointer)
    raise GeometryNotValidError(reason, position, pointer)


def position_of(geometry: shapely.Geometry) -> Position:
    """A place in the middle of a boundary, inside it or not."""
    west, south, east, north = bounds_of(geometry)
    return Position(lon=(west + east) / 2, lat=(south + north) / 2)


def _nearest_pointer(rings: Sequence[Ring], position: Position) -> str:
    """The pointer of the position at which the edge nearest to the error begins, the first of those that meet there."""
    point = shapely.Point(position)
    edges = [
        (round(shapely.LineString(edge).distance(point), SAME_PLACE), f"{ring.pointer}/{number}")
        for ring in rings
        for number, edge in enumerate(zip(ring.positions, ring.positions[1:], strict=False))
    ]
    return min(edges, key=lambda edge: edge[0])[1]
