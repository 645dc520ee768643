"""Recompute through the real database: the same days as the pure function tells, and nothing written twice."""

from collections.abc import AsyncIterator

import pytest

from tests.environment import Database
from tests.scenes import Scene, a_rect
from tests.stage import Stage

TABLES = ("intervals", "workdays", "audit_entries", "discrepancies")


@pytest.fixture
async def stages(database: Database) -> AsyncIterator["Stages"]:
    """Opens stages on the test's own database and closes them."""
    opened = Stages(database)
    yield opened
    for stage in opened.all:
        await stage.close()


class Stages:
    """Makes stages."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.all: list[Stage] = []

    async def play(self, scene: Scene) -> Stage:
        """A stage with the scene's master data, nothing delivered yet."""
        stage = await Stage(self.database, scene).open()
        self.all.append(stage)
        return stage


def a_day() -> Scene:
    """Ana: yard 06:10-06:35, a drive, a lot from 07:00 to 11:00; the badge moves."""
    scene = Scene()
    scene.has_yard()
    scene.has_site("lot", a_rect(3000, 0, 3100, 100))
    scene.has_worker("ana", "b1")
    scene.moves("b1", "06:09", "09:00")
    scene.stay("b1", (0, 0), "06:10", "06:35")
    scene.go("b1", (0, 0), (3050, 50), "06:36", "07:00")
    scene.stay("b1", (3050, 50), "07:01", "11:00", jitter=10)
    return scene


class TestRecomputeTouched:
    async def test_stores_what_the_pure_function_tells(self, stages: Stages) -> None:
        stage = await stages.play(a_day())

        await stage.deliver()

        told = stage.scene.presence()
        assert await stage.intervals() == list(told.intervals)
        assert list((await stage.days()).values()) == list(told.workdays)

    async def test_writes_nothing_the_second_time(self, stages: Stages) -> None:
        stage = await stages.play(a_day())
        await stage.deliver()
        before = [stage.count(table) for table in TABLES]

        stage.delivered.clear()
        stage.run("delete from observations where company_id = %s", [(stage.company_id,)])
        again = await stage.deliver()

        assert (again.intervals_changed, again.workdays_changed) == (0, 0)
        assert [stage.count(table) for table in TABLES] == before
