"""Whatever a caller sends, every operation of the document answers a problem and never fails itself."""

import base64
import json
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from bootstrap.runtime import runtime
from tests.fakes.bus import FakeBus
from tests.index import PLATFORM, Answer, Api, Home
from tests.operations import Operation, operations

NOBODY = "01900000-0000-7000-8000-000000000000"
SOME_PATH = {"on": "2026-06-10", "number": "1", "version": "1"}
SOME_QUERY = {
    "list_presence_intervals": {"from": "2026-06-10T00:00:00Z", "to": "2026-06-11T00:00:00Z", "worker_id": NOBODY},
    "list_worker_hours": {"from": "2026-06-10", "to": "2026-06-11"},
    "get_worker_evidence": {"at": "2026-06-10T00:00:00Z"},
}
DEEP = "[" * 100_000
MIDDLING = "[" * 900 + "]" * 900
ODD_TEXTS = [
    "%00", "a%00b", "%ff", "%ed%a0%80", "%0A", "", "-1", "0", "9" * 20, "9" * 400, "x" * 3000, "2147483648", "null",
    "%F0%9F%90%9D", "1e400", "..", "0001-01-01", "9999-12-31T23:59:59Z", "2026-06-10T00:00:00%2B23:59", NOBODY,
]  # fmt: skip
ODD_KEYS = [
    "9" * 20, "2147483648", "-1", "1_0", f"100000000000000000:{NOBODY}", f"-100000000000000000:{NOBODY}",
    f"{2**63}:{NOBODY}", f"1e3:{NOBODY}", "\0", "", ":", NOBODY, "²", "9" * 300,
]  # fmt: skip
ODD_BODIES = [
    b"\xff\xfe", b"\xed\xa0\x80", b"{", b"null", b"[]", b'"x"', b"1", b"{}", b"NaN", b"1e400", b"9" * 5000,
    DEEP.encode(), b'{"a":' * 5000, b'{"\\ud800": 1}', b'{"\\u0000": 1}', b"\x00", b'{"name": "x", "name": "y"}',
    b'[{"a": 1}, null]',
]  # fmt: skip
ODD_VALUES = [
    r'"\u0000"', r'"\ud800"', r'"a\nb"', '""', "9" * 400, "-1", "1e400", "NaN", "[]", "{}", "null", "true", "[null]",
    '["\\u0000"]', MIDDLING, '"' + "x" * 5000 + '"', '"9999-12-31T23:59:59-23:59"', "[" + "9" * 400 + "]",
    '{"type": "Polygon", "coordinates": ' + MIDDLING + "}", '{"type": ["Polygon"], "coordinates": {}}',
    '{"type": "MultiPolygon", "coordinates": [[[[0, 1e400]]]]}', '{"dwell_s": ' + "9" * 400 + "}",
    '{"crs": {"properties": {"name": []}}}', '{"crs": {"properties": {"name": {}}}, "type": "Polygon"}',
]  # fmt: skip
FIGURES = ["dwell_s", "exit_buffer_m", "workweek_start", "rounding", "version"]
NAMES = [name for name, operation in operations().items() if not operation.name.startswith("get_health")]


@pytest.fixture
def api(shared_api: Api, monkeypatch: pytest.MonkeyPatch) -> Api:
    """One company after another; what is sent to queues is kept in memory, and nothing is looked at again."""
    monkeypatch.setitem(vars(runtime()), "bus", FakeBus())
    return shared_api


def _address(operation: Operation, **odd: str) -> str:
    path = operation.path
    for name in operation.path_parameters:
        path = path.replace(f"{{{name}}}", odd.get(name, SOME_PATH.get(name, NOBODY)))
    query = {**SOME_QUERY.get(operation.name, {}), **odd}
    taken = {name: value for name, value in query.items() if name in operation.query_parameters}
    return path + ("?" + "&".join(f"{name}={value}" for name, value in taken.items()) if taken else "")


