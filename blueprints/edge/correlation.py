"""The correlation id of a request: the caller's, when harmless, else a fresh one; on every answer and log entry."""

import re
from contextvars import ContextVar

from bootstrap.clock import new_id

HEADER = "X-Correlation-Id"
HARMLESS = re.compile(r"[A-Za-z0-9._-]{8,64}")
_current: ContextVar[str] = ContextVar("correlation_id", default="")


def begin_correlation(offered: str | None) -> str:
    """Take the offered id, or make one, for the request that begins."""
    taken = offered if offered and HARMLESS.fullmatch(offered) else str(new_id())
    _current.set(taken)
    return taken


def correlation_id() -> str:
    """The id of the present request; empty outside of one."""
    return _current.get()
