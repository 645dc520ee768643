"""The measured day: twenty companies with their places, two hundred badges, and the uploads that they post.

Nothing here is random from run to run: the same sizes give the same bytes.
"""

import json
import math
import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bench.sizes import BADGES_PER_COMPANY, BATCH, BOUNDARIES_PER_COMPANY, COMPANIES

TIMEZONE = "America/New_York"
BEGIN = int(datetime(2026, 6, 10, 10, 0, tzinfo=UTC).timestamp())
"""06:00 in New York."""
EVERY_S = 15
UPLOAD_LAG_S = 40
YARD_S = 25 * 60
VISIT_S = (35 * 60, 75 * 60)
DRIVE_MPS = 12.0
MOTION_EVERY = 40
"""One statement in so many is the accelerometer's, not a fix."""
JITTER_M = 9.0
METRES_PER_DEGREE = 111_320.0
SPREAD_M = 9_000
NAMESPACE = uuid.UUID("6f0b9c8e-51f5-5d3b-8a47-0b5a9ce1be9c")

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Place:
    """A site: metres east and north of the company's origin, and how far its edge is from its middle."""

    name: str
    kind: str
    middle: Point
    radius_m: float


@dataclass(frozen=True, slots=True)
class Company:
    """A company of the workload."""

    number: int
    slug: str
    lat: float
    lon: float
    places: tuple[Place, ...]

    def position(self, point: Point) -> tuple[float, float]:
        """Longitude and latitude of metres, with the 7 decimals of a device."""
        lon = self.lon + point[0] / (METRES_PER_DEGREE * math.cos(math.radians(self.lat)))
        return round(lon, 7), round(self.lat + point[1] / METRES_PER_DEGREE, 7)

    def boundary(self, place: Place) -> dict[str, object]:
        """A place's outline as a GeoJSON polygon of twelve uneven corners."""
        chance = random.Random(f"{self.number}:{place.name}")  # noqa: S311 # the same on every run, and no secret
        corners = [self._corner(place, turn, chance.uniform(0.85, 1.15)) for turn in range(12)]
        return {"type": "Polygon", "coordinates": [[list(each) for each in (*corners, corners[0])]]}

    def _corner(self, place: Place, turn: int, stretch: float) -> tuple[float, float]:
        angle, away = turn * math.tau / 12, place.radius_m * stretch
        return self.position((place.middle[0] + away * math.cos(angle), place.middle[1] + away * math.sin(angle)))


@dataclass(frozen=True, slots=True)
class Badge:
    """A badge of a company, as it is registered."""

    company: Company
    number: int

    @property
    def serial(self) -> str:
        """The serial, unique over all companies."""
        return f"ACT-{self.company.number * 1000 + self.number:08X}"

    @property
    def device_uid(self) -> str:
        """The Notecard's identity."""
        return f"dev:8642{self.company.number * 1000 + self.number:011d}"


@dataclass(frozen=True, slots=True)
class Upload:
    """One post of a badge: the envelope's exact bytes, and when Notehub got it (epoch seconds)."""

    badge: Badge
    received_at: int
    body: bytes
    events: int


def all_companies() -> list[Company]:
    """The companies, each around an origin of its own, with a yard and customers' sites."""
    return [_company(number) for number in range(COMPANIES)]


def all_badges(companies: Sequence[Company]) -> list[Badge]:
    """Every badge, company by company in turn, as their uploads mix."""
    return [Badge(company, number) for number in range(BADGES_PER_COMPANY) for company in companies]


def all_uploads(badges: Sequence[Badge], *, count: int, events: int = BATCH) -> Iterator[Upload]:
    """`count` uploads of every badge in the order in which they come in: everybody's first, everybody's second, ..."""
    days = [_Day(badge, events=events) for badge in badges]
    for number in range(count):
        for day in days:
            yield day.upload(number)


def _company(number: int) -> Company:
    chance = random.Random(number)  # noqa: S311 # the same on every run, and no secret
    yard = Place("Yard", "yard", (0.0, 0.0), 70.0)
    sites = [
        Place(f"Site {each:02}", "customer_site", _spot(chance), chance.uniform(45, 110))
        for each in range(1, BOUNDARIES_PER_COMPANY)
    ]
    return Company(number, f"bench-{number:02}", 40.0 + number * 0.1, -75.0 - number * 0.1, (yard, *sites))


