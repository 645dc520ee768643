"""Timer triggers: one holder of a file lock fires each schedule; a missed tick comes once, marked past due."""

import asyncio
import fcntl
import json
import logging
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any, cast

from azure.functions.meta import Datum
from azure.functions.timer import TimerRequestConverter

from devhost.host.configuration import resolve
from devhost.host.index import IndexedFunction
from devhost.host.invocations import Invoker
from devhost.host.schedules import Schedule, read_schedule

LONGEST_SLEEP_S = 30.0
LOCK_RETRY_S = 2.0
SHORTEST_MONITORED = timedelta(minutes=1)

logger = logging.getLogger(__name__)
decode = cast("Callable[..., object]", TimerRequestConverter.decode)  # pyright: ignore[reportUnknownMemberType] - half typed
Clock = Callable[[], datetime]


class Timer:
    """One timer function: its schedule, its lock and the note of when it is due next."""

    def __init__(self, function: IndexedFunction, *, folder: Path, invoker: Invoker, now: Clock) -> None:
        self.function = function
        self._schedule: Schedule = read_schedule(resolve(str(function.trigger["schedule"])))
        self._lock = folder / f"{function.name}.lock"
        self._note = folder / f"{function.name}.json"
        self._invoker = invoker
        self._now = now
        self._one_at_a_time = asyncio.Lock()
        self._call: asyncio.Task[bool] | None = None

    async def run(self) -> None:
        """Wait for the lock, then fire at every tick until cancelled; nobody else fires meanwhile."""
        with self._lock.open("w") as handle:
            while not _take(handle):  # noqa: ASYNC110 - another process holds the lock, and tells nobody
                await asyncio.sleep(LOCK_RETRY_S)
            if self._was_missed():
                await self._fire_apart(past_due=True)
            elif self.function.trigger.get("runOnStartup"):
                await self._fire_apart()
            while True:
                await self._wait_for(self._plan())
                await self._fire_apart()

    async def _fire_apart(self, *, past_due: bool = False) -> None:
        # A call of its own, so that stopping the clock does not cut off the function.
        self._call = asyncio.create_task(self.fire(past_due=past_due))
        await asyncio.shield(self._call)

    async def fire(self, *, past_due: bool = False) -> bool:
        """Call the function now, after a call that still runs, and say whether it succeeded; failures are logged."""
        async with self._one_at_a_time:
            fired_at = self._now()
            try:
                await self._invoker.call(self.function, self._request(past_due=past_due))
            except Exception:  # the worker's boundary: a failed timer is not retried, the next tick comes anyway
                logger.exception("Function failed: %s", self.function.name)
                return False
            finally:
                self._write(last=fired_at)
            return True

    def _plan(self) -> datetime:
        due_at = self._schedule.next_after(self._now())
        if not self._note.exists():
            self._write(last=None)
        return due_at

    async def _wait_for(self, due_at: datetime) -> None:
        while (left_s := (due_at - self._now()).total_seconds()) > 0:  # noqa: ASYNC110 - the wall clock may jump
            await asyncio.sleep(min(left_s, LONGEST_SLEEP_S))

    def _was_missed(self) -> bool:
        if not self._is_monitored() or not self._note.exists():
            return False
        return datetime.fromisoformat(self._status()["Next"]) <= self._now()

    def _is_monitored(self) -> bool:
        following = self._schedule.next_after(self._now())
        period = self._schedule.next_after(following) - following
        return bool(self.function.trigger.get("useMonitor", True)) and period >= SHORTEST_MONITORED

    def _request(self, *, past_due: bool) -> object:
        document = {
            "IsPastDue": past_due,
            "Schedule": {"AdjustForDST": True},
            "ScheduleStatus": self._status() if self._note.exists() else {},
        }
        return decode(Datum(json.dumps(document), "json"), trigger_metadata={})

    def _status(self) -> dict[str, Any]:
        return cast("dict[str, Any]", json.loads(self._note.read_text()))

    def _write(self, *, last: datetime | None) -> None:
        now = self._now()
        status = {
            "Last": (last or datetime.min.replace(tzinfo=UTC)).isoformat(),
            "Next": self._schedule.next_after(now).isoformat(),
            "LastUpdated": now.isoformat(),
        }
        aside = self._note.with_suffix(".new")
        aside.write_text(json.dumps(status))
        aside.replace(self._note)


@contextmanager
def running(timers: Sequence[Timer]) -> Generator[None]:
    """Run the timers' clocks; on leaving no new tick comes, while a call that already runs goes on."""
    clocks = [asyncio.create_task(timer.run(), name=timer.function.name) for timer in timers]
    try:
        yield
    finally:
        for clock in clocks:
            clock.cancel()


def _take(handle: IO[str]) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
