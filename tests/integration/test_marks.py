"""Marks: which days a change of master data asks to be computed anew, and the nudge that follows."""

import json
from datetime import date
from typing import Any

import psycopg
import pytest

from bootstrap.runtime import runtime
from tests.fakes.bus import FakeBus
from tests.index import Api
from tests.integration.estate import BOUNDARY, EARLY, SQUARE, Estate, a_badge_body, a_job_body, a_site_body, an_estate

HERE = (-74.1698, 40.7202, -74.1692, 40.7208)
"""Inside the square of the estate."""
JUST_OUTSIDE = (-74.1640, 40.7202, -74.1635, 40.7208)
"""Some 420 m east of the square: within 600 m."""
FAR = (-74.1, 40.7202, -74.09, 40.7208)
JUNE_9, JUNE_10, JUNE_11, JUNE_20 = (date(2026, 6, day) for day in (9, 10, 11, 20))
Marks = list[tuple[str, str, date]]


@pytest.fixture
def api(shared_api: Api) -> Api:
    """Each test makes companies of its own, so that one database does for all."""
    return shared_api


@pytest.fixture
def bus(api: Api, monkeypatch: pytest.MonkeyPatch) -> FakeBus:
    """A bus in memory in the place of the broker."""
    fake = FakeBus()
    monkeypatch.setitem(runtime().__dict__, "bus", fake)
    return fake


def hear(api: Api, estate: Estate, *days: date, box: tuple[float, ...] | None = HERE, badge: str | None = None) -> None:
    """Evidence of the badge on these days, as ingest would leave it."""
    west, south, east, north = box or (None,) * 4
    with psycopg.connect(api.database.superuser_url) as connection:
        for day in days:
            connection.execute(
                "insert into evidence_days (company_id, badge_id, day, first_at, last_at, west, south, east, north) "
                "values (%s, %s, %s, %s::date + time '14:00', %s::date + time '20:00', %s, %s, %s, %s)",
                [estate.company.id, badge or estate.badge, day, day, day, west, south, east, north],
            )


def compute(api: Api, estate: Estate, worker: str, *days: date) -> None:
    """Days of the worker that were computed before."""
    with psycopg.connect(api.database.superuser_url) as connection:
        for day in days:
            connection.execute(
                "insert into workdays (company_id, worker_id, work_date, revision, timezone, recorded_at, on_site_s, "
                "yard_s, travel_s, stop_s, unknown_s, proven_s, possible_s, content, policy_version) "
                "values (%s, %s, %s, 1, 'UTC', now(), 0, 0, 0, 0, 0, 0, 0, '{}', 1)",
                [estate.company.id, worker, day],
            )


def marks(api: Api, estate: Estate) -> Marks:
    with psycopg.connect(api.database.superuser_url) as connection:
        rows = connection.execute(
            "select subject_kind, subject_id::text, day from recompute_marks where company_id = %s order by 1, 2, 3",
            [estate.company.id],
        ).fetchall()
    return [(kind, subject, day) for kind, subject, day in rows]


async def ask(api: Api, estate: Estate, method: str, path: str, body: object = None) -> Any:
    answer = await api.call(
        method, f"/api/v1{path}", as_=estate.company.operator, json_=body, headers={"If-Match": "*"}
    )
    assert answer.status in {200, 201, 204}, answer.content
    return answer.json if answer.content else None


