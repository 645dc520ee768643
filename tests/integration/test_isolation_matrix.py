"""Another company's id answers exactly as one that never existed: in every path, query and body of the document."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from bootstrap.runtime import runtime
from tests.fakes.bus import FakeBus
from tests.index import Answer, Api
from tests.integration.estate import BOUNDARY, EARLY, Estate, a_device_uid, a_job_body, an_estate
from tests.operations import Operation, operations

Body = Callable[["Realm"], dict[str, Any]]
NO_IDS = {"limit", "cursor", "from", "to", "at", "as_of", "on", "version", "revision", "number", "subject", "code"} | {
    "kind", "lifecycle", "serial", "device_uid", "mac", "name", "status",
}  # fmt: skip
"""Parameters that name no thing of a company by an id that is unique among companies."""
NO_REFERENCES = {"identity_tenant_id"}
SOME = {"version": "1", "on": "2026-06-10", "number": "2"}
PERIOD = {"from": "2026-06-10T00:00:00Z", "to": "2026-06-11T00:00:00Z"}
SOME_QUERY = {"list_presence_intervals": PERIOD, "get_worker_evidence": {"at": "2026-06-10T00:00:00Z"}}


@dataclass(frozen=True, slots=True)
class Realm:
    """A company with one of each kind, by the name of the parameter or field that names it."""

    estate: Estate
    ids: Mapping[str, str]


async def _realm(api: Api) -> Realm:
    estate = await an_estate(api)
    home = estate.company
    key = await api.make("/api/v1/api-keys", {"name": "hub", "scopes": ["ingest"]}, as_=home.admin)
    posted = await api.call(
        "POST",
        "/api/v1/ingest/notehub",
        json_={"device": a_device_uid(), "file": "x.qo"},
        headers={"X-Actual-Api-Key": key["key"]},
    )
    assert posted.status == 202, posted.content
    parties = {"kept_site_id": estate.site, "lost_site_id": estate.site, "badge_ids": [estate.badge]}
    quarantined, discrepancy = str(uuid4()), str(uuid4())
    with psycopg.connect(api.database.superuser_url) as connection:
        connection.execute(
            "insert into quarantined_events (company_id, id, receipt_id, received_at, endpoint, code, detail,"
            " content_hash, item) values (%s, %s, %s, now(), 'events', 'unknown_device', 'x', '\\x00', '{}')",
            [home.id, quarantined, posted.json["receipt_id"]],
        )
        connection.execute(
            "insert into discrepancies (company_id, id, kind, status, worker_id, from_at, to_at, detail, opened_at)"
            " values (%s, %s, 'badge_conflict', 'open', %s, now(), now(), %s, now())",
            [home.id, discrepancy, estate.worker, json.dumps(parties)],
        )
    ids = {
        "company_id": str(home.id), "branch_id": estate.branch, "worker_id": estate.worker, "site_id": estate.site,
        "crew_id": estate.crew, "member_id": estate.member, "badge_id": estate.badge, "zone_id": estate.zone,
        "assignment_id": estate.assignment, "tag_id": estate.tag, "job_type_id": estate.job_type, "job_id": estate.job,
        "api_key_id": str(key["id"]), "receipt_id": str(posted.json["receipt_id"]), "quarantine_id": quarantined,
        "discrepancy_id": discrepancy,
    }  # fmt: skip
    return Realm(estate, ids)


PARTS = {"member_id", "assignment_id"}
"""Things that are found under their parent only."""
BODIES: Mapping[str, Body] = {
    "change_branch": lambda _: {"name": "South"},
    "change_site": lambda _: {"name": "Lot 2"},
    "replace_site_boundary": lambda _: {"boundary": BOUNDARY, "valid_from": EARLY},
    "create_worker": lambda realm: {"name": "Bo", "code": uuid4().hex, "branch_id": realm.ids["branch_id"]},
    "change_worker": lambda realm: {"branch_id": realm.ids["branch_id"]},
    "change_crew": lambda _: {"name": "Red"},
    "add_crew_member": lambda realm: {"worker_id": realm.ids["worker_id"], "from": EARLY, "to": "2026-01-02T00:00:00Z"},
    "change_crew_member": lambda realm: {"worker_id": realm.ids["worker_id"]},
    "change_badge": lambda _: {"kind": "gateway"},
    "change_badge_lifecycle": lambda _: {"lifecycle": "lost", "reason": "gone"},
    "assign_badge": lambda realm: {
        "worker_id": realm.ids["worker_id"], "from": "2025-01-01T00:00:00Z", "to": "2025-01-02T00:00:00Z",
    },
    "change_badge_assignment": lambda realm: {"worker_id": realm.ids["worker_id"]},
    "change_zone": lambda _: {"name": "Mowers"},
    "create_tag": lambda realm: {
        "mac": "AA:BB:CC:00:00:01", "name": "T", "kind": "t", "zone_id": realm.ids["zone_id"],
    },
    "change_tag": lambda realm: {"zone_id": realm.ids["zone_id"]},
    "change_job_type": lambda _: {"name": "weeding"},
    "create_job": lambda realm: {**a_job_body(realm.ids["site_id"]), **_assigned(realm)},
    "change_job": lambda realm: {"site_id": realm.ids["site_id"]},
    "replace_job_assignments": lambda realm: _assigned(realm),  # noqa: PLW0108 # defined below
}  # fmt: skip


def _assigned(realm: Realm) -> dict[str, list[str]]:
    return {f"{one}s": [realm.ids[one]] for one in ("worker_id", "crew_id", "badge_id")}


def _id_parameters(operation: Operation) -> list[str]:
    return [one for one in [*operation.path_parameters, *operation.query_parameters] if one not in NO_IDS]


def _references(operation: Operation) -> list[str]:
    return [one for one in operation.body_fields if one.endswith(("_id", "_ids")) and one not in NO_REFERENCES]


async def _call(
    api: Api, operation: Operation, mine: Realm, ids: Mapping[str, str], *, body: object = None, query: str = ""
) -> Answer:
    path = operation.path
    for name in operation.path_parameters:
        path = path.replace(f"{{{name}}}", ids.get(name) or SOME[name])
    queried = dict(SOME_QUERY.get(operation.name, {})) | ({query: ids[query]} if query else {})
    address = path + ("?" + "&".join(f"{name}={value}" for name, value in queried.items()) if queried else "")
    if body is None and operation.has_body:
        body = BODIES[operation.name](mine)
    headers = {"If-Match": "*"} if operation.needs_version else {}
    return await api.call(operation.method, address, as_=mine.estate.company.admin, json_=body, headers=headers)


def _never(ids: Mapping[str, str]) -> dict[str, str]:
    return {name: str(uuid4()) for name in ids}


@pytest.fixture
def api(shared_api: Api, monkeypatch: pytest.MonkeyPatch) -> Api:
    """What is sent to queues is kept in memory."""
    monkeypatch.setitem(vars(runtime()), "bus", FakeBus())
    return shared_api


class TestAnotherCompanysId:
    async def test_in_a_path_answers_as_one_that_never_was(self, api: Api) -> None:
        mine, theirs = await _realm(api), await _realm(api)
        told: list[object] = []
        for operation in operations().values():
            wanted = [name for name in operation.path_parameters if name not in NO_IDS]
            if not wanted:
                continue
            mixes = [dict(theirs.ids)] + [{**mine.ids, name: theirs.ids[name]} for name in wanted if name in PARTS]
            for mix in mixes:
                strangers = {name: value for name, value in mix.items() if value == theirs.ids[name]}
                foreign = await _call(api, operation, mine, mix)
                never = await _call(api, operation, mine, {**mix, **_never(strangers)})
                if foreign.status != 404 or foreign.comparable != never.comparable:
                    told.append((operation.name, foreign.status, foreign.content, never.content))
            if operation.method == "GET":
                own = await _call(api, operation, theirs, theirs.ids)
                assert own.status == 200 or operation.name == "get_receipt", (operation.name, own.content)

        assert told == []

    async def test_in_a_filter_answers_as_one_that_never_was(self, api: Api) -> None:
        mine, theirs = await _realm(api), await _realm(api)
        told: list[object] = []
        for operation in operations().values():
            for name in [one for one in operation.query_parameters if one not in NO_IDS]:
                foreign = await _call(api, operation, mine, theirs.ids, query=name)
                never = await _call(api, operation, mine, _never(theirs.ids), query=name)
                if (foreign.status, foreign.comparable) != (200, never.comparable) or foreign.json["items"]:
                    told.append((operation.name, name, foreign.status, foreign.content, never.content))

        assert told == []

    async def test_in_a_body_answers_as_one_that_never_was(self, api: Api) -> None:
        mine, theirs = await _realm(api), await _realm(api)
        told: list[object] = []
        for operation in operations().values():
            for name in _references(operation):
                body, kind, never = BODIES[operation.name](mine), name.removesuffix("s"), str(uuid4())
                with_theirs = {**body, name: [theirs.ids[kind]] if name.endswith("s") else theirs.ids[kind]}
                with_never = {**body, name: [never] if name.endswith("s") else never}
                foreign = await _call(api, operation, mine, mine.ids, body=with_theirs)
                unknown = await _call(api, operation, mine, mine.ids, body=with_never)
                if foreign.status != 422 or foreign.comparable != unknown.comparable:
                    told.append((operation.name, name, foreign.status, foreign.content, unknown.content))

        assert told == []

    async def test_changed_nothing_there(self, api: Api) -> None:
        mine, theirs = await _realm(api), await _realm(api)
        with psycopg.connect(api.database.superuser_url) as connection:
            count = "select count(*) from audit_entries where company_id = %s"
            before = connection.execute(count, [theirs.estate.company.id]).fetchone()
        for operation in operations().values():
            if operation.method != "GET" and _id_parameters(operation):
                await _call(api, operation, mine, theirs.ids)

        with psycopg.connect(api.database.superuser_url) as connection:
            after = connection.execute(count, [theirs.estate.company.id]).fetchone()
        assert after == before


class TestTheMatrix:
    def test_knows_every_id_that_the_document_names(self) -> None:
        made = {
            "company_id", "branch_id", "worker_id", "site_id", "crew_id", "member_id", "badge_id", "zone_id",
            "assignment_id", "tag_id", "job_type_id", "job_id", "api_key_id", "receipt_id", "quarantine_id",
            "discrepancy_id",
        }  # fmt: skip
        named = {one for operation in operations().values() for one in _id_parameters(operation)}
        referred = {one.removesuffix("s") for operation in operations().values() for one in _references(operation)}

        assert named | referred <= made

    def test_has_a_body_for_every_operation_that_needs_one(self) -> None:
        needed = {
            name
            for name, operation in operations().items()
            if operation.has_body and (_id_parameters(operation) or _references(operation))
        }

        assert needed <= set(BODIES)
