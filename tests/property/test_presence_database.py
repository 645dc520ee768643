"""Order, splitting and repetition through the real database: the same days, and those of the pure function."""

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import replace
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.intervals import EndedBy, Interval
from domain.observations import Observation
from domain.presence import Presence
from domain.tenancy import CompanyId
from domain.workdays import Workday
from services.recompute import TouchedSpan, recompute_touched
from tests.environment import Database
from tests.property.days import Plan, plans
from tests.scenes import Scene
from tests.stage import Stage, instant

EXAMPLES = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
Told = tuple[list[Interval], list[Workday]]


def as_read(intervals: Sequence[Interval], days: Sequence[Workday]) -> Told:
    """What a reader sees long after: the end of the data is lost, and its drive-bys count."""
    ended = [replace(one, ended_by=_lost(one.ended_by)) for one in intervals]
    return ended, [replace(day, drive_bys=tuple(replace(d, counts_after=None) for d in day.drive_bys)) for day in days]


def _lost(ended_by: EndedBy) -> EndedBy:
    return EndedBy.LOST if ended_by == EndedBy.END_OF_DATA else ended_by


def told(presence: Presence) -> Told:
    """What the pure function tells, as read."""
    return as_read(presence.intervals, presence.workdays)


def batches(observations: Sequence[Observation], random: Random) -> list[list[Observation]]:
    """Shuffled, split anywhere, a third of it repeated."""
    doubled = [*observations, *random.sample(observations, len(observations) // 3)]
    random.shuffle(doubled)
    cuts = sorted(random.randrange(len(doubled)) for _ in range(random.randrange(4)))
    return [doubled[start:end] for start, end in zip([0, *cuts], [*cuts, len(doubled)], strict=True) if start < end]


async def deliver(database: Database, scene: Scene, parts: Sequence[Sequence[Observation]]) -> Told:
    """Play a scene in a company of its own; the ids are the same in every company."""
    stage = await Stage(database, scene, company_id=CompanyId(uuid.uuid4())).open()
    try:
        for part in parts:
            await stage.deliver(part)
        return as_read(await stage.intervals(), list((await stage.days()).values()))
    finally:
        await stage.close()


class TestDeliveries:
    @EXAMPLES
    @given(plans, st.randoms(use_true_random=False))
    def test_give_the_days_of_the_pure_function_in_any_order_split_and_repeated(
        self, module_database: Database, plan: Plan, random: Random
    ) -> None:
        scene = plan.build()

        found = asyncio.run(deliver(module_database, scene, batches(scene.observations, random)))

        assert found == told(scene.presence())

    @EXAMPLES
    @given(plans)
    def test_are_alike_newest_first_and_one_after_the_other(self, module_database: Database, plan: Plan) -> None:
        scene = plan.build()
        ordered = sorted(scene.observations, key=lambda one: one.captured_at)
        parts = [ordered[start : start + 120] for start in range(0, len(ordered), 120)]

        forward = asyncio.run(deliver(module_database, scene, parts))
        backward = asyncio.run(deliver(module_database, scene, [part[::-1] for part in parts[::-1]]))

        assert forward == backward

    @EXAMPLES
    @given(plans)
    def test_write_nothing_when_recomputed_again(self, module_database: Database, plan: Plan) -> None:
        async def play() -> tuple[list[int], list[int]]:
            stage = await Stage(module_database, plan.build(), company_id=CompanyId(uuid.uuid4())).open()
            try:
                await stage.deliver()
                before = [stage.count(table) for table in ("intervals", "workdays", "audit_entries")]
                await touch_everything(stage)
                return before, [stage.count(table) for table in ("intervals", "workdays", "audit_entries")]
            finally:
                await stage.close()

        before, after = asyncio.run(play())

        assert before == after


async def touch_everything(stage: Stage) -> None:
    """Recompute all that was delivered, as if it were new."""
    times: dict[object, list[Observation]] = {}
    for one in stage.delivered:
        times.setdefault(one.badge_id, []).append(one)
    async with stage.unit() as uow:
        await uow.marks.lock_presence()
        touched = [
            TouchedSpan(
                mine[0].badge_id,
                instant(min(one.captured_at for one in mine)),
                instant(max(one.captured_at for one in mine)),
            )
            for mine in times.values()
        ]
        again = await recompute_touched(uow, touched, at=stage.now, actor=stage.actor, new_id=uuid.uuid4)
    assert (again.intervals_changed, again.workdays_changed, again.discrepancies_changed) == (0, 0, 0)