class TestBoundary:
    async def test_marks_the_badges_that_were_near_it_and_wakes_the_recompute(self, api: Api, bus: FakeBus) -> None:
        estate = await an_estate(api)
        other = await ask(api, estate, "POST", "/badges", a_badge_body())
        hear(api, estate, JUNE_10)
        hear(api, estate, JUNE_11, box=JUST_OUTSIDE)
        hear(api, estate, JUNE_20, box=FAR)
        hear(api, estate, JUNE_10, box=None, badge=other["id"])

        await ask(api, estate, "POST", "/sites", a_site_body())

        assert marks(api, estate) == [("badge", estate.badge, JUNE_10), ("badge", estate.badge, JUNE_11)]
        (message,) = bus.take("workflow")
        assert json.loads(message.body) == {"kind": "workdays_marked", "company_id": str(estate.company.id)}

    async def test_marks_where_the_old_one_was_and_from_its_instant_on(self, api: Api, bus: FakeBus) -> None:
        estate = await an_estate(api)
        hear(api, estate, date(2026, 6, 1), JUNE_9, JUNE_10, JUNE_20)
        moved = {"type": "Polygon", "coordinates": [[[lon + 0.5, lat] for lon, lat in SQUARE]]}

        body = {"boundary": moved, "valid_from": "2026-06-10T16:00:00Z"}
        await ask(api, estate, "PUT", f"/sites/{estate.site}/boundary", body)

        assert [day for _, _, day in marks(api, estate)] == [JUNE_9, JUNE_10, JUNE_20]
        assert len(bus.take("workflow")) == 1

    async def test_marks_nothing_after_a_later_version_has_taken_over(self, api: Api, bus: FakeBus) -> None:
        estate = await an_estate(api)
        hear(api, estate, date(2026, 3, 1), JUNE_20)
        later = {"boundary": BOUNDARY, "valid_from": "2026-06-01T00:00:00Z"}
        await ask(api, estate, "PUT", f"/sites/{estate.site}/boundary", later)
        with psycopg.connect(api.database.superuser_url) as connection:
            connection.execute("delete from recompute_marks")

        await ask(
            api,
            estate,
            "PUT",
            f"/sites/{estate.site}/boundary",
            {"boundary": BOUNDARY, "valid_from": "2026-02-01T00:00:00Z"},
        )

        assert [day for _, _, day in marks(api, estate)] == [date(2026, 3, 1)]

    async def test_counts_a_day_again_that_is_marked_already(self, api: Api, bus: FakeBus) -> None:
        estate = await an_estate(api)
        hear(api, estate, JUNE_10)

        for _ in range(2):
            await ask(api, estate, "POST", "/sites", a_site_body())

        with psycopg.connect(api.database.superuser_url) as connection:
            counters = connection.execute(
                "select counter from recompute_marks where company_id = %s", [estate.company.id]
            ).fetchall()
        assert counters == [(2,)]

    async def test_does_not_fail_when_the_broker_is_away(self, api: Api, bus: FakeBus) -> None:
        estate = await an_estate(api)
        hear(api, estate, JUNE_10)
        bus.down = True

        await ask(api, estate, "POST", "/sites", a_site_body())

        assert marks(api, estate) == [("badge", estate.badge, JUNE_10)]

    async def test_wakes_nobody_when_nothing_is_marked(self, api: Api, bus: FakeBus) -> None:
        estate = await an_estate(api)

        await ask(api, estate, "POST", "/sites", a_site_body())

        assert bus.take("workflow") == []


class TestSite:
    async def test_of_another_kind_marks_wherever_it_had_a_boundary(self, api: Api, bus: FakeBus) -> None:
        estate = await an_estate(api)
        hear(api, estate, JUNE_10)
        hear(api, estate, JUNE_20, box=FAR)

        await ask(api, estate, "PATCH", f"/sites/{estate.site}", {"name": "Another"})
        renamed = marks(api, estate)
        await ask(api, estate, "PATCH", f"/sites/{estate.site}", {"kind": "yard"})

        assert (renamed, marks(api, estate)) == ([], [("badge", estate.badge, JUNE_10)])


