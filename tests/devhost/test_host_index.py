"""What the host accepts of a function app, before it serves anything."""

import json
from typing import Any

import pytest

from devhost.host.index import IndexedFunction, UnservableError, read_function
from devhost.host.routes import Routes


async def answer(req: object) -> None:
    """A function that only has a signature."""


class Raw:
    """A function as the library's index shows it."""

    def __init__(self, *bindings: dict[str, Any]) -> None:
        self._bindings = bindings

    def get_function_name(self) -> str:
        return "answer"

    def get_user_function(self) -> object:
        return answer

    def get_raw_bindings(self) -> list[str]:
        return [json.dumps(binding) for binding in self._bindings]


HTTP = {"type": "httpTrigger", "name": "req", "direction": "IN"}


def a_function(name: str, route: str, *methods: str) -> IndexedFunction:
    """An HTTP function with a route."""
    return read_function(Raw({**HTTP, "route": route, "methods": list(methods)}))


class TestReadFunction:
    def test_refuses_a_binding_that_is_not_served(self) -> None:
        with pytest.raises(UnservableError, match="queueTrigger"):
            read_function(Raw({"type": "queueTrigger", "name": "req"}))

    def test_refuses_a_trigger_without_its_parameter(self) -> None:
        with pytest.raises(UnservableError, match="no parameter 'request'"):
            read_function(Raw({**HTTP, "name": "request"}))


class TestRoutes:
    def test_refuse_two_functions_with_one_route_and_method(self) -> None:
        with pytest.raises(UnservableError, match="same route"):
            Routes([a_function("a", "v1/x/{id}", "GET"), a_function("b", "v1/X/{name}", "GET", "POST")], prefix="api")

    def test_allow_one_route_with_several_methods(self) -> None:
        routes = Routes([a_function("a", "v1/x", "GET"), a_function("b", "v1/x", "POST")], prefix="api")

        assert routes.find("POST", "/api/v1/x") is not None

    def test_send_what_no_other_takes_to_the_catch_all(self) -> None:
        routes = Routes([a_function("a", "v1/x/{id}", "GET"), a_function("b", "v1/{*rest}")], prefix="api")

        found = routes.find("DELETE", "/api/v1/x/1")

        assert found is not None
        assert found.values == {"rest": "x/1"}

    @pytest.mark.parametrize("route", ["admin/x", "runtime", "v1/{id:int}", "v1/a-{id}"])
    def test_refuse_a_template_that_the_real_host_would_read_otherwise(self, route: str) -> None:
        with pytest.raises(UnservableError):
            Routes([a_function("a", route, "GET")], prefix="")
