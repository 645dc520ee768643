"""The one FastAPI application: OpenAPI 3.1, problems for every failure, a correlation id on every answer."""

import logging
from functools import partial
from http import HTTPStatus
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, ExceptionHandler, Message, Receive, Scope, Send

from blueprints.edge import problems
from blueprints.edge.correlation import HEADER, begin_correlation
from blueprints.edge.openapi import openapi_document
from domain.errors import DomainError

logger = logging.getLogger("actual.api")
BASE_PATH = "/api"


class Outermost:
    """Gives each request its correlation id and each bug a problem, logged once where it is caught."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        request = Request(scope)
        taken = begin_correlation(request.headers.get(HEADER))
        started = False

        async def send_marked(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = [*message["headers"], (HEADER.lower().encode(), taken.encode())]
            await send(message)

        try:
            await self._app(scope, receive, send_marked)
        except Exception:  # the last resort: a bug becomes a 500 problem, and is logged once, here
            logger.exception("Unable to answer a request", extra={"correlation_id": taken})
            if started:
                raise
            detail = "Something went wrong on our side; it is logged under the correlation id."
            answer = problems.problem_response(request, HTTPStatus.INTERNAL_SERVER_ERROR, "internal", detail)
            await answer(scope, receive, send_marked)


def _operation_id(route: APIRoute) -> str:
    """The operation's name is its id, its function and its row in the permission table."""
    return route.name


def new_api() -> FastAPI:
    """The application without its operations; the bridge adds them."""
    api = FastAPI(
        title="Actual",
        version="1",
        summary="Badge movement turned into hours that an owner can defend.",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
    )
    api.add_middleware(Outermost)
    api.openapi = partial(openapi_document, api)
    handlers: dict[type[Exception], Any] = {
        DomainError: problems.answer_domain_error,
        problems.EdgeError: problems.answer_edge_error,
        HTTPException: problems.answer_http_exception,
        RequestValidationError: problems.answer_validation_error,
    }
    for error, handler in handlers.items():
        api.add_exception_handler(error, cast("ExceptionHandler", handler))
    return api