class TestBadgeAssignment:
    async def test_marks_the_badge_and_its_new_worker(self, api: Api, bus: FakeBus) -> None:
        estate = await an_estate(api)
        badge = (await ask(api, estate, "POST", "/badges", a_badge_body()))["id"]
        hear(api, estate, JUNE_10, date(2026, 5, 1), badge=badge)

        await ask(
            api,
            estate,
            "POST",
            f"/badges/{badge}/assignments",
            {"worker_id": estate.worker, "from": "2026-06-01T00:00:00Z"},
        )

        assert marks(api, estate) == [("badge", badge, JUNE_10), ("worker", estate.worker, JUNE_10)]

    async def test_marks_only_the_time_that_its_new_end_takes_away(self, api: Api, bus: FakeBus) -> None:
        estate = await an_estate(api)
        hear(api, estate, date(2026, 5, 1), JUNE_10, JUNE_20)

        path = f"/badges/{estate.badge}/assignments/{estate.assignment}"
        await ask(api, estate, "PATCH", path, {"to": "2026-06-12T00:00:00Z"})

        assert marks(api, estate) == [("badge", estate.badge, JUNE_20), ("worker", estate.worker, JUNE_20)]

    async def test_marks_the_old_and_the_new_worker(self, api: Api, bus: FakeBus) -> None:
        estate = await an_estate(api)
        hear(api, estate, JUNE_10)
        luis = (await ask(api, estate, "POST", "/workers", {"name": "Luis", "code": "LUIS"}))["id"]

        path = f"/badges/{estate.badge}/assignments/{estate.assignment}"
        await ask(api, estate, "PATCH", path, {"worker_id": luis})

        assert marks(api, estate) == [
            ("badge", estate.badge, JUNE_10),
            *sorted([("worker", estate.worker, JUNE_10), ("worker", luis, JUNE_10)]),
        ]

    async def test_marks_all_of_its_time_when_it_is_removed(self, api: Api, bus: FakeBus) -> None:
        estate = await an_estate(api)
        hear(api, estate, JUNE_10, JUNE_20)

        await ask(api, estate, "DELETE", f"/badges/{estate.badge}/assignments/{estate.assignment}")

        assert [day for kind, _, day in marks(api, estate) if kind == "worker"] == [JUNE_10, JUNE_20]
        assert len(bus.take("workflow")) == 1


class TestCrewMember:
    async def test_marks_the_days_of_the_worker(self, api: Api, bus: FakeBus) -> None:
        estate = await an_estate(api)
        hear(api, estate, date(2026, 5, 1), JUNE_10)
        compute(api, estate, estate.worker, JUNE_20)
        crew = (await ask(api, estate, "POST", "/crews", {"name": "Red"}))["id"]

        body = {"worker_id": estate.worker, "from": "2026-06-01T00:00:00Z"}
        await ask(api, estate, "POST", f"/crews/{crew}/members", body)

        assert marks(api, estate) == [("worker", estate.worker, JUNE_10), ("worker", estate.worker, JUNE_20)]


class TestJob:
    async def test_marks_those_who_have_it_while_it_is_scheduled(self, api: Api, bus: FakeBus) -> None:
        estate = await an_estate(api)
        hear(api, estate, JUNE_9, JUNE_10, JUNE_20)
        luis = (await ask(api, estate, "POST", "/workers", {"name": "Luis", "code": "LUIS"}))["id"]
        compute(api, estate, luis, JUNE_10)

        await ask(api, estate, "POST", "/jobs", a_job_body(estate.site, worker_ids=[luis], crew_ids=[estate.crew]))

        assert marks(api, estate) == sorted(
            [("worker", estate.worker, JUNE_9), ("worker", estate.worker, JUNE_10), ("worker", luis, JUNE_10)]
        )

    async def test_marks_those_who_no_longer_have_it(self, api: Api, bus: FakeBus) -> None:
        estate = await an_estate(api)
        hear(api, estate, JUNE_10)

        await ask(api, estate, "PUT", f"/jobs/{estate.job}/assignments", {})

        assert marks(api, estate) == [("worker", estate.worker, JUNE_10)]

    async def test_marks_those_who_had_it_when_it_is_removed(self, api: Api, bus: FakeBus) -> None:
        estate = await an_estate(api)
        hear(api, estate, JUNE_10)

        await ask(api, estate, "DELETE", f"/jobs/{estate.job}")

        assert marks(api, estate) == [("worker", estate.worker, JUNE_10)]

    async def test_marks_where_it_was_and_where_it_now_is(self, api: Api, bus: FakeBus) -> None:
        estate = await an_estate(api)
        hear(api, estate, JUNE_10, JUNE_20)

        path = f"/jobs/{estate.job}"
        body = {"scheduled_from": "2026-06-20T12:00:00Z", "scheduled_to": "2026-06-20T20:00:00Z"}
        await ask(api, estate, "PATCH", path, body)

        assert [day for _, _, day in marks(api, estate)] == [JUNE_10, JUNE_20]

    @pytest.mark.parametrize("body", [{"budget_s": 1}, {"job_type": "pruning"}])
    async def test_marks_nothing_for_what_decides_no_hours(self, api: Api, bus: FakeBus, body: object) -> None:
        estate = await an_estate(api)
        hear(api, estate, JUNE_10)

        await ask(api, estate, "PATCH", f"/jobs/{estate.job}", body)

        assert marks(api, estate) == []


