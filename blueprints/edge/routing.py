"""Routes whose door is guarded: identity comes before the body is read or any other check speaks."""

import re
from collections.abc import Callable, Coroutine
from functools import partial
from http import HTTPStatus
from inspect import signature
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute

from blueprints.edge.identity import identify
from blueprints.edge.problems import TooLargeError, UnsupportedMediaTypeError

LARGEST_BODY = 1_048_576
"""Enough for any boundary; the ingest operations have a smaller limit of their own."""


WITH_ETAG = frozenset({HTTPStatus.OK, HTTPStatus.CREATED})
ETAG = {
    "description": "The version, for If-Match.",
    "required": True,
    "schema": {"type": "string", "examples": ['"3"']},
}
JSON_TYPE = re.compile(r"application/(?:[a-z0-9.-]+\+)?json")


class GuardedRoute(APIRoute):
    """An operation; its name is its row in the permission table. One that takes `response` sets the ETag on it."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:  # noqa: ANN401 # of APIRoute
        status = options.get("status_code") or HTTPStatus.OK
        if status in WITH_ETAG and "response" in signature(endpoint).parameters:
            options["responses"] = {**(options.get("responses") or {}), int(status): {"headers": {"ETag": ETAG}}}
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, behind identity and the size limit."""
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            await identify(request, self.name)
            if len(await request.body()) > LARGEST_BODY:
                message = f"A body may have {LARGEST_BODY} bytes at most."
                raise TooLargeError(message)
            if self.body_field is not None:
                await _refuse_other_types(request)
            return await handle(request)

        return guarded


async def _refuse_other_types(request: Request) -> None:
    """Raise UnsupportedMediaTypeError for a body that is not said to be JSON; ingestion reads bodies by itself."""
    named = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if await request.body() and not JSON_TYPE.fullmatch(named):
        message = "Send JSON, as Content-Type: application/json."
        raise UnsupportedMediaTypeError(message)


Router = partial(APIRouter, route_class=GuardedRoute)
"""A router of guarded operations: `router = Router(prefix="/v1/sites", tags=["sites"])`."""
