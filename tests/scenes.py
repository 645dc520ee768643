"""A small stage for presence: sites in metres around an origin, badges that stay and go, and days in clock times."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from math import cos, hypot, radians, sin, sqrt
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import shapely

from domain.boundaries import BoundaryVersion, SiteKind, shape_of
from domain.evidence import Evidence
from domain.ids import AssignmentId, BadgeId, CrewId, JobId, SiteId, WorkerId
from domain.observations import Observation, ObservationKind, Refusal
from domain.periods import Period
from domain.policies import Policy
from domain.presence import Presence, compute
from domain.schedules import CrewMembership, Job
from domain.wearing import Assignment
from domain.workdays import Segment, Workday

ORIGIN_LAT, ORIGIN_LON = 40.72, -74.17
LAT_M = (
    radians(1) * 6378137.0 * (1 - 6.69437999014e-3) / sqrt(1 - 6.69437999014e-3 * sin(radians(ORIGIN_LAT)) ** 2) ** 3
)
LON_M = radians(1) * 6378137.0 / sqrt(1 - 6.69437999014e-3 * sin(radians(ORIGIN_LAT)) ** 2) * cos(radians(ORIGIN_LAT))
NEW_YORK = "America/New_York"
EARLY = "2026-01-01T00:00"
GOLDEN_ANGLE = 2.399963

Point = tuple[float, float]
Row = tuple[str, str | None, str, str]


def a_place(x: float, y: float) -> tuple[float, float]:
    """Metres east and north of the origin as latitude and longitude with 7 decimals, as a device writes them."""
    return round(ORIGIN_LAT + y / LAT_M, 7), round(ORIGIN_LON + x / LON_M, 7)


def a_rect(x0: float, y0: float, x1: float, y1: float, holes: Sequence[Sequence[Point]] = ()) -> shapely.Geometry:
    """A rectangle in metres, with holes."""
    return a_polygon([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], holes)


def a_polygon(points: Sequence[Point], holes: Sequence[Sequence[Point]] = ()) -> shapely.Geometry:
    """A polygon in metres, with holes."""
    return shapely.Polygon(_ring(points), [_ring(hole) for hole in holes])


def _ring(points: Sequence[Point]) -> list[Point]:
    return [a_place(x, y)[::-1] for x, y in points]


@dataclass
class Scene:
    """Builds evidence from names; what is read back is named the same way."""

    day: str = "2026-06-10"
    zone: str = NEW_YORK
    policy: Policy = field(default_factory=Policy)
    seed: int = 0
    """Shifts all ids, and with an odd number turns their order around."""
    observations: list[Observation] = field(default_factory=list[Observation])
    boundaries: list[BoundaryVersion] = field(default_factory=list[BoundaryVersion])
    assignments: list[Assignment] = field(default_factory=list[Assignment])
    jobs: list[Job] = field(default_factory=list[Job])
    memberships: list[CrewMembership] = field(default_factory=list[CrewMembership])
    codes: dict[str, WorkerId] = field(default_factory=dict[str, WorkerId])
    zones: dict[str, str] = field(default_factory=dict[str, str])
    received: dict[BadgeId, Sequence[tuple[int, int]]] = field(default_factory=dict[BadgeId, Sequence[tuple[int, int]]])
    heard_later: set[BadgeId] = field(default_factory=set[BadgeId])
    window: Period | None = None
    names: dict[str, UUID] = field(default_factory=dict[str, UUID])
    numbers: dict[str, "count[int]"] = field(default_factory=dict[str, "count[int]"])

    # -- names and times
    def id_of(self, name: str) -> UUID:
        """The id of a name; ids grow in the order in which names are first used, unless the seed is odd."""
        if name not in self.names:
            number = len(self.names) + 1
            self.names[name] = UUID(int=self.seed * 1000 + (1000 - number if self.seed % 2 else number))
        return self.names[name]

    def name_of(self, some_id: UUID | None) -> str | None:
        """The name of an id."""
        return next((name for name, known in self.names.items() if known == some_id), None)

    def at(self, text: str | int) -> int:
        """Epoch seconds of a clock time on the day, a local `dateTtime`, or an instant with Z."""
        if isinstance(text, int):
            return text
        if text.endswith("Z"):
            return int(datetime.fromisoformat(text).timestamp())
        on, clock = text.split("T") if "T" in text else (self.day, text)
        moment = datetime.fromisoformat(f"{on}T{clock}").replace(tzinfo=ZoneInfo(self.zone))
        return int(moment.timestamp())

    def clock(self, at: int) -> str:
        """The clock time of an instant: seconds and date only where they matter."""
        moment = datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(self.zone))
        clock = moment.strftime("%H:%M:%S" if moment.second else "%H:%M")
        return clock if moment.date().isoformat() == self.day else f"{moment.date()}T{clock}"

    # -- what is given
    def has_site(
        self,
        name: str,
        boundary: shapely.Geometry,
        *,
        kind: SiteKind = SiteKind.CUSTOMER_SITE,
        valid_from: str = EARLY,
        valid_to: str | None = None,
        area_m2: float | None = None,
    ) -> None:
        """Give a site a boundary; another call for the same name is a later version."""
        site_id = SiteId(self.id_of(name))
        version = 1 + sum(1 for one in self.boundaries if one.site_id == site_id)
        area = float(shapely.area(boundary)) * LAT_M * LON_M if area_m2 is None else area_m2
        end = None if valid_to is None else self.at(valid_to)
        shape = shape_of(boundary)
        self.boundaries.append(BoundaryVersion(site_id, kind, version, self.at(valid_from), end, area, shape))

    def has_yard(self, name: str = "yard", boundary: shapely.Geometry | None = None) -> None:
        """Give the company a yard of 100 m around the origin."""
        self.has_site(name, boundary or a_rect(-50, -50, 50, 50), kind=SiteKind.YARD)

    def has_worker(self, name: str, badge: str | None = None, *, zone: str | None = None) -> None:
        """Make a worker, wearing a badge from early on."""
        self.zones[name] = zone or self.zone
        self.codes[name.upper()] = WorkerId(self.id_of(name))
        if badge is not None:
            self.assign(badge, name)

    def assign(self, badge: str, worker: str, start: str | int = EARLY, end: str | int | None = None) -> None:
        """Assign a badge."""
        number = AssignmentId(UUID(int=10**6 + len(self.assignments)))
        stop = None if end is None else self.at(end)
        ids = BadgeId(self.id_of(badge)), WorkerId(self.id_of(worker))
        self.assignments.append(Assignment(number, *ids, self.at(start), stop))

    def plan(
        self, site: str, start: str | int, end: str | int, *, workers: Iterable[str] = (), crews: Iterable[str] = ()
    ) -> None:
        """Schedule a job."""
        job_id = JobId(UUID(int=2 * 10**6 + len(self.jobs)))
        worker_ids = frozenset(WorkerId(self.id_of(name)) for name in workers)
        crew_ids = frozenset(CrewId(self.id_of(name)) for name in crews)
        self.jobs.append(Job(job_id, SiteId(self.id_of(site)), self.at(start), self.at(end), worker_ids, crew_ids))

    def join_crew(self, crew: str, worker: str, start: str = EARLY, end: str | None = None) -> None:
        """Make a worker a member of a crew."""
        ids = CrewId(self.id_of(crew)), WorkerId(self.id_of(worker))
        self.memberships.append(CrewMembership(*ids, self.at(start), None if end is None else self.at(end)))

    # -- what badges state
    def state(self, badge: str, kind: ObservationKind, at: str | int, **more: Any) -> Observation:
        """Add any observation; it gets the badge's next sequence number."""
        numbers = self.numbers.setdefault(badge, count(1))
        number = more.pop("number") if "number" in more else next(numbers)
        observation = Observation(BadgeId(self.id_of(badge)), self.at(at), number, kind, **more)
        self.observations.append(observation)
        return observation

    def fix(self, badge: str, at: str | int, place: Point, *, acc: float = 8, **more: Any) -> Observation:
        """Add a fix, in metres."""
        lat, lon = a_place(*place)
        return self.state(badge, ObservationKind.FIX, at, lat=lat, lon=lon, accuracy_m=acc, **more)

    def refused(self, badge: str, at: str | int, place: Point, rule: Refusal, **more: Any) -> Observation:
        """Add a fix that a rule refused."""
        return self.fix(badge, at, place, refused_by=rule, **more)

    def stay(
        self, badge: str, place: Point, start: str | int, end: str | int, *, every: int = 60, jitter: float = 0
    ) -> None:
        """Fixes around a place, at the end too."""
        for number, at in enumerate(_times(self.at(start), self.at(end), every)):
            dx, dy = _jitter(number, jitter)
            self.fix(badge, at, (place[0] + dx, place[1] + dy))

    def go(self, badge: str, first: Point, last: Point, start: str | int, end: str | int, *, every: int = 15) -> None:
        """Fixes along a line, with the speed that it takes."""
        begin, stop = self.at(start), self.at(end)
        speed = hypot(last[0] - first[0], last[1] - first[1]) / max(1, stop - begin)
        for at in _times(begin, stop, every):
            part = (at - begin) / max(1, stop - begin)
            place = (first[0] + (last[0] - first[0]) * part, first[1] + (last[1] - first[1]) * part)
            self.fix(badge, at, place, speed_mps=speed)

    def moves(self, badge: str, *times: str | int) -> None:
        """The badge's accelerometer says `moving`."""
        for at in times:
            self.state(badge, ObservationKind.MOTION, at, moving=True)

    def rests(self, badge: str, *times: str | int) -> None:
        """The badge's accelerometer says `stationary`."""
        for at in times:
            self.state(badge, ObservationKind.MOTION, at, moving=False)

    def begins_shift(self, badge: str, at: str, code: str) -> None:
        """A shift_start with a worker code."""
        self.state(badge, ObservationKind.SHIFT_START, at, worker_code=code)

    def ends_shift(self, badge: str, at: str, code: str) -> None:
        """A shift_end with a worker code."""
        self.state(badge, ObservationKind.SHIFT_END, at, worker_code=code)

    # -- what comes out
    def evidence(self, observations: Sequence[Observation] | None = None) -> Evidence:
        """All that was given; the window is whole days around it unless it was chosen."""
        given = self.observations if observations is None else observations
        return Evidence(
            window=self.window or self._all_days(),
            policy=self.policy,
            observations=given,
            boundaries=self.boundaries,
            assignments=self.assignments,
            jobs=self.jobs,
            memberships=self.memberships,
            worker_codes=self.codes,
            zones={WorkerId(self.id_of(name)): zone for name, zone in self.zones.items()},
            received_numbers=self.received or _runs(given),
            heard_later=frozenset(self.heard_later),
        )

    def _all_days(self) -> Period:
        times = [observation.captured_at for observation in self.observations] or [self.at("12:00")]
        slack = int(timedelta(days=2).total_seconds())
        return Period(min(times) - slack, max(times) + slack)

    def presence(self, observations: Sequence[Observation] | None = None) -> Presence:
        """What the evidence tells."""
        return compute(self.evidence(observations))

    def workday(self, worker: str, on: str | None = None) -> Workday | None:
        """A worker's day, or None when it is empty."""
        wanted = date.fromisoformat(on or self.day)
        worker_id = self.id_of(worker)
        days = self.presence().workdays
        return next((day for day in days if day.worker_id == worker_id and day.work_date == wanted), None)

    def rows(self, worker: str, on: str | None = None) -> list[Row]:
        """A worker's segments as kind, site or cause, from, to."""
        day = self.workday(worker, on)
        return [self.row(segment) for segment in day.segments] if day else []

    def row(self, segment: Segment) -> Row:
        """A segment as kind, site or cause, from, to."""
        what = self.name_of(segment.site_id) if segment.cause is None else str(segment.cause)
        return str(segment.kind), what, self.clock(segment.from_at), self.clock(segment.to_at)

    def parked(self, worker: str, on: str | None = None) -> list[tuple[str | None, str, str]]:
        """What a day names as parked: site, from, to."""
        day = self.workday(worker, on)
        spans = day.parked if day else ()
        return [(self.name_of(one.site_id), self.clock(one.from_at), self.clock(one.to_at)) for one in spans]

    def drive_bys(self, worker: str, on: str | None = None) -> list[tuple[str | None, str, str]]:
        """What a day names as drive-bys: site, from, to."""
        day = self.workday(worker, on)
        passed = day.drive_bys if day else ()
        return [(self.name_of(one.site_id), self.clock(one.from_at), self.clock(one.to_at)) for one in passed]

    def visits(self, badge: str) -> list[tuple[str | None, str, str, str, str]]:
        """A badge's intervals: site, from, to, started by, ended by."""
        badge_id = self.id_of(badge)
        return [
            (self.name_of(one.site_id), self.clock(one.from_at), self.clock(one.to_at), one.started_by, one.ended_by)
            for one in self.presence().intervals
            if one.badge_id == badge_id
        ]

    def totals(self, worker: str, on: str | None = None) -> Mapping[str, int]:
        """A day's totals that are not zero."""
        day = self.workday(worker, on)
        names = ("on_site_s", "yard_s", "travel_s", "stop_s", "unknown_s")
        return {name: getattr(day.totals, name) for name in names if day and getattr(day.totals, name)}

    def shifted(self, seconds: int) -> "Scene":
        """The same scene at another time."""
        moved = [one._replace(captured_at=one.captured_at + seconds) for one in self.observations]
        later = [replace(one, valid_from=one.valid_from + seconds) for one in self.boundaries]
        given = [replace(one, from_at=one.from_at + seconds) for one in self.assignments]
        return replace(self, observations=moved, boundaries=later, assignments=given)


def _times(start: int, end: int, every: int) -> list[int]:
    times = list(range(start, end + 1, every))
    return times if times[-1] == end else [*times, end]


def _jitter(number: int, radius: float) -> Point:
    angle, away = number * GOLDEN_ANGLE, radius * sqrt((number * 37 % 97) / 96)
    return away * cos(angle), away * sin(angle)


def _runs(observations: Iterable[Observation]) -> dict[BadgeId, list[tuple[int, int]]]:
    runs: dict[BadgeId, list[tuple[int, int]]] = {}
    numbered = {(one.badge_id, one.sequence_number) for one in observations if one.sequence_number is not None}
    for badge, number in sorted(numbered, key=lambda pair: (pair[0], pair[1] or 0)):
        mine = runs.setdefault(badge, [])
        if mine and number == mine[-1][1] + 1:
            mine[-1] = (mine[-1][0], number)
        elif number is not None:
            mine.append((number, number))
    return runs