def _spot(chance: random.Random) -> Point:
    return chance.uniform(-SPREAD_M, SPREAD_M), chance.uniform(-SPREAD_M, SPREAD_M)


class _Day:
    """A worker's day: the yard, then from site to site; one position for every 15 s, however long it is asked for."""

    def __init__(self, badge: Badge, *, events: int) -> None:
        self.badge = badge
        self._events = events
        self._chance = random.Random(badge.serial)  # noqa: S311 # the same on every run, and no secret
        self._track = self._walk()
        self._sequence = 0

    def upload(self, number: int) -> Upload:
        """The next upload; they must be asked for in order."""
        events = [self._event() for _ in range(self._events)]
        received_at = BEGIN + self._sequence * EVERY_S + UPLOAD_LAG_S
        body = json.dumps(self._envelope(events, number, received_at), separators=(",", ":")).encode()
        return Upload(self.badge, received_at, body, self._events)

    def _event(self) -> dict[str, object]:
        self._sequence += 1
        (x, y), speed = next(self._track)
        if self._sequence % MOTION_EVERY == 1:
            payload: dict[str, object] = {"previous_state": "stationary", "new_state": "moving", "duration_s": 30}
            return self._stated("motion", payload)
        dx, dy = self._chance.gauss(0, JITTER_M / 2), self._chance.gauss(0, JITTER_M / 2)
        lon, lat = self.badge.company.position((x + dx, y + dy))
        accuracy = round(self._chance.uniform(3, 12), 1)
        payload = {"lat": lat, "lon": lon, "accuracy_m": accuracy, "fix_type": "3d", "speed_kmh": round(speed * 3.6, 1)}
        return self._stated("gps", payload)

    def _stated(self, kind: str, payload: dict[str, object]) -> dict[str, object]:
        at = datetime.fromtimestamp(BEGIN + self._sequence * EVERY_S, UTC)
        return {
            "device_id": self.badge.serial,
            "firmware_version": "1.4.2",
            "event_type": kind,
            "timestamp_utc": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "sequence_number": self._sequence,
            "payload": payload,
        }

    def _envelope(self, events: list[dict[str, object]], number: int, received_at: int) -> dict[str, object]:
        return {
            "event": str(uuid.uuid5(NAMESPACE, f"{self.badge.serial}:{number}")),
            "when": received_at - 5,
            "received": received_at + 0.25,
            "file": "badge.qo",
            "req": "note.add",
            "device": self.badge.device_uid,
            "sn": f"Badge {self.badge.serial}",
            "product": "product:com.example.badge",
            "app": "app:0a1b2c3d-0000-4000-8000-000000000001",
            "session": str(uuid.uuid5(NAMESPACE, f"session:{self.badge.serial}:{number}")),
            "transport": "cell:lte:fdd",
            "best_location_type": "tower",
            "best_lat": self.badge.company.lat,
            "best_lon": self.badge.company.lon,
            "body": {"events": events},
        }

    def _walk(self) -> Iterator[tuple[Point, float]]:
        places = self.badge.company.places
        here = places[0]
        yield from self._stay(here, YARD_S)
        while True:
            there = self._chance.choice(places[1:])
            yield from _drive(here.middle, there.middle)
            yield from self._stay(there, self._chance.uniform(*VISIT_S))
            here = there

    def _stay(self, place: Place, duration_s: float) -> Iterator[tuple[Point, float]]:
        """Round and round within the place, as a mower goes."""
        turn = self._chance.uniform(0, math.tau)
        for _ in range(int(duration_s / EVERY_S)):
            turn += 0.15
            away = place.radius_m * (0.3 + 0.3 * math.sin(turn * 0.37))
            yield (place.middle[0] + away * math.cos(turn), place.middle[1] + away * math.sin(turn)), 1.2


def _drive(start: Point, end: Point) -> Iterator[tuple[Point, float]]:
    steps = max(1, int(math.dist(start, end) / DRIVE_MPS / EVERY_S))
    for step in range(1, steps):
        part = step / steps
        yield (start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part), DRIVE_MPS
