"""The plan as the badges recorded it: fixes and motion, in the wire's own form."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from devhost.demo.plan import LAT, LON, TIMEZONE, Member, Place, Point, Stay

STILL_S, MOVING_S = 60, 15
JITTER_M = 12
BATCH = 60
METRES_PER_DEGREE = 111_320.0
UPLOAD_LAG = timedelta(seconds=45)


@dataclass(frozen=True, slots=True)
class Badge:
    """A badge of the recording, as it is registered."""

    serial: str
    device_uid: str


def boundary(place: Place) -> dict[str, Any]:
    """A place's rectangle as a GeoJSON polygon."""
    west, south, east, north = place.rect
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return {"type": "Polygon", "coordinates": [[_lon_lat(corner) for corner in corners]]}


def envelopes(member: Member, badge: Badge, day: date) -> list[dict[str, Any]]:
    """The member's day as Notehub posts it: batches of events, in the order and number in which they came in."""
    events = [
        _event(badge, number, at, kind, payload)
        for number, (at, kind, payload) in enumerate(sorted(_sightings(member, day), key=lambda seen: seen[0]), 1)
    ]
    batches = [events[start : start + BATCH] for start in range(0, len(events), BATCH)]
    posted = [_envelope(badge, batch) for batch in batches]
    if member.upload_late:
        evening = _instant(day, "19:30").timestamp()
        posted = [{**envelope, "received": evening + place} for place, envelope in enumerate(reversed(posted))]
    return [envelope for envelope in posted for _ in range(2 if member.upload_doubled else 1)]


def _sightings(member: Member, day: date) -> Iterator[tuple[datetime, str, dict[str, Any]]]:
    for at, point, speed in _track(member.stays, day):
        if not _is_silent(member, day, at):
            lon, lat = _lon_lat(point)
            fix = {"lat": lat, "lon": lon, "accuracy_m": 8.0, "fix_type": "3d", "speed_kmh": round(speed * 3.6, 1)}
            yield at, "gps", fix
    for stay in member.stays:
        moved = {"previous_state": "stationary", "new_state": "moving", "duration_s": 30}
        for at in _steps(_instant(day, stay.begin), _instant(day, stay.end), 1200):
            if not _is_silent(member, day, at):
                yield at + timedelta(seconds=20), "motion", moved


def _track(stays: tuple[Stay, ...], day: date) -> Iterator[tuple[datetime, Point, float]]:
    for number, stay in enumerate(stays):
        for step, at in enumerate(_steps(_instant(day, stay.begin), _instant(day, stay.end), STILL_S)):
            yield at, _around(stay.at, step + number), 0.4
    for here, there in pairwise(stays):
        begin, end = _instant(day, here.end), _instant(day, there.begin)
        whole = (end - begin).total_seconds()
        speed = math.dist(here.at, there.at) / whole
        for at in list(_steps(begin, end, MOVING_S))[1:-1]:
            yield at, _between(here.at, there.at, (at - begin).total_seconds() / whole), speed


def _is_silent(member: Member, day: date, at: datetime) -> bool:
    return member.silent is not None and _instant(day, member.silent[0]) < at < _instant(day, member.silent[1])


def _steps(begin: datetime, end: datetime, every_s: int) -> Iterator[datetime]:
    at = begin
    while at < end:
        yield at
        at += timedelta(seconds=every_s)
    yield end


def _around(point: Point, step: int) -> Point:
    """A point near by: the golden angle walks evenly around, the same way on every run."""
    angle, radius = step * 2.399963, JITTER_M * math.sqrt((step * 37 % 97) / 96)
    return point[0] + radius * math.cos(angle), point[1] + radius * math.sin(angle)


def _between(here: Point, there: Point, share: float) -> Point:
    return here[0] + (there[0] - here[0]) * share, here[1] + (there[1] - here[1]) * share


def _lon_lat(point: Point) -> tuple[float, float]:
    lon = LON + point[0] / (METRES_PER_DEGREE * math.cos(math.radians(LAT)))
    return round(lon, 7), round(LAT + point[1] / METRES_PER_DEGREE, 7)


def _instant(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=ZoneInfo(TIMEZONE)).astimezone(UTC)


def _event(badge: Badge, number: int, at: datetime, kind: str, payload: dict[str, Any]) -> dict[str, Any]:
    return {
        "device_id": badge.serial,
        "firmware_version": "1.4.2",
        "event_type": kind,
        "timestamp_utc": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "sequence_number": number,
        "payload": payload,
    }


def _envelope(badge: Badge, events: list[dict[str, Any]]) -> dict[str, Any]:
    last = datetime.fromisoformat(events[-1]["timestamp_utc"])
    return {
        "event": str(uuid4()),
        "device": badge.device_uid,
        "sn": badge.serial,
        "best_id": badge.serial,
        "app": "app:00000000-0000-4000-8000-0000000000de",
        "product": "product:com.example.demo:badge",
        "file": "badge.qo",
        "req": "note.add",
        "when": int(last.timestamp()),
        "received": (last + UPLOAD_LAG).timestamp(),
        "body": {"events": events},
    }
