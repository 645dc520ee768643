"""The evidence of presence: few exchanges, columns in binary, rows that become observations without a detour."""

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any, LiteralString
from uuid import UUID

import shapely
from psycopg import AsyncCursor
from psycopg.adapt import Buffer, Loader
from psycopg.pq import Format
from psycopg.rows import DictRow, RowMaker, dict_row

from adapters.postgres.discrepancies import discrepancy_from
from adapters.postgres.intervals import interval_from
from adapters.postgres.policies import policy_from_row
from adapters.postgres.queries import queries
from adapters.postgres.repository import Repository
from adapters.postgres.workdays import content_from
from domain.boundaries import BoundaryVersion, Shape, SiteKind, shape_of
from domain.ids import AssignmentId, BadgeId, CrewId, JobId, SiteId, WorkerId
from domain.observations import Observation
from domain.periods import Period
from domain.policies import Policy
from domain.revisions import DayKey, StoredDay, StoredInterval
from domain.schedules import CrewMembership, Job
from domain.scopes import SHIFT_LEAD_S, Person, Scope, ShiftStart, StoredWearer
from domain.tenancy import CompanyId
from domain.wearing import Assignment
from services.ports.presence import BadgeSpan, DaySpan, Neighbours, Surroundings, Tracks

SQL = queries("presence")
SQL_OF_POLICIES = queries("policies")
SQL_OF_INTERVALS = queries("intervals")
SQL_OF_WORKDAYS = queries("workdays")
SQL_OF_DISCREPANCIES = queries("discrepancies")
LOOK_BACK_S = 31 * 86_400
"""Farther than this no fix is looked for: an older silence reads the same, and partitions stay few."""
MOST_SHAPES = 20_000

Statement = tuple[LiteralString, Mapping[str, object]]


class ShapeCache:
    """Shapes by (company, site, number): versions are immutable, so this process may keep them."""

    def __init__(self, most: int = MOST_SHAPES) -> None:
        self._most = most
        self._shapes: OrderedDict[tuple[CompanyId, SiteId, int], Shape] = OrderedDict()

    def find(self, key: tuple[CompanyId, SiteId, int]) -> Shape | None:
        """The shape, when this process holds it."""
        shape = self._shapes.get(key)
        if shape is not None:
            self._shapes.move_to_end(key)
        return shape

    def keep(self, key: tuple[CompanyId, SiteId, int], shape: Shape) -> None:
        """Hold a shape; the one that was not asked for longest leaves."""
        self._shapes[key] = shape
        if len(self._shapes) > self._most:
            self._shapes.popitem(last=False)


SHAPES = ShapeCache()


class KnownIds(dict[bytes, UUID]):
    """Ids by their bytes; forgets all of them when there are too many."""

    def __missing__(self, raw: bytes) -> UUID:
        """Make an id that was not known."""
        if len(self) > MOST_SHAPES:
            self.clear()
        self[raw] = made = UUID(bytes=raw)
        return made


KNOWN_IDS = KnownIds()


class BadgeIdLoader(Loader):
    """Gives one and the same object for equal ids: a day of a badge has thousands of rows."""

    format = Format.BINARY

    def load(self, data: Buffer) -> UUID:
        """The id of sixteen bytes."""
        return KNOWN_IDS[bytes(data)]


def observation_row(_cursor: AsyncCursor[Any]) -> RowMaker[Observation]:
    """Rows of list_observations and list_context have the columns in the order of the fields.

    What `Observation._make` does, without its Python frame: this runs for every row of a day.
    """
    return partial(tuple.__new__, Observation)  # pyright: ignore[reportUnknownMemberType] # of any tuple


