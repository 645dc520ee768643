"""Badges through the index: registered once in the world, given to workers, moved through their life."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from tests.index import Answer, Api, Home
from tests.integration.estate import EARLY, a_badge_body, a_device_uid, a_serial, an_estate

JUNE = "2026-06-10T16:00:00Z"


@pytest.fixture
def api(shared_api: Api) -> Api:
    """Each test makes companies of its own, so that one database does for all."""
    return shared_api


async def register(api: Api, home: Home, body: dict[str, object]) -> Answer:
    return await api.call("POST", "/api/v1/badges", as_=home.operator, json_=body)


async def become(api: Api, home: Home, badge: str, lifecycle: str, *, seen: str = "*") -> Answer:
    return await api.call(
        "POST",
        f"/api/v1/badges/{badge}/transitions",
        as_=home.operator,
        json_={"lifecycle": lifecycle, "reason": "said the crew lead"},
        headers={"If-Match": seen},
    )


async def assign(api: Api, home: Home, badge: str, worker: str, *period: str | None) -> Answer:
    start, end = (*period, None)[:2]
    body = {"worker_id": worker, "from": start, **({} if end is None else {"to": end})}
    return await api.call("POST", f"/api/v1/badges/{badge}/assignments", as_=home.operator, json_=body)


async def a_badge(api: Api, home: Home) -> dict[str, Any]:
    return await api.make("/api/v1/badges", a_badge_body(), as_=home.operator)


async def a_worker(api: Api, home: Home, code: str = "ANA") -> str:
    return str((await api.make("/api/v1/workers", {"name": code, "code": code}, as_=home.operator))["id"])


class TestRegisterBadge:
    async def test_puts_it_in_stock_without_a_receipt(self, api: Api) -> None:
        home = await api.make_company()
        body = a_badge_body()

        answer = await register(api, home, body)

        assert (answer.status, answer.etag, answer.json["lifecycle"]) == (201, '"1"', "stock")
        assert "receipt_id" not in answer.json

    @pytest.mark.parametrize("same", ["serial", "device_uid"])
    async def test_refuses_a_device_that_anyone_holds_in_the_same_words(self, api: Api, same: str) -> None:
        home, other = await api.make_company(), await api.make_company()
        held = a_badge_body()
        await register(api, home, held)

        mine = await register(api, home, a_badge_body(**{same: held[same]}))
        theirs = await register(api, other, a_badge_body(**{same: held[same]}))

        assert (mine.status, mine.json["code"]) == (409, "device_held")
        assert mine.comparable == theirs.comparable
        listed = await api.call("GET", "/api/v1/badges", as_=other.viewer)
        assert listed.json["items"] == []

    async def test_lets_one_of_two_at_once_have_it(self, api: Api) -> None:
        homes = [await api.make_company() for _ in range(3)]
        body = a_badge_body()

        answers = await asyncio.gather(*(register(api, home, body) for home in homes))

        assert sorted(answer.status for answer in answers) == [201, 409, 409]

    @pytest.mark.parametrize("again", ["home", "other"])
    async def test_takes_a_device_that_was_retired_as_a_new_badge(self, api: Api, again: str) -> None:
        home, other = await api.make_company(), await api.make_company()
        body = a_badge_body()
        first = await register(api, home, body)
        await become(api, home, first.json["id"], "retired")

        answer = await register(api, {"home": home, "other": other}[again], body)

        assert answer.status == 201
        assert answer.json["id"] != first.json["id"]

    async def test_is_refused_when_the_device_was_never_released(self, api: Api) -> None:
        home = await api.make_company()
        body = a_badge_body()
        first = await register(api, home, body)
        await become(api, home, first.json["id"], "lost")

        assert (await register(api, home, body)).status == 409


class TestChangeBadgeLifecycle:
    async def test_follows_the_table(self, api: Api) -> None:
        home = await api.make_company()
        badge = (await a_badge(api, home))["id"]

        answers = [await become(api, home, badge, wanted) for wanted in ("active", "lost", "stock", "stock")]

        assert [answer.status for answer in answers] == [200, 200, 200, 409]
        assert answers[-1].json["code"] == "lifecycle_not_allowed"

    async def test_records_the_reason(self, api: Api) -> None:
        home = await api.make_company()
        badge = (await a_badge(api, home))["id"]

        await become(api, home, badge, "lost")

        answer = await api.call("GET", f"/api/v1/audit-entries?subject=badge:{badge}", as_=home.viewer)
        newest = answer.json["items"][0]
        assert newest["kind"] == "badge_lifecycle_changed"
        assert newest["body"] == {"old": "stock", "new": "lost", "reason": "said the crew lead"}

    async def test_needs_the_version_that_was_seen(self, api: Api) -> None:
        home = await api.make_company()
        badge = (await a_badge(api, home))["id"]

        stale = await become(api, home, badge, "lost", seen='"4"')
        body = {"lifecycle": "lost", "reason": "x"}
        without = await api.call("POST", f"/api/v1/badges/{badge}/transitions", as_=home.operator, json_=body)

        assert (stale.status, without.status) == (412, 428)

    async def test_refuses_to_retire_one_that_somebody_wears(self, api: Api) -> None:
        home = await api.make_company()
        badge = (await a_badge(api, home))["id"]
        await assign(api, home, badge, await a_worker(api, home), EARLY)

        answer = await become(api, home, badge, "retired")

        assert (answer.status, answer.json["code"]) == (409, "badge_assigned")

    async def test_treats_another_companys_badge_as_one_that_never_was(self, api: Api) -> None:
        home, other = await api.make_company(), await api.make_company()
        badge = (await a_badge(api, home))["id"]

        foreign, never = await become(api, other, badge, "lost"), await become(api, other, str(uuid4()), "lost")

        assert foreign.status == 404
        assert foreign.comparable == never.comparable


class TestAssignBadge:
    async def test_makes_a_badge_in_stock_active(self, api: Api) -> None:
        home = await api.make_company()
        badge = (await a_badge(api, home))["id"]

        answer = await assign(api, home, badge, await a_worker(api, home), EARLY)

        read = await api.call("GET", f"/api/v1/badges/{badge}", as_=home.viewer)
        assert (answer.status, answer.json["from"], answer.json["to"]) == (201, EARLY, None)
        assert read.json["lifecycle"] == "active"

    @pytest.mark.parametrize(
        ("start", "end", "status"),
        [
            ("2026-06-10T15:00:00Z", None, 409),
            ("2026-06-10T15:59:59Z", "2026-06-10T18:00:00Z", 409),
            (JUNE, "2026-06-10T18:00:00Z", 201),
            ("2025-01-01T00:00:00Z", EARLY, 201),
            ("2025-01-01T00:00:00Z", None, 409),
        ],
    )
    async def test_gives_it_to_one_at_a_time(self, api: Api, start: str, end: str | None, status: int) -> None:
        home = await api.make_company()
        badge = (await a_badge(api, home))["id"]
        ana, luis = await a_worker(api, home), await a_worker(api, home, "LUIS")
        await assign(api, home, badge, ana, EARLY, JUNE)

        answer = await assign(api, home, badge, luis, start, end)

        assert answer.status == status
        assert status == 201 or answer.json["code"] == "assignment_overlaps"

    async def test_refuses_a_period_that_ends_before_it_begins(self, api: Api) -> None:
        home = await api.make_company()
        badge = (await a_badge(api, home))["id"]

        answer = await assign(api, home, badge, await a_worker(api, home), JUNE, JUNE)

        assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "/to")

    async def test_lets_only_the_past_of_a_retired_badge_be_put_right(self, api: Api) -> None:
        home = await api.make_company()
        badge, worker = (await a_badge(api, home))["id"], await a_worker(api, home)
        await become(api, home, badge, "retired")
        tomorrow = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")  # the real one

        refused = [await assign(api, home, badge, worker, EARLY, end) for end in (None, tomorrow)]
        past = await assign(api, home, badge, worker, EARLY, "2026-02-01T00:00:00Z")

        assert [answer.json["code"] for answer in refused] == ["badge_retired", "badge_retired"]
        assert past.status == 201

    async def test_treats_another_companys_badge_as_one_that_never_was(self, api: Api) -> None:
        home, other = await api.make_company(), await api.make_company()
        badge, worker = (await a_badge(api, home))["id"], await a_worker(api, other)

        foreign = await assign(api, other, badge, worker, EARLY)
        never = await assign(api, other, str(uuid4()), worker, EARLY)

        assert foreign.status == 404
        assert foreign.comparable == never.comparable


class TestChangeBadgeAssignment:
    async def test_refuses_an_overlap(self, api: Api) -> None:
        home = await api.make_company()
        badge, worker = (await a_badge(api, home))["id"], await a_worker(api, home)
        first = await assign(api, home, badge, worker, EARLY, "2026-02-01T00:00:00Z")
        await assign(api, home, badge, worker, JUNE)

        path = f"/api/v1/badges/{badge}/assignments/{first.json['id']}"
        answer = await api.call("PATCH", path, as_=home.operator, json_={"to": None}, headers={"If-Match": '"1"'})

        assert (answer.status, answer.json["code"]) == (409, "assignment_overlaps")

    async def test_is_refused_when_it_would_end_before_it_begins(self, api: Api) -> None:
        mine = await an_estate(api)

        answer = await api.call(
            "PATCH",
            mine.paths()["assignment"],
            as_=mine.company.operator,
            json_={"to": "2025-12-31T00:00:00Z"},
            headers={"If-Match": "*"},
        )

        assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "/to")


class TestRemove:
    @pytest.mark.parametrize("noun", ["assignment", "member"])
    async def test_leaves_nothing_but_the_audit_entry(self, api: Api, noun: str) -> None:
        mine = await an_estate(api)
        path = mine.paths()[noun]

        without = await api.call("DELETE", path, as_=mine.company.operator)
        stale = await api.call("DELETE", path, as_=mine.company.operator, headers={"If-Match": '"2"'})
        answer = await api.call("DELETE", path, as_=mine.company.operator, headers={"If-Match": '"1"'})

        read = await api.call("GET", path, as_=mine.company.viewer)
        subject = {"assignment": f"badge_assignment:{mine.assignment}", "member": f"crew_member:{mine.member}"}[noun]
        entries = await api.call("GET", f"/api/v1/audit-entries?subject={subject}", as_=mine.company.viewer)
        assert (without.status, stale.status, answer.status, read.status) == (428, 412, 204, 404)
        assert entries.json["items"][0]["kind"] == f"{subject.split(':')[0]}_removed"

    @pytest.mark.parametrize("noun", ["assignment", "member"])
    async def test_treats_another_companys_as_one_that_never_was(self, api: Api, noun: str) -> None:
        mine, theirs = await an_estate(api), await an_estate(api)
        path = theirs.paths()[noun]
        never_path = path.replace(path.rpartition("/")[2], str(uuid4()))

        foreign = await api.call("DELETE", path, as_=mine.company.admin, headers={"If-Match": "*"})
        never = await api.call("DELETE", never_path, as_=mine.company.admin, headers={"If-Match": "*"})

        read = await api.call("GET", path, as_=theirs.company.viewer)
        assert (foreign.status, read.status) == (404, 200)
        assert foreign.comparable == never.comparable


class TestDeviceRegister:
    async def test_is_closed_to_other_companies(self, api: Api) -> None:
        home, other = await api.make_company(), await api.make_company()
        await register(api, home, a_badge_body(serial=a_serial(), device_uid=a_device_uid()))

        with psycopg.connect(api.database.url) as connection:
            connection.execute("select set_config('app.company_id', %s, true)", [str(other.id)])
            seen = connection.execute("select count(*) from device_registrations").fetchone()

        assert seen == (0,)


class TestBadgeState:
    """What a badge last said of itself can be read, and changes no ETag."""

    async def test_is_empty_until_the_badge_is_heard(self, api: Api) -> None:
        home = await api.make_company()
        badge = await a_badge(api, home)

        read = await api.call("GET", f"/api/v1/badges/{badge['id']}", as_=home.viewer)

        assert set(read.json["state"].values()) == {None}

    async def test_tells_what_was_heard_under_the_same_etag(self, api: Api) -> None:
        home, other = await api.make_company(), await api.make_company()
        badge, theirs = await a_badge(api, home), await a_badge(api, other)
        path = f"/api/v1/badges/{badge['id']}"
        before = await api.call("GET", path, as_=home.viewer)

        for owner, heard, level in ((home, badge, 41.5), (other, theirs, 7)):
            hear_badge(api, owner, heard["id"], level)

        read = await api.call("GET", path, as_=home.viewer)
        (listed,) = (await api.call("GET", "/api/v1/badges", as_=home.viewer)).json["items"]
        assert (read.etag, listed) == (before.etag, read.json)
        assert read.json["state"] == {
            "last_heard_at": "2026-06-10T16:00:00Z",
            "clock_suspect_at": "2026-06-09T16:00:00Z",
            "battery_pct": 41.5,
            "firmware_version": "1.4.2",
        }


def hear_badge(api: Api, home: Home, badge: str, battery_pct: float) -> None:
    """What ingest would leave after an upload."""
    with psycopg.connect(api.database.superuser_url) as connection:
        connection.execute(
            "insert into badge_states (company_id, badge_id, last_heard_at, clock_suspect_at, battery_pct, "
            "firmware_version) values (%s, %s, %s, %s, %s, '1.4.2')",
            [home.id, badge, JUNE, "2026-06-09T16:00:00Z", battery_pct],
        )
