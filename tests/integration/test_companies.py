"""Companies, policies, API keys and the audit log through the index."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from bootstrap.runtime import runtime
from domain import api_keys
from services.ports.api_keys import CachedKey
from tests.index import PLATFORM, Api


class TestCreateCompany:
    async def test_answers_201_with_an_etag(self, api: Api) -> None:
        body = {"name": "Green Acres", "slug": "green-acres", "timezone": "America/New_York"}

        answer = await api.call("POST", "/api/v1/companies", as_=PLATFORM, json_=body)

        assert (answer.status, answer.etag, answer.json["slug"]) == (201, '"1"', "green-acres")

    async def test_refuses_a_slug_that_is_taken(self, api: Api) -> None:
        await api.make_company("green-acres")

        body = {"name": "Other", "slug": "green-acres", "timezone": "America/New_York"}
        answer = await api.call("POST", "/api/v1/companies", as_=PLATFORM, json_=body)

        assert (answer.status, answer.json["code"]) == (409, "slug_taken")

    async def test_names_the_field_of_a_policy_that_makes_no_sense(self, api: Api) -> None:
        body = {"name": "Odd", "slug": "odd", "timezone": "America/New_York", "policy": {"dwell_s": -1}}

        answer = await api.call("POST", "/api/v1/companies", as_=PLATFORM, json_=body)

        assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "/dwell_s")

    async def test_is_not_for_a_companys_own_admin(self, api: Api) -> None:
        home = await api.make_company()

        body = {"name": "Mine", "slug": "mine", "timezone": "America/New_York"}
        answer = await api.call("POST", "/api/v1/companies", as_=home.admin, json_=body)

        assert (answer.status, answer.json["code"]) == (403, "not_permitted")

    async def test_asks_a_stranger_for_credentials_before_it_reads_the_body(self, api: Api) -> None:
        answer = await api.call("POST", "/api/v1/companies", content=b"{not json")

        assert (answer.status, answer.json["code"]) == (401, "not_authenticated")

    @pytest.mark.parametrize("zone", ["localtime", "Factory", "right/UTC", "../../etc/passwd", "Mars/Olympus", "EST5"])
    async def test_refuses_what_is_no_zone_everywhere(self, api: Api, zone: str) -> None:
        body = {"name": "Odd", "slug": "odd", "timezone": zone}

        answer = await api.call("POST", "/api/v1/companies", as_=PLATFORM, json_=body)

        assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "/timezone")


class TestGetCompany:
    async def test_treats_another_company_as_unknown(self, api: Api) -> None:
        home, other = await api.make_company(), await api.make_company()

        theirs = await api.call("GET", f"/api/v1/companies/{other.id}", as_=home.viewer)
        never = await api.call("GET", f"/api/v1/companies/{uuid4()}", as_=home.viewer)

        assert theirs.status == 404
        assert theirs.comparable == never.comparable

    async def test_lists_only_the_own_one(self, api: Api) -> None:
        home, _ = await api.make_company(), await api.make_company()

        answer = await api.call("GET", "/api/v1/companies", as_=home.viewer)

        assert [item["id"] for item in answer.json["items"]] == [str(home.id)]

    async def test_pages_through_all_for_the_platform(self, api: Api) -> None:
        made = [str((await api.make_company()).id) for _ in range(5)]

        seen: list[str] = []
        cursor = ""
        for _ in range(3):
            answer = await api.call("GET", f"/api/v1/companies?limit=2{cursor}", as_=PLATFORM)
            seen += [item["id"] for item in answer.json["items"]]
            cursor = f"&cursor={answer.json['next_cursor']}"

        assert (seen, answer.json["next_cursor"]) == (made, None)

    async def test_refuses_a_cursor_of_another_list(self, api: Api) -> None:
        answer = await api.call("GET", "/api/v1/companies?cursor=bm9uZQ==", as_=PLATFORM)

        assert (answer.status, answer.json["code"]) == (400, "bad_request")


class TestPolicy:
    async def test_becomes_a_new_version(self, api: Api) -> None:
        home = await api.make_company(policy={"dwell_s": 240})

        answer = await api.call(
            "PUT", "/api/v1/policy", as_=home.admin, json_={"stop_s": 900}, headers={"If-Match": '"1"'}
        )

        read = await api.call("GET", "/api/v1/policy", as_=home.viewer)
        assert (answer.status, read.etag) == (200, '"2"')
        assert (read.json["dwell_s"], read.json["stop_s"]) == (180, 900)

    async def test_stays_as_it_is_when_nothing_differs(self, api: Api) -> None:
        home = await api.make_company(policy={"dwell_s": 240})

        answer = await api.call(
            "PUT",
            "/api/v1/policy",
            as_=home.admin,
            json_={"dwell_s": 240, "stop_radius_m": 75.0},
            headers={"If-Match": "*"},
        )

        entries = await api.call("GET", f"/api/v1/audit-entries?subject=company:{home.id}", as_=home.viewer)
        with psycopg.connect(api.database.superuser_url) as connection:
            versions = connection.execute("select version from policies where company_id = %s", [home.id]).fetchall()
        assert (answer.status, answer.etag, versions) == (200, '"1"', [(1,)])
        assert "policy_replaced" not in [entry["kind"] for entry in entries.json["items"]]

    async def test_needs_the_version_that_was_seen(self, api: Api) -> None:
        home = await api.make_company()

        without = await api.call("PUT", "/api/v1/policy", as_=home.admin, json_={})
        stale = await api.call("PUT", "/api/v1/policy", as_=home.admin, json_={}, headers={"If-Match": '"7"'})

        assert (without.status, stale.status) == (428, 412)


def _key(issued: dict[str, Any]) -> dict[str, str]:
    return {"X-Actual-Api-Key": issued["key"]}


class TestApiKeys:
    async def test_open_what_their_scope_opens(self, api: Api) -> None:
        home = await api.make_company()
        reader = await api.make("/api/v1/api-keys", {"name": "bi", "scopes": ["read"]}, as_=home.admin)
        sender = await api.make("/api/v1/api-keys", {"name": "hub", "scopes": ["ingest"]}, as_=home.admin)

        read = await api.call("GET", "/api/v1/policy", headers=_key(reader))
        refused = await api.call("GET", "/api/v1/policy", headers=_key(sender))

        assert (read.status, refused.status) == (200, 403)

    async def test_are_refused_at_once_after_revocation_like_one_that_never_was(self, api: Api) -> None:
        home = await api.make_company()
        issued = await api.make("/api/v1/api-keys", {"name": "bi", "scopes": ["read"]}, as_=home.admin)
        await api.call("GET", "/api/v1/policy", headers=_key(issued))

        answer = await api.call(
            "DELETE", f"/api/v1/api-keys/{issued['id']}", as_=home.admin, headers={"If-Match": issued["etag"]}
        )

        revoked = await api.call("GET", "/api/v1/policy", headers=_key(issued))
        never = await api.call("GET", "/api/v1/policy", headers={"X-Actual-Api-Key": "act_test_nonsense"})
        assert (answer.status, revoked.status) == (204, 401)
        assert revoked.comparable == never.comparable

    async def test_bear_no_trace_of_a_stranger_who_knows_the_public_id(self, api: Api) -> None:
        home = await api.make_company()
        issued = await api.make("/api/v1/api-keys", {"name": "bi", "scopes": ["read"]}, as_=home.admin)
        stem = "_".join([*issued["key"].split("_")[:3], "A" * 43])
        forged = f"{stem}_{api_keys._checksum(stem)}"

        answer = await api.call("GET", "/api/v1/policy", headers={"X-Actual-Api-Key": forged})

        read = await api.call("GET", f"/api/v1/api-keys/{issued['id']}", as_=home.admin)
        assert (answer.status, read.json["last_used_at"]) == (401, None)

    async def test_remember_their_use_to_the_minute(self, api: Api) -> None:
        home = await api.make_company()
        issued = await api.make("/api/v1/api-keys", {"name": "bi", "scopes": ["read"]}, as_=home.admin)

        await api.call("GET", "/api/v1/policy", headers=_key(issued))

        read = await api.call("GET", f"/api/v1/api-keys/{issued['id']}", as_=home.admin)
        assert read.json["last_used_at"] is not None

    async def test_stay_revoked_when_a_slow_reader_remembers_them_as_they_were(self, api: Api) -> None:
        home = await api.make_company()
        issued = await api.make("/api/v1/api-keys", {"name": "bi", "scopes": ["read"]}, as_=home.admin)
        before = await runtime().platform.find_api_key(issued["key"].split("_")[2])
        assert before is not None
        await api.call("DELETE", f"/api/v1/api-keys/{issued['id']}", as_=home.admin, headers={"If-Match": "*"})

        await runtime().key_cache.remember(CachedKey(before, datetime.now(UTC)))

        answer = await api.call("GET", "/api/v1/policy", headers=_key(issued))
        assert answer.status == 401

    async def test_never_show_their_secret_again(self, api: Api) -> None:
        home = await api.make_company()
        issued = await api.make("/api/v1/api-keys", {"name": "bi", "scopes": ["read"]}, as_=home.admin)

        listed = await api.call("GET", "/api/v1/api-keys", as_=home.admin)
        read = await api.call("GET", f"/api/v1/api-keys/{issued['id']}", as_=home.admin)

        assert issued["key"].split("_")[3].encode() not in listed.content + read.content

    async def test_of_another_company_are_unknown(self, api: Api) -> None:
        home, other = await api.make_company(), await api.make_company()
        theirs = await api.make("/api/v1/api-keys", {"name": "bi", "scopes": ["read"]}, as_=other.admin)

        for method in ("GET", "DELETE"):
            headers = {"If-Match": "*"}
            answer = await api.call(method, f"/api/v1/api-keys/{theirs['id']}", as_=home.admin, headers=headers)
            never = await api.call(method, f"/api/v1/api-keys/{uuid4()}", as_=home.admin, headers=headers)
            assert answer.status == 404
            assert answer.comparable == never.comparable
        listed = await api.call("GET", "/api/v1/api-keys", as_=home.admin)
        assert listed.json["items"] == []


class TestAuditLog:
    async def test_holds_and_tells_what_changed(self, api: Api) -> None:
        home = await api.make_company()
        issued = await api.make("/api/v1/api-keys", {"name": "bi", "scopes": ["read"]}, as_=home.admin)

        listed = await api.call("GET", f"/api/v1/audit-entries?subject=api_key:{issued['id']}", as_=home.viewer)
        verified = await api.call("GET", "/api/v1/audit-entries/verification", as_=home.viewer)

        assert [item["kind"] for item in listed.json["items"]] == ["api_key_issued"]
        assert (verified.json["holds"], verified.json["checked"], verified.json["first_broken"]) == (True, 2, None)

    async def test_of_another_company_is_out_of_sight(self, api: Api) -> None:
        home, other = await api.make_company(), await api.make_company()
        await api.make("/api/v1/api-keys", {"name": "canary", "scopes": ["read"]}, as_=other.admin)

        listed = await api.call("GET", "/api/v1/audit-entries", as_=home.viewer)
        second = await api.call("GET", "/api/v1/audit-entries/2", as_=home.viewer)

        assert b"canary" not in listed.content
        assert second.status == 404
