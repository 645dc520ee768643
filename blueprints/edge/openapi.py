"""The OpenAPI document: FastAPI's, with our problems, the ways to sign in and who may call what."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from blueprints.edge.problems import problems
from contracts.v1.problem import Problem
from domain.permissions import PERMISSIONS, Permission

REF = "#/components/schemas/{model}"
SECURITY_SCHEMES: dict[str, Any] = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "An access token of the OpenID Connect provider, or an API key.",
    },
    "api_key": {"type": "apiKey", "in": "header", "name": "X-Actual-Api-Key", "description": "A machine's key."},
}
EVERYWHERE = (500,)
GUARDED = (401, 403, 503)
DESCRIPTION = (
    "Badges tell where they were; this API tells who worked where and when, and how we know. "
    "Instants are UTC with Z, lengths are whole seconds, periods are [from, to), geometry is GeoJSON (lon, lat)."
)


def openapi_document(api: FastAPI) -> dict[str, Any]:
    """The document of all operations; the same for the same code, so that a file can be compared with it."""
    document = get_openapi(
        title=api.title,
        version=api.version,
        openapi_version="3.1.0",
        summary=api.summary,
        description=DESCRIPTION,
        routes=api.routes,
        separate_input_output_schemas=True,
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    problem = Problem.model_json_schema(ref_template=REF)
    schemas.update(problem.pop("$defs"))
    schemas["Problem"] = problem
    document["components"]["securitySchemes"] = SECURITY_SCHEMES
    for path in document["paths"].values():
        for operation in path.values():
            _complete(operation)
    return document


def _complete(operation: dict[str, Any]) -> None:
    permission = PERMISSIONS[operation["operationId"]]
    answers = operation["responses"]
    if "422" in answers and "HTTPValidationError" in str(answers["422"]):
        answers.update(_documented(422))
    answers.update(_documented(*EVERYWHERE, *(() if permission.public else GUARDED), *_of_the_request(operation)))
    operation["responses"] = dict(sorted(answers.items()))
    operation["security"] = [] if permission.public else [{"bearer": []}, {"api_key": []}]
    operation["x-permission"] = _who(permission)


def _of_the_request(operation: dict[str, Any]) -> set[int]:
    """How a request can be ill whatever the operation does: by its body, its If-Match or its cursor."""
    named = {parameter["name"] for parameter in operation.get("parameters", [])}
    statuses = {400} if named & {"if-match", "cursor"} else set[int]()
    if "requestBody" in operation:
        statuses |= {400, 413} if "ingest" in operation["tags"] else {400, 413, 415}
    return statuses


def _documented(*statuses: int) -> dict[str, Any]:
    return {str(status): answer for status, answer in problems(*statuses).items()}


def _who(permission: Permission) -> dict[str, Any]:
    return {"roles": sorted(permission.roles), "scopes": sorted(permission.scopes), "public": permission.public}
