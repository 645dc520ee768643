"""Group commit: operations of the same instant share one transaction and one write to the disk.

Statements run on the event loop (they are short); only the commit, which waits for the disk, runs on a thread. While
it does, operations gather for the next group. Nobody hears of an operation before its group is on the disk.
"""

import asyncio
import logging
import sqlite3
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, TypeVar

from devhost.broker.store import Store

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

_LARGEST_GROUP: Final = 512
_FORGET_EVERY_S: Final = 1.0
_RETRY_AFTER_S: Final = 0.2


def now_ms() -> int:
    """Return the present instant in milliseconds since 1970, UTC."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class _Operation:
    prepare: Callable[[], Callable[[], None]]
    failed: Callable[[], None]


class Commits:
    """Runs operations on the store in groups, in the order in which they were submitted."""

    def __init__(self, store: Store, *, on_committed: Callable[[frozenset[str]], None]) -> None:
        """`on_committed` hears after each group which queues hold more ready messages than before."""
        self._store = store
        self._on_committed = on_committed
        self._loop = asyncio.get_running_loop()
        self._disk = ThreadPoolExecutor(max_workers=1, thread_name_prefix="broker-commit")
        self._waiting: deque[_Operation] = deque()
        self._busy = False
        self._rested = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._forgotten_at_s = 0.0

    def submit(self, run: Callable[[], Result], *, then: Callable[[Result], None], failed: Callable[[], None]) -> None:
        """Run an operation in the next group; call `then` with its result once it is on the disk, else `failed`."""

        def prepare() -> Callable[[], None]:
            result = run()
            return lambda: then(result)

        self._waiting.append(_Operation(prepare, failed))
        self._wake()

    def start(self) -> None:
        """Move what fell due while the broker was down, and keep moving what falls due."""
        self._wake()

    async def stop(self) -> None:
        """Return when everything submitted is on the disk; no timer fires afterwards."""
        while self._busy:
            self._rested.clear()
            await self._rested.wait()
        if self._timer is not None:
            self._timer.cancel()
        self._disk.shutdown()

    def _wake(self) -> None:
        if not self._busy:
            self._busy = True
            # Sockets that are readable in this turn of the loop still join the group.
            self._loop.call_soon(self._run_group)

    def _run_group(self) -> None:
        group = [self._waiting.popleft() for _ in range(min(len(self._waiting), _LARGEST_GROUP))]
        try:
            finishers, next_due = self._run_statements(group)
        except sqlite3.Error as error:
            self._fail(group, error)
            return
        replenished = frozenset(self._store.replenished)
        commit = self._loop.run_in_executor(self._disk, self._store.commit)
        commit.add_done_callback(lambda done: self._end_group(done, group, finishers, replenished, next_due))

    def _run_statements(self, group: list[_Operation]) -> tuple[list[Callable[[], None]], int | None]:
        at = now_ms()
        self._store.begin()
        self._store.move_due(at=at)
        if self._loop.time() - self._forgotten_at_s > _FORGET_EVERY_S:
            self._store.forget_duplicates(at=at)
            self._forgotten_at_s = self._loop.time()
        finishers = [operation.prepare() for operation in group]
        return finishers, self._store.find_next_due()

    def _end_group(
        self,
        commit: asyncio.Future[None],
        group: list[_Operation],
        finishers: list[Callable[[], None]],
        replenished: frozenset[str],
        next_due: int | None,
    ) -> None:
        error = commit.exception()
        if isinstance(error, sqlite3.Error):
            self._fail(group, error)
            return
        commit.result()
        for finish in finishers:
            finish()
        self._rest(replenished)
        if next_due is not None:
            # One millisecond late rather than early: an early look would find nothing due.
            self._arm(max(0, next_due - now_ms() + 1) / 1000)

    def _fail(self, group: list[_Operation], error: sqlite3.Error) -> None:
        logger.error("Unable to commit a group of operations", exc_info=error)
        self._store.rollback()
        for operation in group:
            operation.failed()
        self._rest(frozenset())
        self._arm(_RETRY_AFTER_S)

    def _rest(self, replenished: frozenset[str]) -> None:
        self._busy = False
        self._on_committed(replenished)
        if self._waiting:
            self._wake()
        else:
            self._rested.set()

    def _arm(self, after_s: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(after_s, self._wake)