class PostgresPresence(Repository):
    """Implements services.ports.presence.PresenceEvidence."""

    async def find_scope(
        self, *, spans: Sequence[BadgeSpan], worker_ids: Collection[WorkerId], known: Period
    ) -> tuple[Scope, Mapping[BadgeSpan, int | None]]:
        """Who wears what in `known`, and the last qualified fix of each badge before its span, within 31 days."""
        given = {
            "badge_ids": [span.badge_id for span in spans],
            "worker_ids": list(worker_ids),
            "known_from": known.from_at,
            "known_to": known.to_at,
            "lead_from": known.from_at - SHIFT_LEAD_S,
        }
        (row,), (policy,), fixes = await self._exchange(
            (SQL["find_scope"], given),
            (SQL_OF_POLICIES["get_current_policy"], {}),
            (SQL["list_last_fixes"], _span_parameters(spans, lead_s=LOOK_BACK_S, lag_s=0)),
        )
        last_fixes = dict(zip(spans, (found["before_at"] for found in fixes), strict=True))
        return _scope(row, policy_from_row(policy), known), last_fixes

    async def list_tracks(self, spans: Sequence[BadgeSpan], *, motion_lead_s: int) -> Tracks:
        """Every observation in the spans, with what came before and still counts."""
        lead_s = max(motion_lead_s, SHIFT_LEAD_S)
        leads = {"motion_lead_s": motion_lead_s, "shift_lead_s": SHIFT_LEAD_S}
        around = _span_parameters(spans, lead_s=LOOK_BACK_S, lag_s=LOOK_BACK_S)
        async with self._connection.pipeline():
            inside = await self._ask_observations(SQL["list_observations"], _span_parameters(spans, lead_s=0, lag_s=0))
            before = await self._ask_observations(
                SQL["list_context"], _span_parameters(spans, lead_s=lead_s, lag_s=0) | leads
            )
            neighbours = await self._ask(SQL["list_neighbours"], around)
            runs = await self._ask(SQL["list_sequence_runs"], {"badge_ids": list({span.badge_id for span in spans})})
            observations = _by_badge(await inside.fetchall(), await before.fetchall())
            found = await neighbours.fetchall()
            received = _received(await runs.fetchall())
        places = (Neighbours(row["before_at"], row["after_at"]) for row in found)
        return Tracks(observations, dict(zip(spans, places, strict=True)), received)

    async def list_surroundings(
        self, cells: Collection[int], period: Period, wanted: Sequence[BadgeSpan], days: DaySpan | None
    ) -> Surroundings:
        """The versions in force in the period near the cells, and what is stored of badges and workers."""
        near: dict[str, object] = {"cells": list(cells), "earliest": period.from_at, "latest": period.to_at}
        stored = (SQL_OF_INTERVALS["list_intervals_within"], _span_parameters(wanted, lead_s=0, lag_s=0))
        rows = await self._exchange((SQL["list_candidate_boundaries"], near), stored, *_day_statements(days))
        shapes = await self._shapes([(SiteId(row["site_id"]), row["number"]) for row in rows[0]])
        return Surroundings(
            boundaries=[_boundary(row, shapes[row["site_id"], row["number"]]) for row in rows[0]],
            intervals=[StoredInterval(interval_from(row), row["revision"]) for row in rows[1]],
            days=dict(_stored_day(row) for row in rows[2]) if days else {},
            conflicts=[discrepancy_from(row) for row in rows[3]] if days else [],
        )

    def together(self) -> AbstractAsyncContextManager[object]:
        """Statements inside are sent without waiting for each other."""
        return self._connection.pipeline()

    async def list_jobs(self, site_ids: Collection[SiteId], period: Period) -> list[Job]:
        """The jobs scheduled at these sites at some time of the period."""
        rows = await self._rows(
            SQL["list_jobs_at_sites"], site_ids=list(site_ids), earliest=period.from_at, latest=period.to_at
        )
        return [_job(row) for row in rows]

    async def list_memberships(self, worker_ids: Collection[WorkerId], period: Period) -> list[CrewMembership]:
        """The crews of these workers at some time of the period."""
        rows = await self._rows(
            SQL["list_memberships"], worker_ids=list(worker_ids), earliest=period.from_at, latest=period.to_at
        )
        return [
            CrewMembership(CrewId(row["crew_id"]), WorkerId(row["worker_id"]), row["from_at"], row["to_at"])
            for row in rows
        ]

    async def _shapes(self, wanted: Sequence[tuple[SiteId, int]]) -> dict[tuple[UUID, int], Shape]:
        found = {key: SHAPES.find((self._company_id, *key)) for key in wanted}
        missing = [key for key, shape in found.items() if shape is None]
        if missing:
            site_ids, numbers = zip(*missing, strict=True)
            for row in await self._rows(SQL["list_shapes"], site_ids=list(site_ids), numbers=list(numbers)):
                key = (SiteId(row["site_id"]), row["number"])
                found[key] = shape = shape_of(shapely.from_wkb(bytes(row["wkb"])))
                SHAPES.keep((self._company_id, *key), shape)
        return {key: shape for key, shape in found.items() if shape is not None}

    async def _exchange(self, *statements: Statement) -> list[list[DictRow]]:
        """Several statements in one exchange with the server."""
        async with self._connection.pipeline():
            cursors = [await self._ask(statement, parameters) for statement, parameters in statements]
            return [await cursor.fetchall() for cursor in cursors]

    async def _ask(self, statement: LiteralString, parameters: Mapping[str, object]) -> AsyncCursor[DictRow]:
        cursor = self._connection.cursor(row_factory=dict_row)
        return await cursor.execute(statement, {**parameters, "company_id": self._company_id})

    async def _ask_observations(
        self, statement: LiteralString, parameters: Mapping[str, object]
    ) -> AsyncCursor[Observation]:
        cursor = self._connection.cursor(row_factory=observation_row, binary=True)
        cursor.adapters.register_loader("uuid", BadgeIdLoader)
        return await cursor.execute(statement, {**parameters, "company_id": self._company_id})


