"""How soon a worker's week and a company's week are read, through the product's services, as the application's role."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta

from bench.history import WORKERS
from bench.product import a_runtime
from bench.samples import percentile
from bench.sizes import Size
from bench.stage import Stage
from bootstrap.runtime import Runtime
from domain.ids import WorkerId
from domain.tenancy import Actor, CompanyId, Role
from services import workdays

FIRST_ON = date(2025, 10, 5)
"""The first Sunday of the history."""
WEEK = timedelta(days=7)
WARM_UP = 10
PEOPLE = "select company_id, id from workers order by company_id, id"


class WrongReadingError(Exception):
    """A read told something else than the history holds."""


@dataclass(frozen=True, slots=True)
class Reads:
    """Milliseconds that 95 of 100 reads do not exceed, from asking for a connection to its return."""

    worker_week_ms: float
    company_week_ms: float


def measure_reading(stage: Stage, database: str, size: Size) -> Reads:
    """Read weeks of chance; each read is a transaction of its own."""
    with stage.connect(database) as connection:
        people = [(CompanyId(row[0]), WorkerId(row[1])) for row in connection.execute(PEOPLE).fetchall()]
    weeks = size.workdays // len(people) // 7 - 1
    return asyncio.run(_measure(a_runtime(stage, database), people, weeks=max(1, weeks), reads=size.reads))


async def _measure(runtime: Runtime, people: list[tuple[CompanyId, WorkerId]], *, weeks: int, reads: int) -> Reads:
    chance = random.Random(1)  # noqa: S311 # the same weeks on every run

    async def read_worker() -> None:
        company_id, worker_id = chance.choice(people)
        week = await workdays.get_workweek(
            worker_id, _week(chance, weeks), actor=_reader(company_id), unit_of_work=runtime.unit_of_work
        )
        _require(len(week.days), WEEK.days)

    async def read_company() -> None:
        company_id, _ = chance.choice(people)
        first_on = _week(chance, weeks)
        hours = await workdays.list_hours(
            first_on=first_on,
            end_on=first_on + WEEK,
            after=None,
            limit=WORKERS,
            actor=_reader(company_id),
            unit_of_work=runtime.unit_of_work,
        )
        _require(len(hours), WORKERS)

    try:
        return Reads(await _p95(read_worker, reads), await _p95(read_company, reads))
    finally:
        await runtime.close()


async def _p95(read: Callable[[], Awaitable[None]], reads: int) -> float:
    taken: list[float] = []
    for _ in range(WARM_UP + reads):
        began = time.perf_counter()
        await read()
        taken.append((time.perf_counter() - began) * 1000)
    return percentile(taken[WARM_UP:], 95)


def _require(found: int, expected: int) -> None:
    if found != expected:
        raise WrongReadingError(f"Read {found} rows, expected {expected}.")


def _week(chance: random.Random, weeks: int) -> date:
    return FIRST_ON + WEEK * chance.randrange(weeks)


def _reader(company_id: CompanyId) -> Actor:
    return Actor(company_id, "system:bench", frozenset({Role.VIEWER}))
