"""The database is away for a while: who must wait for it, and who need not."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial

from domain.errors import UnavailableError

logger = logging.getLogger("actual.outages")
PAUSES_S = (0.5, 1.0, 2.0, *(5.0,) * 18)
"""With the pool's own patience of 5 s a try, about 200 s: less than the 5 min for which the host renews a lock."""
AT_ONCE = 3
"""Companies that one call of a consumer serves at a time: two consumers leave connections of the pool to requests."""
ASK_AGAIN = timedelta(seconds=6)
"""Longer than a try takes to fail, so that one caller at a time finds out."""


async def outlast(attempt: Callable[[], Awaitable[object]], *, pauses_s: Iterable[float] = PAUSES_S) -> None:
    """Try until it succeeds; raises the last UnavailableError when the pauses are used up.

    A consumer waits inside its call: if it raised at once, the broker would deliver the message again at once, and ten
    failures in a minute's outage would send it to the dead-letter queue.
    """
    for pause_s in pauses_s:
        try:
            await attempt()
        except UnavailableError:
            logger.warning("Unable to reach the database, trying again", extra={"pause_s": pause_s})
            await asyncio.sleep(pause_s)
        else:
            return
    await attempt()


async def outlast_each(attempts: Sequence[Callable[[], Awaitable[object]]], *, what: str) -> None:
    """Try each until it succeeds, whatever becomes of the others; raises an ExceptionGroup of those that failed.

    One company's fault must cost no other a delivery. A try holds one of few places, a pause holds none.
    """
    places = asyncio.Semaphore(AT_ONCE)

    async def within(attempt: Callable[[], Awaitable[object]]) -> None:
        async with places:
            await attempt()

    done = await asyncio.gather(*(outlast(partial(within, each)) for each in attempts), return_exceptions=True)
    failed = [error for error in done if isinstance(error, BaseException)]
    if failed:
        raise BaseExceptionGroup(what, failed)


class Outage:
    """Remembers that the database did not answer, so that not every request waits to learn it anew.

    Memory of one process, never truth: it decides only whether to ask.
    """

    def __init__(self) -> None:
        self._ask_at: datetime | None = None

    def should_ask(self, now: datetime) -> bool:
        """Whether to ask the database; while it is away, one caller does every few seconds."""
        if self._ask_at is None:
            return True
        if now < self._ask_at:
            return False
        self._ask_at = now + ASK_AGAIN
        return True

    def note_away(self, now: datetime) -> None:
        """It did not answer."""
        self._ask_at = now + ASK_AGAIN

    def note_back(self) -> None:
        """It answered."""
        self._ask_at = None
