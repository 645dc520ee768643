"""HTTP in front of the functions: a small ASGI application that answers as the real host does."""

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias, cast
from urllib.parse import parse_qsl

from azure.functions.http import HttpRequestConverter, HttpResponseConverter
from azure.functions.meta import Datum

from devhost.host.invocations import Invoker
from devhost.host.keys import Keys
from devhost.host.routes import Match, Routes

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]

LARGEST_BODY = 104_857_600
BODILESS = frozenset({204, 304})
HOST_SETS = frozenset({"content-length", "transfer-encoding", "connection"})

logger = logging.getLogger(__name__)
decode = cast("Callable[..., object]", HttpRequestConverter.decode)  # pyright: ignore[reportUnknownMemberType] - half typed


class BodyTooLargeError(Exception):
    """The request is larger than the 100 MB that the real host takes."""


class DisconnectedError(Exception):
    """The caller went away before its request was complete."""


class Listener:
    """Routes a request to its function; paths under /devhost go to the control endpoints instead."""

    def __init__(
        self, *, routes: Routes, keys: Keys, invoker: Invoker, control: Callable[..., Awaitable[None]]
    ) -> None:
        self._routes = routes
        self._keys = keys
        self._invoker = invoker
        self._control = control

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        if scope["path"].startswith("/devhost/"):
            await self._control(scope, send)
            return
        match = self._routes.find(scope["method"], scope["raw_path"].decode("latin-1"))
        query = dict(_joined(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)))
        headers = dict(_joined((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]))
        if match is None:
            await answer(send, 404)
        elif not self._is_allowed(match, headers, query):
            await answer(send, 401)
        else:
            await self._invoke(match, scope, headers, query, receive=receive, send=send)

    def _is_allowed(self, match: Match, headers: dict[str, str], query: dict[str, str]) -> bool:
        level = str(match.function.trigger.get("authLevel") or "function").lower()
        return level == "anonymous" or self._keys.allow(level, headers.get("x-functions-key") or query.get("code"))

    async def _invoke(
        self,
        match: Match,
        scope: Scope,
        headers: dict[str, str],
        query: dict[str, str],
        *,
        receive: Receive,
        send: Send,
    ) -> None:
        try:
            request = _a_request(match, scope, headers, query, await _read_body(receive))
            response = HttpResponseConverter.encode(
                await self._invoker.call(match.function, request), expected_type=None
            )
        except BodyTooLargeError:
            await answer(send, 413)
        except DisconnectedError:
            logger.info("The caller left before the request was complete", extra={"function": match.function.name})
        except Exception:  # the worker's boundary: whatever a function raises is a 500 without detail
            logger.exception("Function failed: %s", match.function.name)
            await answer(send, 500)
        else:
            await _send_response(send, response)


async def answer(send: Send, status: int, body: bytes = b"", content_type: bytes | None = None) -> None:
    """Send a whole answer of the host's own."""
    headers = [(b"content-length", str(len(body)).encode())] if status not in BODILESS else []
    if content_type is not None:
        headers.append((b"content-type", content_type))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _joined(pairs: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - an iterable of pairs of text
    values: dict[str, str] = {}
    for name, value in pairs:
        values[name] = f"{values[name]},{value}" if name in values else value
    return list(values.items())


async def _read_body(receive: Receive) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise DisconnectedError
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > LARGEST_BODY:
            raise BodyTooLargeError
        chunks.append(chunk)
        if not message.get("more_body", False):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _a_request(match: Match, scope: Scope, headers: dict[str, str], query: dict[str, str], body: bytes) -> object:
    path = scope["raw_path"].decode("latin-1")
    search = scope["query_string"].decode("latin-1")
    url = f"{scope['scheme']}://{headers.get('host', '')}{path}{f'?{search}' if search else ''}"
    value = {
        "method": Datum(scope["method"], "string"),
        "url": Datum(url, "string"),
        "headers": _texts(headers),
        "query": _texts(query),
        "params": _texts(match.values),
        "body": Datum(body, "bytes"),
    }
    return decode(Datum(value, "http"), trigger_metadata={})


def _texts(values: dict[str, str]) -> dict[str, Datum]:
    return {name: Datum(value, "string") for name, value in values.items()}


async def _send_response(send: Send, response: Datum) -> None:
    if response.type == "string":
        await answer(send, 200, response.value.encode(), b"text/plain; charset=utf-8")
        return
    value: dict[str, Any] = response.value
    status, body = int(value["status_code"].value), bytes(value["body"].value)
    headers = [
        (name.lower().encode("latin-1"), datum.value.encode("latin-1"))
        for name, datum in value["headers"].items()
        if name.lower() not in HOST_SETS
    ]
    for jar in value["cookies"] or ():
        headers += [(b"set-cookie", morsel.OutputString().encode("latin-1")) for morsel in jar.values()]
    if status not in BODILESS:
        headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if status in BODILESS else body})
