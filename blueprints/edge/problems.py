"""Every failure as RFC 9457; the one table of statuses."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match
from starlette.types import Scope

from blueprints.edge.correlation import correlation_id
from contracts.v1.problem import FieldError, Problem
from domain.errors import (
    ConflictError,
    DomainError,
    InvalidError,
    NotFoundError,
    NotPermittedError,
    StaleError,
    UnavailableError,
)

RETRY_AFTER_S = 5
METHODS = ("DELETE", "GET", "PATCH", "POST", "PUT")
MEDIA_TYPE = "application/problem+json"
STATUSES: Mapping[type[DomainError], HTTPStatus] = {
    NotFoundError: HTTPStatus.NOT_FOUND,
    NotPermittedError: HTTPStatus.FORBIDDEN,
    ConflictError: HTTPStatus.CONFLICT,
    StaleError: HTTPStatus.PRECONDITION_FAILED,
    InvalidError: HTTPStatus.UNPROCESSABLE_ENTITY,
    UnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
}


CODES: Mapping[HTTPStatus, str] = {
    HTTPStatus.BAD_REQUEST: "bad_request",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
}
"""Of what the framework answers itself."""


class EdgeError(Exception):
    """An error of HTTP itself: it knows its status."""

    status = HTTPStatus.BAD_REQUEST
    code = "bad_request"

    def __init__(self, detail: str, *, errors: Sequence[FieldError] = ()) -> None:
        self.detail = detail
        self.errors = list(errors)
        super().__init__(detail)


class BadRequestError(EdgeError):
    """The request cannot be read."""


class NotAuthenticatedError(EdgeError):
    """No, unknown, expired or revoked credentials: all alike, no hint which."""

    status = HTTPStatus.UNAUTHORIZED
    code = "not_authenticated"

    def __init__(self) -> None:
        super().__init__("Send a valid bearer token or API key.")


class TooLargeError(EdgeError):
    """The body is larger than the operation takes."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "too_large"


class UnsupportedMediaTypeError(EdgeError):
    """The body is of a type that the operation does not read."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    code = "unsupported_media_type"


class PreconditionRequiredError(EdgeError):
    """The operation changes something and needs If-Match."""

    status = HTTPStatus.PRECONDITION_REQUIRED
    code = "precondition_required"

    def __init__(self) -> None:
        super().__init__('Send If-Match with the ETag that you read, as If-Match: "3".')


def problem_response(  # the parts of a problem
    request: Request,
    status: HTTPStatus,
    code: str,
    detail: str,
    *,
    errors: Sequence[FieldError] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """A problem as an answer."""
    problem = Problem(
        type=f"/problems/{code.replace('_', '-')}",
        title=status.phrase,
        status=status,
        detail=readable(detail),
        instance=request.url.path,
        code=code,
        correlation_id=correlation_id(),
        errors=list(errors) or None,
    )
    content = problem.model_dump(mode="json", exclude_none=True)
    return JSONResponse(content, status_code=status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def readable(text: str) -> str:
    """The text, with a question mark for each half of a surrogate pair, which JSON takes and UTF-8 does not."""
    return text.encode("utf-8", "replace").decode()


def answer_domain_error(request: Request, error: DomainError) -> JSONResponse:
    """The family of the error gives the status, its class the code."""
    status = next(status for family, status in STATUSES.items() if isinstance(error, family))
    headers = {"Retry-After": str(RETRY_AFTER_S)} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    return problem_response(request, status, error.code, error.detail, errors=_field_errors(error), headers=headers)


def _field_errors(error: DomainError) -> list[FieldError]:
    if not isinstance(error, InvalidError):
        return []
    return [FieldError(pointer=readable(error.pointer), code=error.code, message=readable(error.detail))]


def answer_edge_error(request: Request, error: EdgeError) -> JSONResponse:
    """An error of HTTP itself."""
    headers = {"WWW-Authenticate": "Bearer"} if error.status == HTTPStatus.UNAUTHORIZED else {}
    return problem_response(request, error.status, error.code, error.detail, errors=error.errors, headers=headers)


def answer_http_exception(request: Request, error: HTTPException) -> JSONResponse:
    """What the framework says itself: a body that cannot be read is 400, an unknown path 404, a wrong method 405."""
    status = HTTPStatus(error.status_code)
    headers = {"Allow": _allowed(request)} if status == HTTPStatus.METHOD_NOT_ALLOWED else error.headers
    return problem_response(request, status, CODES.get(status, "http"), str(error.detail), headers=headers)


def _allowed(request: Request) -> str:
    """The methods of all operations on a path; the framework names those of the first alone."""
    routes: list[BaseRoute] = request.app.routes
    asked: Scope = {"type": "http", "path": request.url.path, "headers": []}
    return ", ".join(
        method
        for method in METHODS
        if any(route.matches({**asked, "method": method})[0] is Match.FULL for route in routes)
    )


def answer_validation_error(request: Request, error: RequestValidationError) -> JSONResponse:
    """A body that is no JSON is 400; fields and parameters against their types are 422, each by its pointer."""
    found = error.errors()
    if any(item["type"] == "json_invalid" for item in found):
        return problem_response(request, HTTPStatus.BAD_REQUEST, "bad_request", "The body is not JSON.")
    errors = [
        FieldError(pointer=readable(_pointer(item["loc"])), code=item["type"], message=readable(item["msg"]))
        for item in found
    ]
    detail = "Some fields are not as they must be; `errors` names each."
    return problem_response(request, HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", detail, errors=errors)


def _pointer(location: Sequence[str | int]) -> str:
    place, *path = location
    if place == "body":
        return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)
    return str(path[-1]) if path else str(place)


def problems(*statuses: int) -> dict[int | str, dict[str, object]]:
    """The problem answers of an operation, for its documentation; those of every operation come by themselves."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in statuses
    }
