"""What only a test or a developer on this machine may do: see what is served, and fire a timer now."""

import ipaddress
import json
import os
from collections.abc import Mapping, Sequence

from devhost.host.index import IndexedFunction
from devhost.host.timers import Timer
from devhost.host.web import Scope, Send, answer

TIMERS = "/devhost/timers/"
STATUS = "/devhost/status"
NAMES = frozenset({b"127.0.0.1", b"localhost", b"[::1]"})


class Control:
    """The endpoints under /devhost; a stranger, or a page of another origin in a browser, finds nothing there."""

    def __init__(self, functions: Sequence[IndexedFunction], timers: Mapping[str, Timer]) -> None:
        self._functions = functions
        self._timers = timers

    async def __call__(self, scope: Scope, send: Send) -> None:
        """Answer a request to a control endpoint."""
        if not _is_from_here(scope):
            await answer(send, 404)
        elif (scope["method"], scope["path"]) == ("GET", STATUS):
            await answer(send, 200, self._status(), b"application/json")
        elif scope["method"] == "POST" and scope["path"].startswith(TIMERS):
            await self._fire(scope["path"].removeprefix(TIMERS), send)
        else:
            await answer(send, 404)

    async def _fire(self, name: str, send: Send) -> None:
        timer = self._timers.get(name)
        if timer is None:
            await answer(send, 404)
        else:
            await answer(send, 204 if await timer.fire() else 500)

    def _status(self) -> bytes:
        served = {function.name: function.kind for function in self._functions}
        return json.dumps({"pid": os.getpid(), "functions": served}).encode()


def _is_from_here(scope: Scope) -> bool:
    client = scope.get("client")
    if not client or not ipaddress.ip_address(client[0]).is_loopback:
        return False
    headers = dict(scope["headers"])
    name = headers.get(b"host", b"").rsplit(b":", 1)[0]
    return name in NAMES and b"origin" not in headers
