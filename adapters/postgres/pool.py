"""The pool of connections of one process (platform.md 4.4)."""

from psycopg_pool import AsyncConnectionPool

MAX_LIFETIME_S = 1800.0
MAX_IDLE_S = 120.0
WAIT_S = 5.0
OPTIONS = "-c statement_timeout=15s -c lock_timeout=3s -c idle_in_transaction_session_timeout=15s -c timezone=UTC"


def new_pool(url: str, *, size: int) -> AsyncConnectionPool:
    """A pool that is still closed; it opens on first use, in the loop of the worker.

    No prepared statements: a transaction pooler in between would mix them up (platform.md 4.4).
    """
    return AsyncConnectionPool(
        url,
        min_size=0,
        max_size=size,
        max_lifetime=MAX_LIFETIME_S,
        max_idle=MAX_IDLE_S,
        timeout=WAIT_S,
        check=AsyncConnectionPool.check_connection,
        kwargs={"prepare_threshold": None, "options": OPTIONS},
        open=False,
    )
