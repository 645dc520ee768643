"""The operations of the OpenAPI document, for tests that go through all of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: its name, how it is called, and what it takes."""

    name: str
    method: str
    path: str
    document: Mapping[str, Any]

    @property
    def path_parameters(self) -> list[str]:
        """The names in the path, from left to right."""
        return [one["name"] for one in self.document.get("parameters", []) if one["in"] == "path"]

    @property
    def query_parameters(self) -> list[str]:
        """The names in the query."""
        return [one["name"] for one in self.document.get("parameters", []) if one["in"] == "query"]

    @property
    def has_body(self) -> bool:
        """Whether it reads a body."""
        return "requestBody" in self.document

    @property
    def needs_version(self) -> bool:
        """Whether it needs If-Match."""
        return any(one["name"] == "if-match" for one in self.document.get("parameters", []))

    @property
    def body_fields(self) -> list[str]:
        """The names of the fields of its body."""
        content = self.document.get("requestBody", {}).get("content", {}).get("application/json", {})
        model = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
        return list(_document()["components"]["schemas"].get(model, {}).get("properties", {}))


@cache
def _document() -> dict[str, Any]:
    import function_app  # noqa: PLC0415 # the index is built once per process by tests.index

    return function_app.api.openapi()


@cache
def operations() -> Mapping[str, Operation]:
    """Every operation of the document by its name."""
    return {
        document["operationId"]: Operation(document["operationId"], method.upper(), path, document)
        for path, methods in _document()["paths"].items()
        for method, document in methods.items()
    }