def _odd_addresses(operation: Operation) -> Iterator[str]:
    for name in operation.path_parameters:
        yield from (_address(operation, **{name: text}) for text in ODD_TEXTS if text not in {"", ".."})
    for name in operation.query_parameters:
        yield from (_address(operation, **{name: text}) for text in ODD_TEXTS)
    if "cursor" in operation.query_parameters:
        cursors = [base64.urlsafe_b64encode(key.encode()).decode() for key in ODD_KEYS]
        yield from (_address(operation, cursor=quote(cursor)) for cursor in cursors)


def _odd_bodies(operation: Operation) -> Iterator[bytes]:
    yield from ODD_BODIES
    for name in operation.body_fields or FIGURES:
        yield from (f'{{"{name}": {value}}}'.encode() for value in ODD_VALUES)


def _is_well_answered(operation: Operation, answer: Answer) -> bool:
    documented = operation.document["responses"].get(str(answer.status))
    if documented is None:
        return False
    if answer.status < 400:
        return ("etag" in answer.headers) == ("ETag" in documented.get("headers", {}))
    kind = answer.headers["content-type"]
    named = answer.json["correlation_id"] == answer.headers["x-correlation-id"]
    return answer.status != 500 and kind == "application/problem+json" and named


@pytest.mark.parametrize("name", NAMES)
class TestEveryOperation:
    async def test_never_fails_on_odd_parameters(self, api: Api, name: str) -> None:
        operation, home = operations()[name], await api.make_company()
        body = b"{}" if operation.has_body else None
        headers = {"If-Match": "*"}

        ill = [
            (address, answer.status, answer.content)
            for address in _odd_addresses(operation)
            for answer in [await api.call(operation.method, address, as_=home.admin, content=body, headers=headers)]
            if not _is_well_answered(operation, answer)
        ]

        assert ill == []

    async def test_never_fails_on_odd_bodies(self, api: Api, name: str) -> None:
        operation, home = operations()[name], await api.make_company()
        headers = {"If-Match": "*"} | await _sender(api, home, operation)
        bodies = [*_odd_bodies(operation)] if operation.has_body else []

        ill = [
            (body[:200], answer.status, answer.content)
            for body in bodies
            for answer in [await api.call(operation.method, _address(operation), content=body, headers=headers)]
            if not _is_well_answered(operation, answer)
        ]

        assert ill == []


async def _sender(api: Api, home: Home, operation: Operation) -> dict[str, str]:
    """Who may call the operation: a key for what devices send, our platform people for companies, else an admin."""
    if operation.document["x-permission"]["roles"] == []:
        issued = await api.make("/api/v1/api-keys", {"name": "hub", "scopes": ["ingest"]}, as_=home.admin)
        return {"X-Actual-Api-Key": issued["key"]}
    person = PLATFORM if operation.document["x-permission"]["roles"] == ["platform"] else home.admin
    return {"Authorization": f"Bearer {api.token(person)}"}


class TestBodies:
    @pytest.mark.parametrize("body", [b"\xff\xfe", b"{", b"9" * 5000, DEEP.encode()], ids=["utf8", "cut", "9s", "deep"])
    async def test_that_are_no_json_are_bad_requests(self, api: Api, body: bytes) -> None:
        home = await api.make_company()

        answer = await api.call("POST", "/api/v1/crews", as_=home.admin, content=body)

        assert (answer.status, answer.json["code"]) == (400, "bad_request")


class TestPaths:
    @pytest.mark.parametrize("part", ["%ff", "%ed%a0%80"])
    async def test_of_bad_utf_8_are_unknown(self, api: Api, part: str) -> None:
        home = await api.make_company()

        answer = await api.call(
            "GET", f"/api/v1/sites/{part}", as_=home.admin, headers={"X-Correlation-Id": "abcdefgh"}
        )

        unknown = await api.call("GET", "/api/v1/nothing", as_=home.admin)
        assert answer.comparable == unknown.comparable
        assert answer.headers["x-correlation-id"] == answer.json["correlation_id"] == "abcdefgh"


