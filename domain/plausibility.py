"""Whether a boundary lies where its company works, or only its mirror image does: latitude and longitude swapped.

A swapped pair is often a valid place ([40.7, -74.1] is in Antarctica), so what the company is known by decides: its
other sites and the principal places of its time zones. It is refused only when it lies far from all of them and the
swapped place near one. A company that opens a site so far away makes a branch with that time zone first.
"""

import math
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from domain.geojson import CoordinatesSwappedError, Position

FAR_M = 3_000_000.0
EARTH_RADIUS_M = 6_371_008.8
ISO_6709 = re.compile(
    r"(?P<lat_sign>[+-])(?P<lat_d>\d{2})(?P<lat_m>\d{2})(?P<lat_s>\d{2})?"
    r"(?P<lon_sign>[+-])(?P<lon_d>\d{3})(?P<lon_m>\d{2})(?P<lon_s>\d{2})?"
)


def refuse_swapped(position: Position, *, sites: Sequence[Position], zones: Sequence[str], pointer: str) -> None:
    """Raise CoordinatesSwappedError when only the mirror image of `position` lies where the company is known."""
    mirrored = position.mirrored
    if not mirrored.is_on_earth:
        return
    places = [*sites, *(place for place in map(place_of_zone, zones) if place is not None)]
    if places and _is_far(position, places) and not _is_far(mirrored, places):
        raise CoordinatesSwappedError(position, pointer)


def place_of_zone(name: str) -> Position | None:
    """The principal place of a time zone, as tz data says it; None for one without a place, as UTC."""
    return _places().get(name) or _places().get(_aliases().get(name, ""))


@cache
def _places() -> Mapping[str, Position]:
    rows = (line.split("\t") for line in _lines_of("zone.tab") if not line.startswith("#"))
    return MappingProxyType({row[2]: _place(row[1]) for row in rows})


@cache
def _aliases() -> Mapping[str, str]:
    """Other names of zones, as US/Eastern: lines `L target alias`."""
    rows = (line.split() for line in _lines_of("tzdata.zi") if line.startswith("L "))
    return MappingProxyType({alias: target for _, target, alias in rows})


def _lines_of(name: str) -> list[str]:
    return files("tzdata.zoneinfo").joinpath(name).read_text(encoding="utf-8").splitlines()


def _place(text: str) -> Position:
    found = ISO_6709.fullmatch(text)
    if found is None:
        message = f"no position of ISO 6709: {text}"
        raise ValueError(message)
    return Position(lon=_degrees(found, "lon"), lat=_degrees(found, "lat"))


def _degrees(found: re.Match[str], axis: str) -> float:
    size = int(found[f"{axis}_d"]) + int(found[f"{axis}_m"]) / 60 + int(found[f"{axis}_s"] or 0) / 3600
    return -size if found[f"{axis}_sign"] == "-" else size


def _is_far(position: Position, places: Sequence[Position]) -> bool:
    return all(_metres_apart(position, place) > FAR_M for place in places)


def _metres_apart(one: Position, other: Position) -> float:
    """Great-circle metres: thousands of kilometres are compared, so a sphere will do."""
    lat, other_lat = math.radians(one.lat), math.radians(other.lat)
    half_lat, half_lon = (other_lat - lat) / 2, math.radians(other.lon - one.lon) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat) * math.cos(other_lat) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(chord)))
