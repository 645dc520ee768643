"""What every noun of master data does alike: create, read, change and list, for one company and nobody else."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.index import Api, Home
from tests.integration.estate import EARLY, a_badge_body, a_job_body, a_serial, a_site_body, an_estate

NOUNS = ["branch", "worker", "site", "crew", "member", "badge", "assignment", "zone", "tag", "job_type", "job"]
CHANGES: dict[str, dict[str, Any]] = {
    "branch": {"name": "South"},
    "worker": {"employee_number": None},
    "site": {"name": "Lot 2"},
    "crew": {"name": "Red"},
    "member": {"to": "2026-12-01T00:00:00Z"},
    "badge": {"kind": "gateway"},
    "assignment": {"to": "2026-12-01T00:00:00Z"},
    "zone": {"name": "Mowers"},
    "tag": {"zone_id": None},
    "job_type": {"name": "weeding"},
    "job": {"budget_s": 7200},
}
REFUSED: dict[str, tuple[str, dict[str, Any], str]] = {
    "an empty name": ("/branches", {"name": " ", "timezone": "UTC"}, "/name"),
    "a name with a line break": ("/crews", {"name": "Blue\nRed"}, "/name"),
    "a name of 201 characters": ("/zones", {"name": "x" * 201}, "/name"),
    "a zone of no tz data": ("/branches", {"name": "N", "timezone": "Mars/Olympus"}, "/timezone"),
    "a zone that is a path": ("/branches", {"name": "N", "timezone": "../etc/passwd"}, "/timezone"),
    "an empty zone": ("/branches", {"name": "N", "timezone": ""}, "/timezone"),
    "an unknown field": ("/workers", {"name": "Ana", "code": "A", "company_id": str(uuid4())}, "/company_id"),
    "a missing code": ("/workers", {"name": "Ana"}, "/code"),
    "a lower-case serial": ("/badges", a_badge_body(serial=a_serial().lower()), "/serial"),
    "a serial with a line break": ("/badges", a_badge_body(serial=a_serial() + "\n"), "/serial"),
    "a device uid of another kind": ("/badges", a_badge_body(device_uid="imei:8642"), "/device_uid"),
    "a kind of badge that is none": ("/badges", a_badge_body(kind="watch"), "/kind"),
    "an address with dashes": ("/tags", {"mac": "AA-BB-CC-DD-EE-FF", "name": "T", "kind": "truck"}, "/mac"),
    "a kind of site that is none": ("/sites", a_site_body(kind="office"), "/kind"),
    "an instant without a zone": ("/sites", a_site_body(valid_from="2026-01-01T00:00:00"), "/valid_from"),
    "a fraction of a second": ("/sites", a_site_body(valid_from="2026-01-01T00:00:00.5Z"), "/valid_from"),
    "seconds since 1970": ("/sites", a_site_body(valid_from=1_767_225_600), "/valid_from"),
    "seconds since 1970 as text": ("/sites", a_site_body(valid_from="1767225600"), "/valid_from"),
    "the edge of the calendar": ("/sites", a_site_body(valid_from="0001-01-01T00:00:00+05:00"), "/valid_from"),
    "a job that ends first": (
        "/jobs",
        a_job_body(str(uuid4()), scheduled_to="2026-06-10T12:00:00Z"),
        "/scheduled_to",
    ),
    "a negative budget": ("/jobs", a_job_body(str(uuid4()), budget_s=-1), "/budget_s"),
    "a budget of half a second": ("/jobs", a_job_body(str(uuid4()), budget_s=0.5), "/budget_s"),
    "a job of no site": ("/jobs", a_job_body(str(uuid4())), "/site_id"),
    "a worker of no branch": ("/workers", {"name": "Ana", "code": "A", "branch_id": str(uuid4())}, "/branch_id"),
    "a tag of no zone": (
        "/tags",
        {"mac": "AA:BB:CC:DD:EE:FF", "name": "T", "kind": "truck", "zone_id": str(uuid4())},
        "/zone_id",
    ),
}


@pytest.fixture
def api(shared_api: Api) -> Api:
    """Each test makes companies of its own, so that one database does for all."""
    return shared_api


class TestCreate:
    @pytest.mark.parametrize("case", REFUSED)
    async def test_names_the_field_that_is_wrong(self, api: Api, case: str) -> None:
        home = await api.make_company()
        path, body, pointer = REFUSED[case]

        answer = await api.call("POST", f"/api/v1{path}", as_=home.operator, json_=body)

        assert answer.status == 422, answer.content
        assert [error["pointer"] for error in answer.json["errors"]] == [pointer]

    async def test_takes_no_id_of_another_company_in_a_body(self, api: Api) -> None:
        mine, theirs = await an_estate(api), await an_estate(api)
        bodies: dict[str, list[tuple[str, dict[str, Any]]]] = {
            theirs.branch: [("/workers", {"name": "Bo", "code": "BO", "branch_id": theirs.branch})],
            theirs.zone: [("/tags", {"mac": "AA:BB:CC:DD:EE:01", "name": "T", "kind": "t", "zone_id": theirs.zone})],
            theirs.worker: [
                (f"/crews/{mine.crew}/members", {"worker_id": theirs.worker, "from": EARLY}),
                (f"/badges/{mine.badge}/assignments", {"worker_id": theirs.worker, "from": "2025-01-01T00:00:00Z"}),
                ("/jobs", a_job_body(mine.site, worker_ids=[mine.worker, theirs.worker])),
            ],
            theirs.site: [("/jobs", a_job_body(theirs.site))],
            theirs.crew: [("/jobs", a_job_body(mine.site, crew_ids=[theirs.crew]))],
            theirs.badge: [("/jobs", a_job_body(mine.site, badge_ids=[theirs.badge]))],
        }
        bodies[theirs.worker][1][1]["to"] = "2025-02-01T00:00:00Z"

        for theirs_id, requests in bodies.items():
            for path, body in requests:
                as_theirs = await api.call("POST", f"/api/v1{path}", as_=mine.company.operator, json_=body)
                never = _with_another_id(body, theirs_id)
                as_never = await api.call("POST", f"/api/v1{path}", as_=mine.company.operator, json_=never)

                assert as_theirs.status == 422, (path, as_theirs.content)
                assert as_theirs.comparable == as_never.comparable

    async def test_is_not_for_viewers(self, api: Api) -> None:
        home = await api.make_company()

        answer = await api.call("POST", "/api/v1/crews", as_=home.viewer, json_={"name": "Blue"})

        assert (answer.status, answer.json["code"]) == (403, "not_permitted")

    async def test_trims_names_and_raises_addresses(self, api: Api) -> None:
        home = await api.make_company()

        made = await api.make("/api/v1/tags", {"mac": "aa:bb:cc:dd:ee:ff", "name": " T ", "kind": "t"}, as_=home.admin)

        assert (made["mac"], made["name"], made["zone_id"]) == ("AA:BB:CC:DD:EE:FF", "T", None)

    @pytest.mark.parametrize(
        ("path", "body", "code"),
        [
            ("/workers", {"name": "Bo", "code": "ANA"}, "code_taken"),
            ("/tags", {"mac": "aa:bb:cc:dd:ee:ff", "name": "T", "kind": "t"}, "tag_taken"),
            ("/job-types", {"name": "edging"}, "name_taken"),
        ],
    )
    async def test_refuses_what_must_be_unique(self, api: Api, path: str, body: dict[str, Any], code: str) -> None:
        mine = await an_estate(api)
        other = await api.make_company()

        again = await api.call("POST", f"/api/v1{path}", as_=mine.company.operator, json_=body)
        elsewhere = await api.call("POST", f"/api/v1{path}", as_=other.operator, json_=body)

        assert (again.status, again.json["code"], elsewhere.status) == (409, code, 201)

    async def test_is_in_the_audit_log_under_its_own_subject(self, api: Api) -> None:
        home = await api.make_company()

        made = await api.make("/api/v1/crews", {"name": "Blue"}, as_=home.operator)

        (entry,) = await _entries(api, home, f"crew:{made['id']}")
        assert (entry["kind"], entry["body"]["name"]) == ("crew_created", "Blue")


class TestGet:
    async def test_answers_what_was_made_with_its_etag(self, api: Api) -> None:
        mine = await an_estate(api)

        for noun, path in mine.paths().items():
            answer = await api.call("GET", path, as_=mine.company.viewer)

            version = 2 if noun == "badge" else 1
            assert (noun, answer.status, answer.headers.get("etag")) == (noun, 200, f'"{version}"')
            assert path.endswith(answer.json["id"])

    @pytest.mark.parametrize("noun", NOUNS)
    async def test_treats_another_companys_as_one_that_never_was(self, api: Api, noun: str) -> None:
        mine, theirs = await an_estate(api), await an_estate(api)
        path = theirs.paths()[noun]

        foreign = await api.call("GET", path, as_=mine.company.admin)
        never = await api.call("GET", _of_nobody(path), as_=mine.company.admin)

        assert foreign.status == 404
        assert foreign.comparable == never.comparable

    @pytest.mark.parametrize("noun", ["member", "assignment"])
    async def test_finds_a_part_under_its_own_parent_only(self, api: Api, noun: str) -> None:
        mine = await an_estate(api)
        other_crew = await api.make("/api/v1/crews", {"name": "Red"}, as_=mine.company.operator)
        other_badge = await api.make("/api/v1/badges", a_badge_body(), as_=mine.company.operator)
        path = mine.paths()[noun].replace(mine.crew, other_crew["id"]).replace(mine.badge, other_badge["id"])

        answer = await api.call("GET", path, as_=mine.company.viewer)

        assert answer.status == 404


class TestChange:
    @pytest.mark.parametrize("noun", NOUNS)
    async def test_changes_what_is_named_and_the_version(self, api: Api, noun: str) -> None:
        mine = await an_estate(api)
        path = mine.paths()[noun]
        before = await api.call("GET", path, as_=mine.company.viewer)

        answer = await api.call(
            "PATCH", path, as_=mine.company.operator, json_=CHANGES[noun], headers={"If-Match": before.etag}
        )

        after = await api.call("GET", path, as_=mine.company.viewer)
        assert (answer.status, answer.etag) == (200, after.etag)
        assert int(after.etag.strip('"')) == int(before.etag.strip('"')) + 1
        assert answer.json == after.json == {**before.json, **CHANGES[noun]}

    @pytest.mark.parametrize("noun", NOUNS)
    async def test_needs_the_version_that_was_seen(self, api: Api, noun: str) -> None:
        mine = await an_estate(api)
        path, body = mine.paths()[noun], CHANGES[noun]

        before = await api.call("GET", path, as_=mine.company.viewer)
        without = await api.call("PATCH", path, as_=mine.company.operator, json_=body)
        stale = await api.call("PATCH", path, as_=mine.company.operator, json_=body, headers={"If-Match": '"9"'})
        read = await api.call("GET", path, as_=mine.company.viewer)

        assert (without.status, stale.status, stale.json["code"]) == (428, 412, "stale")
        assert (read.json, read.etag) == (before.json, before.etag)

    @pytest.mark.parametrize("noun", NOUNS)
    async def test_treats_another_companys_as_one_that_never_was(self, api: Api, noun: str) -> None:
        mine, theirs = await an_estate(api), await an_estate(api)
        path, change = theirs.paths()[noun], CHANGES[noun]

        foreign = await api.call("PATCH", path, as_=mine.company.admin, json_=change, headers={"If-Match": "*"})
        never = await api.call(
            "PATCH", _of_nobody(path), as_=mine.company.admin, json_=change, headers={"If-Match": "*"}
        )
        untouched = await api.call("GET", path, as_=theirs.company.viewer)

        assert foreign.status == 404
        assert foreign.comparable == never.comparable
        assert untouched.etag == ('"2"' if noun == "badge" else '"1"')

    async def test_leaves_the_version_when_nothing_differs(self, api: Api) -> None:
        mine = await an_estate(api)
        path = mine.paths()["crew"]

        answer = await api.call(
            "PATCH", path, as_=mine.company.operator, json_={"name": "Blue"}, headers={"If-Match": '"1"'}
        )

        assert (answer.status, answer.etag) == (200, '"1"')
        assert len(await _entries(api, mine.company, f"crew:{mine.crew}")) == 1

    async def test_refuses_null_where_there_must_be_something(self, api: Api) -> None:
        mine = await an_estate(api)

        answer = await api.call(
            "PATCH", mine.paths()["worker"], as_=mine.company.operator, json_={"name": None}, headers={"If-Match": "*"}
        )

        assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "/name")

    async def test_records_old_and_new(self, api: Api) -> None:
        mine = await an_estate(api)

        await api.call(
            "PATCH", mine.paths()["zone"], as_=mine.company.operator, json_={"name": "M"}, headers={"If-Match": "*"}
        )

        newest, _ = await _entries(api, mine.company, f"zone:{mine.zone}")
        assert newest["kind"] == "zone_changed"
        assert newest["body"]["name"] == {"old": "Trucks", "new": "M"}

    async def test_refuses_a_code_that_another_worker_has(self, api: Api) -> None:
        mine = await an_estate(api)
        made = await api.make("/api/v1/workers", {"name": "Bo", "code": "BO"}, as_=mine.company.operator)

        answer = await api.call(
            "PATCH",
            f"/api/v1/workers/{made['id']}",
            as_=mine.company.operator,
            json_={"code": "ANA"},
            headers={"If-Match": made["etag"]},
        )

        assert (answer.status, answer.json["code"]) == (409, "code_taken")


LISTS = ["branches", "workers", "sites", "crews", "badges", "zones", "tags", "job-types", "jobs"]


class TestList:
    @pytest.mark.parametrize("noun", LISTS)
    async def test_shows_the_own_ones_only(self, api: Api, noun: str) -> None:
        mine, theirs = await an_estate(api), await an_estate(api)

        answer = await api.call("GET", f"/api/v1/{noun}", as_=mine.company.viewer)

        ids = {item["id"] for item in answer.json["items"]}
        assert answer.status == 200
        assert ids
        assert not ids & set(map(str, _ids_of(theirs)))

    async def test_pages_by_id_and_ends_with_null(self, api: Api) -> None:
        home = await api.make_company()
        made = [(await api.make("/api/v1/crews", {"name": str(n)}, as_=home.operator))["id"] for n in range(5)]

        seen: list[str] = []
        cursor = ""
        for _ in range(3):
            answer = await api.call("GET", f"/api/v1/crews?limit=2{cursor}", as_=home.viewer)
            seen += [item["id"] for item in answer.json["items"]]
            cursor = f"&cursor={answer.json['next_cursor']}"

        assert (seen, answer.json["next_cursor"]) == (made, None)

    @pytest.mark.parametrize(
        ("path", "count"),
        [
            ("workers?code=ANA", 1),
            ("workers?code=ana", 0),
            ("sites?kind=yard", 0),
            ("badges?lifecycle=active", 1),
            ("badges?lifecycle=stock", 0),
            ("tags?mac=AA:BB:CC:DD:EE:FF", 1),
            ("job-types?name=mowing", 1),
            ("jobs?from=2026-06-10T19:00:00Z", 1),
            ("jobs?from=2026-06-10T20:00:00Z", 0),
            ("jobs?to=2026-06-10T12:00:00Z", 0),
        ],
    )
    async def test_is_filtered_by_named_fields(self, api: Api, path: str, count: int) -> None:
        mine = await an_estate(api)

        answer = await api.call("GET", f"/api/v1/{path}", as_=mine.company.viewer)

        assert len(answer.json["items"]) == count

    @pytest.mark.parametrize("noun", ["member", "assignment"])
    async def test_of_parts_treats_another_companys_parent_as_one_that_never_was(self, api: Api, noun: str) -> None:
        mine, theirs = await an_estate(api), await an_estate(api)
        path = theirs.paths()[noun].rpartition("/")[0]

        foreign = await api.call("GET", path, as_=mine.company.viewer)
        never = await api.call("GET", _of_nobody(path), as_=mine.company.viewer)
        own = await api.call("GET", mine.paths()[noun].rpartition("/")[0], as_=mine.company.viewer)

        assert foreign.status == 404
        assert foreign.comparable == never.comparable
        assert len(own.json["items"]) == 1


def _with_another_id(body: dict[str, Any], known: str) -> dict[str, Any]:
    """The body with a random id in the place of a known one."""
    never = str(uuid4())
    return {
        name: [never if each == known else each for each in value]
        if isinstance(value, list)
        else never
        if value == known
        else value
        for name, value in body.items()
    }


def _of_nobody(path: str) -> str:
    """The path with random ids."""
    parts = path.split("/")
    return "/".join(str(uuid4()) if _is_id(part) else part for part in parts)


def _is_id(part: str) -> bool:
    try:
        UUID(part)
    except ValueError:
        return False
    return True


def _ids_of(estate: Any) -> list[str]:
    return [part for path in estate.paths().values() for part in path.split("/") if _is_id(part)]


async def _entries(api: Api, home: Home, subject: str) -> list[dict[str, Any]]:
    answer = await api.call("GET", f"/api/v1/audit-entries?subject={subject}", as_=home.viewer)
    return answer.json["items"]
