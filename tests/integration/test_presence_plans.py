"""The plans of the hot statements, as the application's role, on tables that are large enough to matter."""

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import psycopg
import pytest

from adapters.postgres.queries import queries
from tests.environment import Database

COMPANY = uuid.UUID(int=1)
BADGE = uuid.UUID(int=1_000_001)
WORKER = uuid.UUID(int=2_000_001)
DAY_S = 86_400
FROM_AT = int(datetime(2026, 6, 10, 4, tzinfo=UTC).timestamp())
BIG = ("observations", "workdays", "intervals", "boundary_cells", "boundary_versions", "recompute_marks")
FILL = """
create function pg_temp.id(n bigint) returns uuid language sql immutable as
    $$ select ('00000000-0000-0000-0000-' || lpad(to_hex(n), 12, '0'))::uuid $$;
insert into companies (id, slug, name, timezone, created_at)
select pg_temp.id(c), 'c-' || c, 'Company ' || c, 'America/New_York', now() from generate_series(1, 10) as c;
insert into workers (company_id, id, name, code, created_at)
select pg_temp.id(c), pg_temp.id(2000000 + w), 'Worker ' || w, 'W' || w, now()
from generate_series(1, 10) as c, generate_series(1, 50) as w;
insert into badges (company_id, id, serial, device_uid, kind, lifecycle, created_at)
select pg_temp.id(c), pg_temp.id(1000000 + b), 'ACT-' || b, 'dev:' || b, 'badge', 'active', now()
from generate_series(1, 10) as c, generate_series(1, 50) as b;
insert into badge_assignments (company_id, id, badge_id, worker_id, from_at, created_at)
select pg_temp.id(c), pg_temp.id(3000000 + b), pg_temp.id(1000000 + b), pg_temp.id(2000000 + b), '2025-01-01', now()
from generate_series(1, 10) as c, generate_series(1, 50) as b;
insert into sites (company_id, id, name, kind, created_at)
select pg_temp.id(1), pg_temp.id(4000000 + s), 'Site ' || s, 'customer_site', now() from generate_series(1, 5000) as s;
insert into boundary_versions (company_id, site_id, number, valid_from, boundary, area_m2, created_at)
select pg_temp.id(1), pg_temp.id(4000000 + s), 1, '2025-01-01',
    st_expand(st_setsrid(st_makepoint(-74 + (s % 70) * 0.01, 40 + (s / 70) * 0.01), 4326), 0.001),
    1, now()
from generate_series(1, 5000) as s;
insert into boundary_cells (company_id, cell, site_id, number)
select pg_temp.id(1), 2600000000 + s * 2 + n, pg_temp.id(4000000 + s), 1
from generate_series(1, 5000) as s, generate_series(0, 3) as n;
insert into observations (
    company_id, badge_id, captured_at, received_at, sequence_number, kind, time_quality, lat, lon, accuracy_m,
    accuracy_assumed, receipt_id
)
select pg_temp.id(c), pg_temp.id(1000000 + b), at, at, 1, 'fix', 'event', 40, -74, 8, false, pg_temp.id(1)
from generate_series(1, 10) as c, generate_series(1, 10) as b,
    generate_series('2026-04-15'::timestamptz, '2026-07-15', interval '1 hour') as at;
insert into workdays (
    company_id, worker_id, work_date, revision, timezone, recorded_at, on_site_s, yard_s, travel_s, stop_s, unknown_s,
    proven_s, possible_s, content, policy_version
)
select pg_temp.id(c), pg_temp.id(2000000 + w), d::date, 1, 'America/New_York', now(), 1, 0, 0, 0, 0, 1, 1,
    '{"segments":[],"parked":[],"drive_bys":[]}', 1
from generate_series(1, 10) as c, generate_series(1, 50) as w,
    generate_series('2026-01-01'::timestamp, '2026-07-31', interval '1 day') as d;
insert into intervals (
    company_id, badge_id, from_at, to_at, worker_id, site_id, boundary_number, started_by, ended_by, ambiguous,
    fixes_used, fixes_refused, excursions, tags, policy_version, revision
)
select pg_temp.id(1), pg_temp.id(1000000 + b), at, at + interval '1 hour', pg_temp.id(2000000 + b),
    pg_temp.id(4000000 + b), 1, 'moved', 'moved', false, 1, '{}', '[]', '{}', 1, 1
from generate_series(1, 50) as b, generate_series('2026-01-01'::timestamptz, '2026-07-31', interval '6 hours') as at;
analyze;
"""


@pytest.fixture(scope="module")
def large(module_database: Database) -> Database:
    """A database with 10 companies, one of them with 5,000 boundaries."""
    with psycopg.connect(module_database.superuser_url, autocommit=True) as connection:
        connection.execute(FILL.encode())
    return module_database


@pytest.fixture
def app(large: Database) -> Iterator[psycopg.Connection]:
    """The application inside a transaction of the first company."""
    with psycopg.connect(large.url) as connection:
        connection.execute("select set_config('app.company_id', %s, true)", [str(COMPANY)])
        yield connection
        connection.rollback()


def plan(connection: psycopg.Connection, noun: str, name: str, **parameters: object) -> list[dict[str, Any]]:
    """The nodes of a statement's plan."""
    statement = f"explain (format json) {queries(noun)[name]}"
    row = connection.execute(statement.encode(), {**parameters, "company_id": COMPANY}).fetchone()
    assert row is not None
    return list(_nodes(row[0][0]["Plan"]))


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("Plans", ()):
        yield from _nodes(child)