class TestFilters:
    @pytest.mark.parametrize(
        "address",
        [
            "workers?code=",
            "badges?serial=",
            "badges?device_uid=",
            "tags?mac=",
            "job-types?name=",
            "audit-entries?subject=",
        ],
    )
    @pytest.mark.parametrize("text", ["%00", "a%0Ab", "x" * 201])
    async def test_refuse_control_characters_and_length(self, api: Api, address: str, text: str) -> None:
        home = await api.make_company()

        answer = await api.call("GET", f"/api/v1/{address}{text}", as_=home.admin)

        parameter = address.partition("?")[2].removesuffix("=")
        assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, parameter)


class TestCursors:
    @pytest.mark.parametrize(
        ("address", "key"),
        [
            ("audit-entries?", "9" * 20),
            (f"sites/{NOBODY}/boundary-versions?", "2147483648"),
            ("presence/intervals?from=2026-06-10T00:00:00Z&to=2026-06-11T00:00:00Z&worker_id=" + NOBODY + "&",
             f"100000000000000000:{NOBODY}"),
            ("workers?", "\0"),
        ],
    )  # fmt: skip
    async def test_of_no_list_of_ours_are_bad_requests(self, api: Api, address: str, key: str) -> None:
        home = await api.make_company()
        cursor = base64.urlsafe_b64encode(key.encode()).decode()

        answer = await api.call("GET", f"/api/v1/{address}cursor={cursor}", as_=home.admin)

        assert (answer.status, answer.json["code"]) == (400, "bad_request")


class TestPolicyFigures:
    async def test_of_many_digits_are_refused(self, api: Api) -> None:
        home = await api.make_company()
        body = json.dumps({"dwell_s": int("9" * 400)}).encode()

        answer = await api.call("PUT", "/api/v1/policy", as_=home.admin, content=body, headers={"If-Match": "*"})

        assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "/dwell_s")


class TestMediaTypes:
    @pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "json"])
    async def test_other_than_json_are_refused(self, api: Api, kind: str) -> None:
        home = await api.make_company()

        answer = await api.call(
            "POST", "/api/v1/crews", as_=home.admin, content=b'{"name": "Blue"}', headers={"Content-Type": kind}
        )

        assert (answer.status, answer.json["code"]) == (415, "unsupported_media_type")

    @pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON", "application/geo+json"])
    async def test_of_json_are_taken(self, api: Api, kind: str) -> None:
        home = await api.make_company()

        answer = await api.call(
            "POST", "/api/v1/crews", as_=home.admin, content=b'{"name": "Blue"}', headers={"Content-Type": kind}
        )

        assert answer.status == 201, answer.content

    async def test_of_what_devices_send_do_not_matter(self, api: Api) -> None:
        home = await api.make_company()
        issued = await api.make("/api/v1/api-keys", {"name": "hub", "scopes": ["ingest"]}, as_=home.admin)
        headers = {"X-Actual-Api-Key": issued["key"], "Content-Type": "text/plain"}

        answer = await api.call("POST", "/api/v1/ingest/events", content=b"[]", headers=headers)

        assert answer.status == 400


class TestMethods:
    async def test_allowed_are_those_of_every_operation_on_the_path(self, api: Api) -> None:
        answer = await api.call("DELETE", "/api/v1/workers")

        assert (answer.status, answer.json["code"], answer.headers["allow"]) == (405, "method_not_allowed", "GET, POST")


class TestIfMatch:
    @pytest.mark.parametrize("tag", ['W/"1"', "1", '"1", "2"', '"x"'])
    async def test_takes_one_strong_tag(self, api: Api, tag: str) -> None:
        home = await api.make_company()
        made = await api.make("/api/v1/crews", {"name": "Blue"}, as_=home.admin)

        answer = await api.call(
            "PATCH", f"/api/v1/crews/{made['id']}", as_=home.admin, json_={"name": "Red"}, headers={"If-Match": tag}
        )

        assert (answer.status, answer.json["code"]) == (400, "bad_request")
