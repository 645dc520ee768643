"""A scene in a database: its master data stored, its observations delivered in batches, its days read back."""

import uuid
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import psycopg
import shapely
from psycopg_pool import AsyncConnectionPool

from adapters.postgres.pool import new_pool
from adapters.postgres.unit_of_work import PostgresUnitOfWork, PostgresUnitsOfWork
from domain.boundaries import BoundaryVersion, cells_of
from domain.documents import drive_bys_from, parked_from, segments_from
from domain.ids import BadgeId, WorkerId
from domain.intervals import Interval
from domain.observations import Observation
from domain.periods import Period
from domain.revisions import DayKey, StoredDay
from domain.tenancy import Actor, CompanyId, system_actor
from domain.workdays import Workday
from services.backlog import Means
from services.ports.presence import BadgeSpan, DaySpan
from services.recompute import Recomputed, TouchedSpan, recompute_touched
from tests.environment import Database
from tests.scenes import Scene

RECEIPT = uuid.UUID(int=7)
REACH_M = 600.0
DAY_S = 86_400


def instant(at: int) -> datetime:
    """Epoch seconds as an instant."""
    return datetime.fromtimestamp(at, UTC)


class BrokenError(Exception):
    """What a test breaks a transaction with."""


@dataclass(frozen=True, slots=True)
class StoppedClock:
    """A clock that always says the same."""

    at: datetime

    def now(self) -> datetime:
        """The chosen instant."""
        return self.at