def scanned(nodes: list[dict[str, Any]]) -> set[str]:
    """The tables that are read from end to end, of those that grow."""
    found = {node["Relation Name"] for node in nodes if node["Node Type"] == "Seq Scan"}
    return {table for table in found if table.startswith(BIG)}


def touched(nodes: list[dict[str, Any]], prefix: str) -> set[str]:
    """The tables of a prefix that a plan reads at all."""
    return {node["Relation Name"] for node in nodes if node.get("Relation Name", "").startswith(prefix)}


SPANS: dict[str, object] = {"badge_ids": [BADGE], "froms": [FROM_AT], "tos": [FROM_AT + DAY_S]}


class TestPlans:
    def test_of_a_workers_week_use_the_key(self, app: psycopg.Connection) -> None:
        week = {"first_on": date(2026, 6, 7), "end_on": date(2026, 6, 14)}

        nodes = plan(app, "workdays", "list_week_totals", worker_id=WORKER, **week)

        assert not scanned(nodes)
        assert any("Index" in node["Node Type"] for node in nodes)

    def test_of_a_companys_week_use_an_index(self, app: psycopg.Connection) -> None:
        week = {"first_on": date(2026, 6, 7), "end_on": date(2026, 6, 14)}

        nodes = plan(app, "workdays", "list_hours", after=None, limit=51, **week)

        assert not scanned(nodes)

    def test_of_a_badges_day_read_one_partition_by_index(self, app: psycopg.Connection) -> None:
        bounds = {"earliest": FROM_AT, "latest": FROM_AT + DAY_S}

        nodes = plan(app, "presence", "list_observations", **SPANS, **bounds)

        assert touched(nodes, "observations") == {"observations_2026_06"}
        assert not scanned(nodes)

    def test_of_the_neighbours_of_a_window_read_the_months_around_it_only(self, app: psycopg.Connection) -> None:
        bounds = {"earliest": FROM_AT - 31 * DAY_S, "latest": FROM_AT + 32 * DAY_S}

        nodes = plan(app, "presence", "list_neighbours", **SPANS, **bounds)

        assert touched(nodes, "observations") == {f"observations_2026_0{month}" for month in (5, 6, 7)}
        assert not scanned(nodes)

    def test_of_wearing_scan_nothing_that_grows(self, app: psycopg.Connection) -> None:
        known = {"known_from": FROM_AT - 2 * DAY_S, "known_to": FROM_AT + 3 * DAY_S, "lead_from": FROM_AT - 3 * DAY_S}

        nodes = plan(app, "presence", "find_scope", badge_ids=[BADGE], worker_ids=[], **known)

        assert not scanned(nodes)

    def test_of_what_a_read_day_asks_besides_scan_nothing_that_grows(self, app: psycopg.Connection) -> None:
        days = {"first_day": date(2026, 6, 8), "last_day": date(2026, 6, 12)}
        period = {"since": FROM_AT, "until": FROM_AT + DAY_S}
        badges = {"badge_ids": [BADGE]}

        nodes = [
            *plan(app, "workdays", "find_pending", worker_id=WORKER, **days),
            *plan(app, "workdays", "list_badge_progress", worker_id=WORKER, lead_from=FROM_AT - DAY_S, **period),
            *plan(app, "workdays", "list_shift_events", **badges, **period),
        ]

        assert scanned(nodes) <= {"recompute_marks"}  # which is empty here

    def test_of_a_code_that_changes_hands_read_its_shift_events_only(self, app: psycopg.Connection) -> None:
        nodes = plan(app, "marks", "mark_worker_codes", codes=["W1"])

        filled = {f"observations_2026_0{month}" for month in (4, 5, 6, 7)}
        assert touched(nodes, "observations") >= filled
        assert not scanned(nodes) & filled

    def test_of_candidates_among_5000_boundaries_use_the_cells_under_row_level_security(
        self, app: psycopg.Connection, large: Database
    ) -> None:
        cells: dict[str, object] = {"cells": [2600000100, 2600000101], "earliest": FROM_AT, "latest": FROM_AT + DAY_S}

        as_app = plan(app, "presence", "list_candidate_boundaries", **cells)
        with psycopg.connect(large.superuser_url) as connection:
            as_superuser = plan(connection, "presence", "list_candidate_boundaries", **cells)

        assert not scanned(as_app)
        assert indexes(as_app) == indexes(as_superuser) >= {"boundary_cells_pk", "boundary_versions_pk"}

    @pytest.mark.parametrize("of", ["worker", "badge", "site"])
    def test_of_intervals_use_the_index_of_their_subject(self, app: psycopg.Connection, of: str) -> None:
        page = {"since": FROM_AT, "until": FROM_AT + DAY_S, "earliest": FROM_AT - 32 * DAY_S, "limit": 51}
        place = {"after_from": 0, "after_badge_id": uuid.UUID(int=0)}
        subject = {"worker": WORKER, "badge": BADGE, "site": uuid.UUID(int=4_000_001)}[of]

        nodes = plan(app, "intervals", f"list_{of}_intervals", subject_id=subject, **page, **place)

        assert not scanned(nodes)

    def test_of_what_is_compared_use_the_keys(self, app: psycopg.Connection) -> None:
        days = {"worker_ids": [WORKER], "first_on": date(2026, 6, 9), "last_on": date(2026, 6, 11)}

        nodes = [
            *plan(app, "intervals", "list_intervals_within", **SPANS),
            *plan(app, "workdays", "list_current_workdays", **days),
        ]

        assert not scanned(nodes)


def indexes(nodes: list[dict[str, Any]]) -> set[str]:
    """The indexes of a plan."""
    return {node["Index Name"] for node in nodes if "Index Name" in node}