def _by_badge(*results: Sequence[Observation]) -> dict[BadgeId, list[Observation]]:
    """The rows of a badge follow each other, since each badge is a scan of its own."""
    found: dict[BadgeId, list[Observation]] = {}
    for rows in results:
        for badge_id, mine in groupby(rows, key=itemgetter(0)):
            found.setdefault(badge_id, []).extend(mine)
    return found


def _day_statements(days: DaySpan | None) -> list[Statement]:
    if days is None:
        return []
    worker_ids = list(days.worker_ids)
    dates = {"worker_ids": worker_ids, "first_on": days.first_on, "last_on": days.last_on}
    times = {"worker_ids": worker_ids, "earliest": days.period.from_at, "latest": days.period.to_at}
    return [
        (SQL_OF_WORKDAYS["list_current_workdays"], dates),
        (SQL_OF_DISCREPANCIES["list_open_conflicts"], times),
    ]


def _stored_day(row: DictRow) -> tuple[DayKey, StoredDay]:
    return (WorkerId(row["worker_id"]), row["work_date"]), StoredDay(row["revision"], content_from(row))


def _scope(row: DictRow, policy: Policy, known: Period) -> Scope:
    people = [Person(WorkerId(UUID(one)), code, zone) for one, code, zone in row["people"] or ()]
    return Scope(
        known=known,
        timezone=row["timezone"],
        policy=policy,
        people={person.id: person for person in people},
        assignments=[_assignment(one) for one in row["assignments"] or ()],
        shift_starts=[ShiftStart(BadgeId(UUID(badge)), code, at) for badge, code, at in row["shift_starts"] or ()],
        stored_wearers=[_stored_wearer(one) for one in row["stored_wearers"] or ()],
    )


def _span_parameters(spans: Sequence[BadgeSpan], *, lead_s: int, lag_s: int) -> dict[str, object]:
    return {
        "badge_ids": [span.badge_id for span in spans],
        "froms": [span.period.from_at for span in spans],
        "tos": [span.period.to_at for span in spans],
        "earliest": min((span.period.from_at for span in spans), default=0) - lead_s,
        "latest": max((span.period.to_at for span in spans), default=0) + lag_s,
    }


def _received(rows: Sequence[DictRow]) -> dict[BadgeId, Sequence[tuple[int, int]]]:
    return {
        BadgeId(badge_id): [(row["first_number"], row["last_number"]) for row in runs]
        for badge_id, runs in groupby(rows, key=itemgetter("badge_id"))
    }


def _assignment(row: Sequence[Any]) -> Assignment:
    one, badge, worker, from_at, to_at = row
    return Assignment(AssignmentId(UUID(one)), BadgeId(UUID(badge)), WorkerId(UUID(worker)), from_at, to_at)


def _stored_wearer(row: Sequence[Any]) -> StoredWearer:
    badge, worker, from_at, to_at = row
    return StoredWearer(BadgeId(UUID(badge)), WorkerId(UUID(worker)), Period(from_at, to_at))


def _boundary(row: DictRow, shape: Shape) -> BoundaryVersion:
    return BoundaryVersion(
        SiteId(row["site_id"]),
        SiteKind(row["kind"]),
        row["number"],
        row["valid_from"],
        row["valid_to"],
        row["area_m2"],
        shape,
    )


def _job(row: DictRow) -> Job:
    return Job(
        JobId(row["id"]),
        SiteId(row["site_id"]),
        row["scheduled_from"],
        row["scheduled_to"],
        frozenset(map(WorkerId, row["worker_ids"])),
        frozenset(map(CrewId, row["crew_ids"])),
    )
