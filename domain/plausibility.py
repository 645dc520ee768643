"""Whether a boundary lies where its company works, or only its mirror image does: latitude and longitude swapped.

A swapped pair is often a valid place ([40.7, -74.1] is in Antarctica), so what the company is known by decides: its
other sites and the principal places of its time zones. It is refused only when it lies far from all of them and the
swapped place near one. A company that opens a site so far away makes a branch with that time zone first.
"""

import math
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from zoneinfo import ZoneInfo

from domain.geojson import CoordinatesSwappedError, Position

FAR_M = 3_000_000.0
EARTH_RADIUS_M = 6_371_008.8
FAR_HOURS = 3.0
"""Zones leave the hour of their longitude by up to about 3 h (western China)."""
DEGREES_PER_HOUR = 15.0
ISO_6709 = re.compile(
    r"(?P<lat_sign>[+-])(?P<lat_d>\d{2})(?P<lat_m>\d{2})(?P<lat_s>\d{2})?"
    r"(?P<lon_sign>[+-])(?P<lon_d>\d{3})(?P<lon_m>\d{2})(?P<lon_s>\d{2})?"
)


def refuse_swapped(
    position: Position, *, sites: Sequence[Position], zones: Sequence[str], at: datetime, pointer: str
) -> None:
    """Raise CoordinatesSwappedError when only the mirror image of `position` lies where the company is known."""
    mirrored = position.mirrored
    if not mirrored.is_on_earth:
        return
    places = [*sites, *(place for place in map(place_of_zone, zones) if place is not None)]
    if places:
        swapped = _is_far(position, places) and not _is_far(mirrored, places)
    else:
        swapped = _is_off_hours(position, zones, at) and not _is_off_hours(mirrored, zones, at)
    if swapped:
        raise CoordinatesSwappedError(position, pointer)


def place_of_zone(name: str) -> Position | None:
    """The principal place of a time zone, as tz data says it; None for aliases and zones without a place."""
    return _places().get(name)


@cache
def _places() -> Mapping[str, Position]:
    table = files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return MappingProxyType({row[2]: _place(row[1]) for row in rows})


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


def _is_off_hours(position: Position, zones: Sequence[str], at: datetime) -> bool:
    """Whether the longitude belongs to quite another hour of the day than every zone keeps."""
    return all(abs(_hours_apart(position.lon / DEGREES_PER_HOUR, zone, at)) > FAR_HOURS for zone in zones)


def _hours_apart(hours: float, zone: str, at: datetime) -> float:
    offset = ZoneInfo(zone).utcoffset(at)
    kept = offset.total_seconds() / 3600 if offset is not None else 0.0
    return (hours - kept + 12) % 24 - 12
