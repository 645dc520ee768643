"""HTTP through the development host answers as the real host documents."""

import json
from typing import Any

import pytest

from tests.devhost.conftest import Served


def keys(served: Served) -> dict[str, str]:
    """The host's own keys."""
    return dict[str, str](json.loads((served.host.folder / "host" / "keys.json").read_text()))


def echoed(served: Served, path: str, **request: Any) -> dict[str, Any]:
    """What the function saw of a request."""
    return dict[str, Any](served.client.post(path, **request).json())


class TestRequest:
    def test_reaches_the_function_whole(self, served: Served) -> None:
        seen = echoed(served, "/api/v1/echo/Ann?a=1&b=&a=2", content=b"\xff\x00body", headers={"X-Mark": "m"})

        assert (seen["method"], seen["body"], seen["params"]) == ("POST", "\xff\x00body", {"a": "1,2", "b": ""})
        assert (seen["headers"]["x-mark"], seen["function"]) == ("m", "echo")

    def test_keeps_the_encoded_path_in_its_url(self, served: Served) -> None:
        seen = echoed(served, "/api/v1/echo/Ann%20B%C3%A9?q=%20")

        assert seen["url"] == f"{served.host.url}/api/v1/echo/Ann%20B%C3%A9?q=%20"
        assert seen["route"] == {"name": "Ann Bé"}

    def test_joins_a_repeated_header(self, served: Served) -> None:
        seen = echoed(served, "/api/v1/echo/x", headers=[("X-Many", "1"), ("X-Many", "2")])

        assert seen["headers"]["x-many"] == "1,2"


class TestResponse:
    def test_carries_status_headers_and_type(self, served: Served) -> None:
        response = served.client.get("/api/v1/echo/x")

        assert (response.status_code, response.headers["x-one"]) == (201, "1")
        assert response.headers["content-type"] == "application/json"

    def test_sets_cookies(self, served: Served) -> None:
        assert served.client.get("/api/v1/echo/literal").headers["set-cookie"] == "a=1; HttpOnly; Path=/"

    def test_may_be_text_from_a_sync_function(self, served: Served) -> None:
        response = served.client.get("/api/v1/rest/a/b%20c")

        assert (response.status_code, response.text) == (200, "a/b c")

    def test_without_content_has_no_length(self, served: Served) -> None:
        response = served.client.get("/api/v1/empty")

        assert (response.status_code, "content-length" in response.headers) == (204, False)

    def test_hides_what_went_wrong(self, served: Served) -> None:
        response = served.client.get("/api/v1/broken")

        assert (response.status_code, response.content) == (500, b"")
        assert "a secret detail" in served.host.log.read_text()


class TestRoute:
    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", "/"),
            ("GET", "/api/v1/unknown"),
            ("GET", "/v1/echo/x"),
            ("DELETE", "/api/v1/echo/x"),
            ("GET", "/api/v1/echo"),
            ("GET", "/api/v1/echo//"),
            ("GET", "/api/v1/echo/x/y"),
        ],
    )
    def test_that_matches_nothing_is_an_empty_404(self, served: Served, method: str, path: str) -> None:
        response = served.client.request(method, path)

        assert (response.status_code, response.content) == (404, b"")

    def test_prefers_a_literal(self, served: Served) -> None:
        assert served.client.get("/api/v1/echo/literal").text == "literal"

    def test_falls_back_to_a_parameter_when_the_literal_has_another_method(self, served: Served) -> None:
        assert served.client.post("/api/v1/echo/literal").json()["route"] == {"name": "literal"}

    def test_ignores_case_and_a_last_slash(self, served: Served) -> None:
        assert served.client.get("/API/V1/Echo/Literal/").text == "literal"


class TestKey:
    def test_is_asked_for_by_a_guarded_route(self, served: Served) -> None:
        response = served.client.get("/api/v1/guarded")

        assert (response.status_code, response.content) == (401, b"")

    @pytest.mark.parametrize("name", ["functions", "master"])
    def test_opens_a_function_in_header_or_query(self, served: Served, name: str) -> None:
        key = keys(served)[name]

        assert served.client.get("/api/v1/guarded", headers={"x-functions-key": key}).text == "in"
        assert served.client.get("/api/v1/guarded", params={"code": key}).text == "in"

    def test_that_is_wrong_opens_nothing(self, served: Served) -> None:
        assert served.client.get("/api/v1/guarded", params={"code": "wrong"}).status_code == 401

    def test_of_functions_does_not_open_an_admin_route(self, served: Served) -> None:
        known = keys(served)

        assert served.client.get("/api/v1/owned", params={"code": known["functions"]}).status_code == 401
        assert served.client.get("/api/v1/owned", params={"code": known["master"]}).text == "in"


class TestControl:
    def test_is_closed_to_a_page_of_another_origin(self, served: Served) -> None:
        response = served.client.get("/devhost/status", headers={"Origin": "https://elsewhere.example"})

        assert response.status_code == 404

    def test_is_closed_under_another_host_name(self, served: Served) -> None:
        assert served.client.get("/devhost/status", headers={"Host": "elsewhere.example"}).status_code == 404

    def test_names_every_function(self, served: Served) -> None:
        functions = served.client.get("/devhost/status").json()["functions"]

        assert (functions["echo"], functions["nightly"], functions["take_many"]) == (
            "httpTrigger",
            "timerTrigger",
            "serviceBusTrigger",
        )
