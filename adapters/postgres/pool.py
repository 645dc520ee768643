"""The pool of connections of one process (platform.md 4.4)."""

from contextlib import suppress
from typing import Any

from psycopg import AsyncConnection, OperationalError
from psycopg_pool import AsyncConnectionPool, PoolTimeout

MAX_LIFETIME_S = 1800.0
MAX_IDLE_S = 120.0
WAIT_S = 5.0
RECONNECT_S = 1.0
"""The pool doubles its pause after each failed attempt, so that an outage would last up to twice as long for us."""
AT_ONCE_S = 0.01
OPTIONS = "-c statement_timeout=15s -c lock_timeout=3s -c idle_in_transaction_session_timeout=15s -c timezone=UTC"


def new_pool(url: str, *, size: int) -> AsyncConnectionPool:
    """A pool that is still closed; it opens on first use, in the loop of the worker.

    No prepared statements: a transaction pooler in between would mix them up (platform.md 4.4).
    """

    async def check(connection: AsyncConnection) -> None:
        try:
            await AsyncConnectionPool.check_connection(connection)
        except OperationalError:
            # Its neighbours are dead, too; the pool would try them one by one, with a pause that doubles.
            await pool.check()
            raise

    pool: AsyncConnectionPool = AsyncConnectionPool(
        url,
        min_size=0,
        max_size=size,
        max_lifetime=MAX_LIFETIME_S,
        max_idle=MAX_IDLE_S,
        timeout=WAIT_S,
        reconnect_timeout=RECONNECT_S,
        reconnect_failed=_attempt_again,
        check=check,
        kwargs={"prepare_threshold": None, "options": OPTIONS},
        open=False,
    )
    return pool


async def _attempt_again(pool: AsyncConnectionPool[AsyncConnection[Any]]) -> None:
    """Whoever still waits for a connection is worth another attempt, which only a new request begins."""
    if pool.get_stats().get("requests_waiting"):
        with suppress(PoolTimeout):
            async with pool.connection(timeout=AT_ONCE_S):
                pass