@dataclass
class Stage:
    """One company of a database that plays a scene."""

    database: Database
    scene: Scene
    company_id: CompanyId = field(default_factory=lambda: CompanyId(uuid.uuid4()))
    now: datetime = datetime(2026, 7, 1, 12, tzinfo=UTC)
    delivered: list[Observation] = field(default_factory=list[Observation])
    pool: AsyncConnectionPool = field(init=False)
    units: PostgresUnitsOfWork = field(init=False)

    @property
    def actor(self) -> Actor:
        """Who writes."""
        return system_actor(self.company_id, "test")

    async def open(self) -> "Stage":
        """Connect as the application, and store the scene's master data as the superuser."""
        self.pool = new_pool(self.database.url, size=4)
        self.units = PostgresUnitsOfWork(self.pool)
        self.store_master_data()
        return self

    async def close(self) -> None:
        """Give the connections back."""
        await self.pool.close()

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[PostgresUnitOfWork]:
        """A transaction as the application."""
        async with self.units(self.company_id) as uow:
            yield uow

    def run(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """Write rows behind the application's back."""
        with psycopg.connect(self.database.superuser_url, autocommit=True) as connection:
            connection.cursor().executemany(statement.encode(), [tuple(row) for row in rows])

    def read(self, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Look behind the curtain."""
        with psycopg.connect(self.database.superuser_url, autocommit=True) as connection:
            return connection.execute(statement.encode(), parameters).fetchall()

    def count(self, table: str) -> int:
        """How many rows of a table belong to the company."""
        return self.read(f"select count(*) from {table} where company_id = %s", self.company_id)[0][0]  # a name of ours

    # -- master data
    def store_master_data(self) -> None:
        """Everything that the scene was given, by its ids."""
        early = datetime(2025, 1, 1, tzinfo=UTC)
        if self.count("policies") == 0:
            self.store_company(early)
        self.store_sites()
        self.store_people()
        self.store_jobs()

    def store_company(self, early: datetime) -> None:
        """The company itself with its first policy."""
        company, scene = self.company_id, self.scene
        self.run(
            "insert into companies (id, slug, name, timezone, created_at) values (%s, %s, %s, %s, %s)",
            [(company, f"c-{company.hex}", "A company", scene.zone, early)],
        )
        policy = scene.policy
        figures = (policy.dwell_s, policy.min_fixes, policy.exit_buffer_m, policy.max_gap_s, policy.shift_gap_s)
        stops = (policy.stop_radius_m, policy.stop_s, policy.parked_s, policy.workweek_start.number)
        self.run(
            "insert into policies values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [(company, 1, *figures, *stops, "none", early)],
        )

    def store_sites(self) -> None:
        """Sites, the versions of their boundaries, and the cells of those."""
        company, early = self.company_id, datetime(2025, 1, 1, tzinfo=UTC)
        versions = self.scene.boundaries
        kinds = {one.site_id: str(one.site_kind) for one in versions}
        sites = [(company, site_id, f"Site {site_id}", kind, early) for site_id, kind in kinds.items()]
        self.run("insert into sites (company_id, id, name, kind, created_at) values (%s, %s, %s, %s, %s)", sites)
        for version in versions:
            self.add_boundary(version)

    def add_boundary(self, version: BoundaryVersion) -> None:
        """A version of a boundary with its grid cells."""
        company, shape = self.company_id, version.shape.geometry
        period = instant(version.valid_from), _instant_or_none(version.valid_to)
        key, early = (company, version.site_id, version.version), datetime(2025, 1, 1, tzinfo=UTC)
        self.run(
            "insert into boundary_versions values (%s, %s, %s, %s, %s, st_geomfromwkb(%s, 4326), %s, %s)",
            [(*key, *period, shapely.to_wkb(shape), version.area_m2, early)],
        )
        cells = [(company, cell, version.site_id, version.version) for cell in cells_of(shape, REACH_M)]
        self.run("insert into boundary_cells values (%s, %s, %s, %s)", cells)

    def store_people(self) -> None:
        """Branches for other zones, workers, badges, assignments."""
        company, scene, early = self.company_id, self.scene, datetime(2025, 1, 1, tzinfo=UTC)
        branches = {zone: uuid.uuid4() for zone in set(scene.zones.values()) - {scene.zone}}
        self.run(
            "insert into branches (company_id, id, name, timezone, created_at) values (%s, %s, %s, %s, %s)",
            [(company, branch, zone, zone, early) for zone, branch in branches.items()],
        )
        codes = {worker_id: code for code, worker_id in scene.codes.items()}
        self.run(
            "insert into workers (company_id, id, name, code, branch_id, created_at) values (%s, %s, %s, %s, %s, %s)",
            [
                (company, scene.id_of(name), name, codes[WorkerId(scene.id_of(name))], branches.get(zone), early)
                for name, zone in scene.zones.items()
            ],
        )
        for badge_id in {one.badge_id for one in scene.assignments} | {one.badge_id for one in scene.observations}:
            self.store_badge(badge_id)
        self.run(
            "insert into badge_assignments (company_id, id, badge_id, worker_id, from_at, to_at, created_at) "
            "values (%s, %s, %s, %s, %s, %s, %s)",
            [
                (company, one.id, one.badge_id, one.worker_id, instant(one.from_at), _instant_or_none(one.to_at), early)
                for one in scene.assignments
            ],
        )

    def store_badge(self, badge_id: BadgeId) -> None:
        """A badge; its names need not differ between companies here, for no device is registered."""
        text = f"{badge_id.int & 0xFFFFFFFF:08X}"
        self.run(
            "insert into badges (company_id, id, serial, device_uid, kind, lifecycle, created_at) "
            "values (%s, %s, %s, %s, 'badge', 'active', %s)",
            [(self.company_id, badge_id, f"ACT-{text}", f"dev:{text}", datetime(2025, 1, 1, tzinfo=UTC))],
        )

    def store_jobs(self) -> None:
        """Crews, their members, and jobs."""
        company, scene, early = self.company_id, self.scene, datetime(2025, 1, 1, tzinfo=UTC)
        crews = {one.crew_id for one in scene.memberships} | {crew for job in scene.jobs for crew in job.crew_ids}
        self.run(
            "insert into crews (company_id, id, name, created_at) values (%s, %s, %s, %s)",
            [(company, crew, "A crew", early) for crew in crews],
        )
        self.run(
            "insert into crew_members (company_id, id, crew_id, worker_id, from_at, to_at, created_at) "
            "values (%s, %s, %s, %s, %s, %s, %s)",
            [
                (
                    company,
                    uuid.uuid4(),
                    one.crew_id,
                    one.worker_id,
                    instant(one.from_at),
                    _instant_or_none(one.to_at),
                    early,
                )
                for one in scene.memberships
            ],
        )
        if not scene.jobs:
            return
        kind = uuid.uuid4()
        self.run(
            "insert into job_types (company_id, id, name, created_at) values (%s, %s, 'mowing', %s)",
            [(company, kind, early)],
        )
        self.run(
            "insert into jobs (company_id, id, site_id, job_type_id, scheduled_from, scheduled_to, budget_s, "
            "created_at) values (%s, %s, %s, %s, %s, %s, 3600, %s)",
            [
                (company, job.id, job.site_id, kind, instant(job.scheduled_from), instant(job.scheduled_to), early)
                for job in scene.jobs
            ],
        )
        self.run(
            "insert into job_workers values (%s, %s, %s)",
            [(company, j.id, w) for j in scene.jobs for w in j.worker_ids],
        )
        self.run(
            "insert into job_crews values (%s, %s, %s)", [(company, j.id, c) for j in scene.jobs for c in j.crew_ids]
        )

    # -- evidence
    async def deliver(self, observations: Sequence[Observation] | None = None) -> Recomputed:
        """Store observations once each, in one transaction with the recompute of what they touch."""
        given = self.scene.observations if observations is None else observations
        async with self.unit() as uow:
            await uow.marks.lock_presence()
            fresh = [one for one in dict.fromkeys(given) if one not in set(self.delivered)]
            self.delivered.extend(fresh)
            await self._insert(uow, fresh)
            touched = [
                TouchedSpan(badge, instant(min(times)), instant(max(times))) for badge, times in _times(fresh).items()
            ]
            return await recompute_touched(uow, touched, at=self.now, actor=self.actor, new_id=uuid.uuid4)

    async def store_and_break(self) -> None:
        """Store and recompute everything in a transaction that then fails; raises BrokenError."""
        mine = self.scene.observations
        async with self.unit() as uow:
            await self._insert(uow, mine)
            touched = [TouchedSpan(badge, instant(min(at)), instant(max(at))) for badge, at in _times(mine).items()]
            await recompute_touched(uow, touched, at=self.now, actor=self.actor, new_id=uuid.uuid4)
            raise BrokenError

    async def mark_everything(self) -> None:
        """Mark every day with evidence, as a change of the policy does."""
        async with self.unit() as uow:
            await uow.marks.mark_everything()

    @property
    def means(self) -> Means:
        """What working off the backlog needs, at the stage's own time."""
        return Means(self.units, StoppedClock(self.now), uuid.uuid4)

    def means_at(self, year: int, month: int, day: int) -> Means:
        """The same at noon of another day."""
        return Means(self.units, StoppedClock(datetime(year, month, day, 12, tzinfo=UTC)), uuid.uuid4)

    async def _insert(self, uow: PostgresUnitOfWork, fresh: Sequence[Observation]) -> None:
        cursor = uow.connection.cursor()
        await cursor.executemany(INSERT, [self._row(one) for one in fresh])
        for badge, times in _times(self.delivered).items():
            mine = [one for one in self.delivered if one.badge_id == badge]
            for day in {at // DAY_S for at in times}:
                await cursor.execute(DAY, (self.company_id, badge, instant(day * DAY_S), *_span_of(mine, day)))
            await cursor.execute(
                "delete from sequence_runs where company_id = %s and badge_id = %s", (self.company_id, badge)
            )
            await cursor.executemany(RUN, [(self.company_id, badge, *run) for run in _runs(mine)])
            trusted = [one.captured_at for one in mine if one.clock_trusted]
            await cursor.execute(STATE, (self.company_id, badge, instant(max(trusted)) if trusted else None))

    def _row(self, one: Observation) -> tuple[Any, ...]:
        at, quality = instant(one.captured_at), "event" if one.clock_trusted else "arrival"
        source = "gps" if one.kind == "fix" else None
        return (
            *(self.company_id, one.badge_id, at, at, one.sequence_number, str(one.kind), quality, source),
            *(one.lat, one.lon, one.accuracy_m, False, one.refused_by and str(one.refused_by), one.speed_mps),
            *(one.moving, one.motion_count, one.tag_mac, one.battery_pct, one.worker_code, RECEIPT),
        )

    # -- what comes out
    async def day(self, worker: str, on: str | None = None) -> StoredDay | None:
        """The current revision of a worker's day."""
        wanted = date.fromisoformat(on or self.scene.day)
        return (await self._stored_days([worker], wanted, wanted)).get((WorkerId(self.scene.id_of(worker)), wanted))

    async def days(self) -> dict[tuple[WorkerId, date], Workday]:
        """Every current day of the scene's workers, as it reads with unsettled drive-bys."""
        found = await self._stored_days(list(self.scene.zones), date(2020, 1, 1), date(2030, 1, 1))
        told = {key: one for key, one in found.items() if one.revision > 0 or one.content.unsettled != "[]"}
        return {key: _workday(*key, told[key]) for key in sorted(told)}

    async def _stored_days(self, workers: Sequence[str], first_on: date, last_on: date) -> Mapping[DayKey, StoredDay]:
        ids = [WorkerId(self.scene.id_of(name)) for name in workers]
        async with self.unit() as uow:
            span = DaySpan(ids, first_on, last_on, Period(0, 1))
            return (await uow.presence.list_surroundings((), Period(0, 1), (), span)).days

    async def rows(self, worker: str, on: str | None = None) -> list[Any]:
        """A worker's segments as kind, site or cause, from, to."""
        stored = await self.day(worker, on)
        return [] if stored is None else [self.scene.row(one) for one in segments_from(stored.content.text)]

    async def intervals(self) -> list[Interval]:
        """Every stored interval of the company, by badge and beginning."""
        badges = sorted({one.badge_id for one in self.delivered})
        async with self.unit() as uow:
            spans = [BadgeSpan(badge, Period(0, 2**33)) for badge in badges]
            found = await uow.presence.list_surroundings((), Period(0, 1), spans, None)
        return sorted((one.interval for one in found.intervals), key=lambda one: (one.badge_id, one.from_at))


def _workday(worker_id: WorkerId, on: date, stored: StoredDay) -> Workday:
    content = stored.content
    passed = drive_bys_from(content.text, content.unsettled, worker_id)
    parked = parked_from(content.text, worker_id)
    return Workday(worker_id, on, content.timezone, segments_from(content.text), parked, passed, content.totals)


def _instant_or_none(at: int | None) -> datetime | None:
    return None if at is None else instant(at)


def _times(observations: Iterable[Observation]) -> dict[BadgeId, list[int]]:
    times: dict[BadgeId, list[int]] = {}
    for one in observations:
        times.setdefault(one.badge_id, []).append(one.captured_at)
    return times


def _span_of(observations: Sequence[Observation], day: int) -> tuple[Any, ...]:
    times = [one.captured_at for one in observations if one.captured_at // DAY_S == day]
    placed = [
        (one.lat, one.lon)
        for one in observations
        if one.captured_at // DAY_S == day and one.lat is not None and one.lon is not None and one.refused_by is None
    ]
    box: tuple[Any, ...] = (None, None, None, None)
    if placed:
        lats, lons = zip(*placed, strict=True)
        box = (min(lons), min(lats), max(lons), max(lats))
    return instant(min(times)), instant(max(times)), *box


def _runs(observations: Sequence[Observation]) -> list[tuple[int, int, datetime]]:
    runs: list[tuple[int, int, datetime]] = []
    numbered = {one.sequence_number: one.captured_at for one in observations if one.sequence_number is not None}
    for number in sorted(numbered):
        at = instant(numbered[number])
        if runs and runs[-1][1] + 1 == number:
            runs[-1] = (runs[-1][0], number, max(runs[-1][2], at))
        else:
            runs.append((number, number, at))
    return runs


INSERT = """
insert into observations (
    company_id, badge_id, captured_at, received_at, sequence_number, kind, time_quality, source, lat, lon, accuracy_m,
    accuracy_assumed, refused_by, speed_mps, moving, motion_count, tag_mac, battery_pct, worker_code, receipt_id
)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
DAY = """
insert into evidence_days values (%s, %s, %s, %s, %s, %s, %s, %s, %s)
on conflict (company_id, badge_id, day) do update
set first_at = excluded.first_at, last_at = excluded.last_at,
    west = excluded.west, south = excluded.south, east = excluded.east, north = excluded.north
"""
RUN = "insert into sequence_runs values (%s, %s, %s, %s, %s)"
STATE = """
insert into badge_states (company_id, badge_id, last_captured_at) values (%s, %s, %s)
on conflict (company_id, badge_id) do update set last_captured_at = excluded.last_captured_at
"""
