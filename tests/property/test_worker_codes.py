"""Codes that change hands: the days are those of whoever has the codes at the end, whatever happened in between."""

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.ids import WorkerId
from domain.master_data import Worker
from domain.receipts import ReceiptIds
from services import master_data
from services.backlog import recompute_marked
from services.nouns import WORKERS
from tests.environment import Database
from tests.fakes.bus import FakeBus
from tests.property.test_presence_database import Told, as_read, told
from tests.scenes import Scene, a_rect
from tests.stage import Stage, StoppedClock

EXAMPLES = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
PEOPLE = ("ana", "luis", "eva")
CODES = ("ANA", "LUIS", "EVA", "SPARE")
changes = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(PEOPLE), st.sampled_from(CODES)),
        st.sampled_from([("deliver", "early"), ("deliver", "late"), ("drain", "")]),
    ),
    max_size=8,
)


def a_scene() -> Scene:
    """Two badges that nobody is assigned, handed on by shift events, one of them over midnight."""
    scene = Scene()
    scene.has_site("lot", a_rect(0, 0, 100, 100))
    for name in PEOPLE:
        scene.has_worker(name)
    for badge, start, code in (("b1", "09:00", "ANA"), ("b1", "12:00", "LUIS"), ("b2", "21:00", "SPARE")):
        scene.begins_shift(badge, start, code)
        scene.moves(badge, start)
    scene.stay("b1", (50, 50), "08:30", "13:00", every=300)
    scene.stay("b2", (50, 50), "21:00", "2026-06-11T02:00", every=300)
    return scene


async def play(database: Database, scene: Scene, steps: Sequence[tuple[str, str]]) -> Told:
    """Do what the steps say, then deliver and recompute all that is left."""
    stage = await Stage(database, scene).open()
    half = len(scene.observations) // 2
    parts = {"early": scene.observations[:half], "late": scene.observations[half:]}
    try:
        for what, which in [*steps, ("deliver", "early"), ("deliver", "late"), ("drain", "")]:
            if what == "deliver":
                await stage.deliver(parts[which])
            elif what == "drain":
                await recompute_marked(stage.company_id, means=stage.means, bus=FakeBus())
            else:
                await rename(stage, what, which)
        days = [day for day in (await stage.days()).values() if day.segments or day.parked or day.drive_bys]
        return as_read(await stage.intervals(), days)
    finally:
        await stage.close()


async def rename(stage: Stage, name: str, code: str) -> None:
    """Give a worker a code that nobody has."""
    scene, worker_id = stage.scene, WorkerId(stage.scene.id_of(name))
    if code in scene.codes:
        return
    scene.codes = {old: one for old, one in scene.codes.items() if one != worker_id} | {code: worker_id}
    ids = ReceiptIds(b"key", uuid.uuid4)
    means = master_data.Means(stage.units, FakeBus(), StoppedClock(stage.now), uuid.uuid4, ids)

    def give(worker: Worker) -> Worker:
        return replace(worker, code=code)

    await master_data.change(WORKERS, worker_id, give, seen_version=None, actor=stage.actor, means=means)


class TestCodes:
    @EXAMPLES
    @given(changes)
    def test_give_the_days_of_whoever_has_them_at_the_end(
        self, module_database: Database, steps: list[tuple[str, str]]
    ) -> None:
        scene = a_scene()

        found = asyncio.run(play(module_database, scene, steps))

        assert found == told(scene.presence())
