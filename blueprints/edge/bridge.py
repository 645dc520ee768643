"""One HTTP-triggered function per operation, all served by the one FastAPI application."""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import cast
from urllib.parse import unquote_to_bytes, urlsplit

import azure.functions as func
from fastapi import APIRouter, FastAPI, Request
from fastapi.routing import APIRoute
from starlette.types import Scope

from blueprints.edge.api import BASE_PATH
from blueprints.edge.correlation import HEADER, begin_correlation
from blueprints.edge.problems import MEDIA_TYPE, problem_response
from blueprints.edge.routing import GuardedRoute
from domain.permissions import PERMISSIONS

EVERY_METHOD = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
Serve = Callable[[func.HttpRequest], Awaitable[func.HttpResponse]]


def functions_from(router: APIRouter, *, served_by: FastAPI) -> func.Blueprint:
    """Register every operation of a router as a function of its own name.

    Raises TypeError for an unguarded route and KeyError for an operation without a permission row.
    """
    served_by.include_router(router, prefix=BASE_PATH)
    serve = _serve(served_by)
    blueprint = func.Blueprint()
    for operation in router.routes:
        if not isinstance(operation, GuardedRoute):
            message = f"{operation} is not guarded: make its router by blueprints.edge.routing.Router"
            raise TypeError(message)
        _register(operation, blueprint, serve)
    return blueprint


def unknown_route(*, served_by: FastAPI) -> func.Blueprint:
    """The catch-all: the host would answer an unknown route or a wrong method without a body."""
    blueprint = func.Blueprint()
    _add(blueprint, _serve(served_by), name="answer_unknown_route", route="{*path}", methods=EVERY_METHOD)
    return blueprint


def _register(operation: APIRoute, blueprint: func.Blueprint, serve: Serve) -> None:
    PERMISSIONS[operation.name]
    route = operation.path.removeprefix("/")
    _add(blueprint, serve, name=operation.name, route=route, methods=sorted(operation.methods or ()))


def _add(blueprint: func.Blueprint, serve: Serve, *, name: str, route: str, methods: list[str]) -> None:
    async def call(req: func.HttpRequest) -> func.HttpResponse:
        return await serve(req)

    call.__name__ = name
    registered = blueprint.route(route=route, methods=methods, auth_level=func.AuthLevel.ANONYMOUS)(call)
    blueprint.function_name(name)(registered)


def _serve(api: FastAPI) -> Serve:
    middleware = func.AsgiMiddleware(api)  # pyright: ignore[reportArgumentType, reportUnknownVariableType]

    async def serve(req: func.HttpRequest) -> func.HttpResponse:
        if not _is_readable(urlsplit(req.url).path):
            return _answer_unreadable(req)
        answer: func.HttpResponse = await middleware.handle_async(req)
        return answer

    return serve


def _is_readable(path: str) -> bool:
    try:
        unquote_to_bytes(path).decode()
    except UnicodeDecodeError:
        return False
    return True


def _answer_unreadable(req: func.HttpRequest) -> func.HttpResponse:
    """A path that is no UTF-8 leads nowhere; the middleware would raise before the application is reached."""
    sent = cast("Mapping[str, str]", req.headers)  # pyright: ignore[reportUnknownMemberType] # untyped in the library
    taken = begin_correlation(sent.get(HEADER))
    scope: Scope = {"type": "http", "path": urlsplit(req.url).path, "query_string": b"", "headers": []}
    problem = problem_response(Request(scope), HTTPStatus.NOT_FOUND, "not_found", HTTPStatus.NOT_FOUND.phrase)
    headers = {HEADER: taken, "Content-Type": MEDIA_TYPE}
    return func.HttpResponse(bytes(problem.body), status_code=problem.status_code, headers=headers, mimetype=MEDIA_TYPE)
