"""Jobs through the index: types made on the fly, and who is assigned."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from uuid import UUID, uuid4

import psycopg
import pytest

from bootstrap.clock import new_id as fresh_id
from bootstrap.runtime import runtime
from tests.index import Api
from tests.integration.estate import a_job_body, an_estate


@pytest.fixture
def api(shared_api: Api) -> Api:
    """Each test makes companies of its own, so that one database does for all."""
    return shared_api


class TestCreateJob:
    async def test_makes_a_type_that_is_new_and_takes_one_that_is_there(self, api: Api) -> None:
        mine = await an_estate(api)
        for job_type in ("aeration", "aeration", "edging"):
            await api.make("/api/v1/jobs", a_job_body(mine.site, job_type=job_type), as_=mine.company.operator)

        answer = await api.call("GET", "/api/v1/job-types", as_=mine.company.viewer)

        assert sorted(item["name"] for item in answer.json["items"]) == ["aeration", "edging", "mowing"]

    async def test_has_each_of_those_assigned_once(self, api: Api) -> None:
        mine = await an_estate(api)

        made = await api.make(
            "/api/v1/jobs", a_job_body(mine.site, worker_ids=[mine.worker, mine.worker]), as_=mine.company.operator
        )

        assert (made["worker_ids"], made["crew_ids"], made["badge_ids"]) == ([mine.worker], [], [])

    async def test_leaves_nothing_when_one_of_those_is_unknown(self, api: Api) -> None:
        mine = await an_estate(api)
        body = a_job_body(mine.site, job_type="pruning", worker_ids=[mine.worker, str(uuid4())])

        answer = await api.call("POST", "/api/v1/jobs", as_=mine.company.operator, json_=body)

        types = await api.call("GET", "/api/v1/job-types?name=pruning", as_=mine.company.viewer)
        assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "/worker_ids")
        assert types.json["items"] == []

    async def test_is_stored_though_its_type_is_renamed_meanwhile(self, api: Api) -> None:
        mine = await an_estate(api)
        renamed = f"update job_types set name = 'renamed' where id = '{mine.job_type}'"

        with _between(lambda: _try(api, renamed)):
            answer = await api.call(
                "POST", "/api/v1/jobs", as_=mine.company.operator, json_=a_job_body(mine.site, job_type="edging")
            )

        read = await api.call("GET", f"/api/v1/jobs/{answer.json['id']}", as_=mine.company.operator)
        assert (answer.status, read.status, read.json["job_type"]) == (201, 200, "edging")

    async def test_takes_a_type_that_is_made_meanwhile(self, api: Api) -> None:
        mine = await an_estate(api)
        made = f"insert into job_types values ('{mine.company.id}', '{uuid4()}', 'pruning', 1, now())"

        with _between(lambda: _try(api, made)):
            answer = await api.call(
                "POST", "/api/v1/jobs", as_=mine.company.operator, json_=a_job_body(mine.site, job_type="pruning")
            )

        types = await api.call("GET", "/api/v1/job-types?name=pruning", as_=mine.company.viewer)
        assert (answer.status, len(types.json["items"])) == (201, 1)


@contextmanager
def _between(act: Callable[[], None]) -> Iterator[None]:
    """Act whenever the product takes a fresh id: between its look at what is there and its writing."""

    def new_id() -> UUID:
        act()
        return fresh_id()

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(vars(runtime()), "new_id", new_id)
        yield


def _try(api: Api, statement: str) -> None:
    """Do it now, or not at all when somebody holds what it needs or it is done already."""
    held_or_done = suppress(psycopg.errors.LockNotAvailable, psycopg.errors.UniqueViolation)
    with held_or_done, psycopg.connect(api.database.superuser_url, options="-c lock_timeout=200ms") as connection:
        connection.execute(statement.encode())


class TestChangeJob:
    async def test_makes_a_type_that_is_new(self, api: Api) -> None:
        mine = await an_estate(api)

        answer = await api.call(
            "PATCH",
            mine.paths()["job"],
            as_=mine.company.operator,
            json_={"job_type": "pruning"},
            headers={"If-Match": '"1"'},
        )

        types = await api.call("GET", "/api/v1/job-types?name=pruning", as_=mine.company.viewer)
        assert (answer.json["job_type"], len(types.json["items"])) == ("pruning", 1)
        assert answer.json["worker_ids"] == [mine.worker]

    async def test_follows_the_new_name_of_its_type(self, api: Api) -> None:
        mine = await an_estate(api)
        (mowing,) = (await api.call("GET", "/api/v1/job-types?name=mowing", as_=mine.company.viewer)).json["items"]

        await api.call(
            "PATCH",
            f"/api/v1/job-types/{mowing['id']}",
            as_=mine.company.operator,
            json_={"name": "cutting"},
            headers={"If-Match": "*"},
        )

        read = await api.call("GET", mine.paths()["job"], as_=mine.company.viewer)
        assert read.json["job_type"] == "cutting"


class TestReplaceJobAssignments:
    async def test_leaves_exactly_those(self, api: Api) -> None:
        mine = await an_estate(api)
        path = f"{mine.paths()['job']}/assignments"

        answer = await api.call(
            "PUT", path, as_=mine.company.operator, json_={"crew_ids": [mine.crew]}, headers={"If-Match": '"1"'}
        )

        read = await api.call("GET", path, as_=mine.company.viewer)
        assert (answer.status, answer.etag, read.etag) == (200, '"2"', '"2"')
        assert read.json == answer.json == {"worker_ids": [], "crew_ids": [mine.crew], "badge_ids": []}

    async def test_needs_the_version_that_was_seen(self, api: Api) -> None:
        mine = await an_estate(api)
        path = f"{mine.paths()['job']}/assignments"

        without = await api.call("PUT", path, as_=mine.company.operator, json_={})
        stale = await api.call("PUT", path, as_=mine.company.operator, json_={}, headers={"If-Match": '"2"'})

        assert (without.status, stale.status) == (428, 412)

    @pytest.mark.parametrize("method", ["GET", "PUT"])
    async def test_treats_another_companys_job_as_one_that_never_was(self, api: Api, method: str) -> None:
        mine, theirs = await an_estate(api), await an_estate(api)
        body = {} if method == "PUT" else None

        foreign, never = [
            await api.call(
                method,
                f"/api/v1/jobs/{job}/assignments",
                as_=mine.company.admin,
                json_=body,
                headers={"If-Match": "*", "Content-Type": "application/json"},
                content=b"{}" if method == "PUT" else None,
            )
            for job in (theirs.job, str(uuid4()))
        ]

        assert foreign.status == 404
        assert foreign.comparable == never.comparable


class TestRemoveJob:
    async def test_takes_it_away_and_tells_the_audit_log(self, api: Api) -> None:
        mine = await an_estate(api)
        path = mine.paths()["job"]

        answer = await api.call("DELETE", path, as_=mine.company.operator, headers={"If-Match": '"1"'})

        assert answer.status == 204
        assert (await api.call("GET", path, as_=mine.company.viewer)).status == 404
        assert (await api.call("GET", "/api/v1/jobs", as_=mine.company.viewer)).json["items"] == []
        entries = await api.call("GET", f"/api/v1/audit-entries?subject=job:{mine.job}", as_=mine.company.admin)
        assert [one["kind"] for one in entries.json["items"]] == ["job_removed", "job_created"]

    async def test_needs_the_version_that_was_seen(self, api: Api) -> None:
        mine = await an_estate(api)
        path = mine.paths()["job"]

        without = await api.call("DELETE", path, as_=mine.company.operator)
        stale = await api.call("DELETE", path, as_=mine.company.operator, headers={"If-Match": '"2"'})

        assert (without.status, stale.status) == (428, 412)

    async def test_is_not_for_viewers(self, api: Api) -> None:
        mine = await an_estate(api)

        answer = await api.call("DELETE", mine.paths()["job"], as_=mine.company.viewer, headers={"If-Match": "*"})

        assert answer.status == 403

    async def test_treats_another_companys_job_as_one_that_never_was(self, api: Api) -> None:
        mine, theirs = await an_estate(api), await an_estate(api)

        foreign, never = [
            await api.call("DELETE", f"/api/v1/jobs/{job}", as_=mine.company.operator, headers={"If-Match": "*"})
            for job in (theirs.job, str(uuid4()))
        ]

        assert foreign.status == 404
        assert foreign.comparable == never.comparable
        assert (await api.call("GET", theirs.paths()["job"], as_=theirs.company.viewer)).status == 200