class TestZone:
    async def test_of_the_branch_marks_all_days_of_its_workers(self, api: Api, bus: FakeBus) -> None:
        estate = await an_estate(api)
        hear(api, estate, date(2026, 2, 1), JUNE_10)

        await ask(api, estate, "PATCH", f"/branches/{estate.branch}", {"timezone": "America/Phoenix"})

        assert marks(api, estate) == [
            ("worker", estate.worker, date(2026, 2, 1)),
            ("worker", estate.worker, JUNE_10),
        ]

    async def test_of_another_branch_marks_all_days_of_the_worker(self, api: Api, bus: FakeBus) -> None:
        estate = await an_estate(api)
        hear(api, estate, JUNE_10)

        await ask(api, estate, "PATCH", f"/workers/{estate.worker}", {"name": "Ana Maria"})
        renamed = marks(api, estate)
        await ask(api, estate, "PATCH", f"/workers/{estate.worker}", {"branch_id": None})

        assert (renamed, marks(api, estate)) == ([], [("worker", estate.worker, JUNE_10)])


class TestOtherCompanies:
    async def test_are_never_marked(self, api: Api, bus: FakeBus) -> None:
        mine, theirs = await an_estate(api), await an_estate(api)
        hear(api, theirs, JUNE_10)

        await ask(api, mine, "POST", "/sites", a_site_body(valid_from=EARLY))
        await ask(api, mine, "PATCH", f"/branches/{mine.branch}", {"timezone": "America/Phoenix"})

        assert marks(api, theirs) == []


class TestWorkerCode:
    """Shift events name a worker by code: whose they are changes when the code changes hands."""

    @pytest.mark.parametrize("keeps_it", [True, False])
    async def test_that_a_new_worker_takes_marks_the_badges_it_was_said_of(
        self, api: Api, bus: FakeBus, *, keeps_it: bool
    ) -> None:
        estate = await an_estate(api)
        hear(api, estate, JUNE_9, JUNE_10, JUNE_11, JUNE_20)
        begin_shift(api, estate, "LUIS", JUNE_10)

        await ask(api, estate, "POST", "/workers", {"name": "Luis", "code": "LUIS" if keeps_it else "LUISA"})

        days = [JUNE_10, JUNE_11] if keeps_it else []
        assert marks(api, estate) == [("badge", estate.badge, day) for day in days]
        assert len(bus.take("workflow")) == (1 if keeps_it else 0)

    @pytest.mark.parametrize("said", ["ANA", "EVA"])
    async def test_that_a_worker_loses_or_takes_marks_the_badges_it_was_said_of(
        self, api: Api, bus: FakeBus, said: str
    ) -> None:
        estate = await an_estate(api)
        hear(api, estate, JUNE_10, JUNE_20)
        begin_shift(api, estate, said, JUNE_10)

        await ask(api, estate, "PATCH", f"/workers/{estate.worker}", {"code": "EVA"})

        assert [mark for mark in marks(api, estate) if mark[0] == "badge"] == [("badge", estate.badge, JUNE_10)]

    async def test_leaves_the_day_of_its_new_worker_pending_until_it_is_computed(self, api: Api, bus: FakeBus) -> None:
        estate = await an_estate(api)
        hear(api, estate, JUNE_10)
        begin_shift(api, estate, "LUIS", JUNE_10)

        luis = (await ask(api, estate, "POST", "/workers", {"name": "Luis", "code": "LUIS"}))["id"]

        day = await ask(api, estate, "GET", f"/workers/{luis}/workdays/2026-06-10")
        far = await ask(api, estate, "GET", f"/workers/{luis}/workdays/2026-07-10")
        assert (day["pending"], far["pending"]) == (True, False)


def begin_shift(api: Api, estate: Estate, code: str, day: date) -> None:
    """A shift event of the badge that names a code, at noon."""
    with psycopg.connect(api.database.superuser_url) as connection:
        connection.execute(
            "insert into observations (company_id, badge_id, captured_at, received_at, kind, time_quality, "
            "accuracy_assumed, worker_code, receipt_id) values "
            "(%s, %s, %s::date + time '12:00', %s::date + time '12:00', 'shift_start', 'event', false, %s, %s)",
            [estate.company.id, estate.badge, day, day, code, estate.company.id],
        )
