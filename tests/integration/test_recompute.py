"""Recompute through the real database: the same days as the pure function tells, and nothing written twice."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from adapters.postgres.platform import PostgresPlatform
from domain.evidence import Evidence
from domain.intervals import EndedBy
from domain.presence import Presence, compute
from services import recompute
from services.backlog import CHUNK, blank_positions, nudge_marked, recompute_marked
from services.ports.bus import PendingMessage
from tests.environment import Database
from tests.scenes import Scene, a_rect
from tests.stage import BrokenError, Stage

TABLES = ("intervals", "workdays", "audit_entries", "discrepancies")


@pytest.fixture
async def stages(database: Database) -> AsyncIterator["Stages"]:
    """Opens stages on the test's own database and closes them."""
    opened = Stages(database)
    yield opened
    for stage in opened.all:
        await stage.close()


@dataclass
class FakeBus:
    """Keeps what was sent."""

    sent: list[tuple[str, PendingMessage]] = field(default_factory=list[tuple[str, PendingMessage]])

    async def send(self, queue: str, messages: Sequence[PendingMessage]) -> None:
        """Keep the messages."""
        self.sent.extend((queue, one) for one in messages)


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

    async def test_writes_the_same_days_whatever_the_order(self, stages: Stages) -> None:
        forward, backward = await stages.play(a_day()), await stages.play(a_day())
        ordered = sorted(forward.scene.observations, key=lambda one: one.captured_at)

        for start in range(0, len(ordered), 40):
            await forward.deliver(ordered[start : start + 40])
        for start in reversed(range(0, len(ordered), 40)):
            await backward.deliver(ordered[start : start + 40])

        assert await forward.days() == await backward.days()
        assert await forward.intervals() == await backward.intervals()

    async def test_judges_the_evening_again_when_the_next_morning_comes(self, stages: Stages) -> None:
        scene = a_day()
        stage = await stages.play(scene)
        await stage.deliver()
        scene.stay("b1", (0, 0), "2026-06-11T06:00", "2026-06-11T06:30")

        await stage.deliver()

        ends = [one.ended_by for one in await stage.intervals()]
        assert ends == [EndedBy.MOVED, EndedBy.LOST, EndedBy.END_OF_DATA]
        assert (await stage.day("ana")).revision == 1  # type: ignore[union-attr] # it was stored

    async def test_keeps_days_apart_that_lie_weeks_apart_in_one_delivery(self, stages: Stages) -> None:
        scene = a_day()
        scene.stay("b1", (0, 0), "2026-06-30T06:00", "2026-06-30T06:30")
        stage = await stages.play(scene)

        await stage.deliver()

        assert await stage.rows("ana", "2026-06-30") == [("yard", "yard", "2026-06-30T06:00", "2026-06-30T06:30")]
        assert [row[0] for row in await stage.rows("ana")] == ["yard", "travel", "on_site"]

    async def test_gives_a_badge_that_nobody_wears_intervals_without_a_worker(self, stages: Stages) -> None:
        scene = Scene()
        scene.has_yard()
        scene.stay("b9", (0, 0), "06:00", "07:00")
        stage = await stages.play(scene)

        await stage.deliver()

        assert [one.worker_id for one in await stage.intervals()] == [None]

    async def test_leaves_one_revision_when_two_recompute_at_once(self, stages: Stages) -> None:
        stage = await stages.play(a_day())
        badge = stage.scene.id_of("b1")
        await stage.deliver()
        stage.run("update sites set kind = 'depot' where company_id = %s", [(stage.company_id,)])
        mark = "insert into recompute_marks (company_id, subject_kind, subject_id, day) values (%s, 'badge', %s, %s)"

        stage.run(mark, [(stage.company_id, badge, "2026-06-10")])
        await asyncio.gather(*(recompute_marked(stage.company_id, means=stage.means, bus=FakeBus()) for _ in range(3)))

        assert (await stage.day("ana")).revision == 2  # type: ignore[union-attr] # it was stored
        assert stage.count("workdays") == 2

    async def test_rolls_back_with_the_observations(self, stages: Stages) -> None:
        stage = await stages.play(a_day())
        before = [stage.count(table) for table in TABLES]

        with pytest.raises(BrokenError):
            await stage.store_and_break()

        assert [stage.count(table) for table in TABLES] == before


class TestRecomputeMarked:
    async def test_leaves_monday_alone_when_a_boundary_moves_on_wednesday(self, stages: Stages) -> None:
        scene = Scene(day="2026-06-08")
        scene.has_site("lot", a_rect(0, 0, 100, 100), valid_to="2026-06-10T12:00")
        scene.has_worker("ana", "b1")
        for day in ("08", "09", "10", "11"):
            scene.moves("b1", f"2026-06-{day}T08:00")
            scene.stay("b1", (50, 50), f"2026-06-{day}T08:00", f"2026-06-{day}T16:00")
        stage = await stages.play(scene)
        await stage.deliver()
        monday = await stage.day("ana")
        assert await stage.rows("ana", "2026-06-11") == []

        scene.has_site("lot", a_rect(-10, -10, 100, 100), valid_from="2026-06-10T12:00")
        stage.add_boundary(scene.boundaries[-1])
        await stage.mark_everything()
        await recompute_marked(stage.company_id, means=stage.means, bus=FakeBus())

        assert await stage.day("ana") == monday
        assert [row[0] for row in await stage.rows("ana", "2026-06-11")] == ["on_site"]
        assert [(one.boundary_version, stage.scene.clock(one.to_at)) for one in await stage.intervals()][2:] == [
            (1, "2026-06-10T16:00"),
            (2, "2026-06-11T16:00"),
        ]

    async def test_empties_the_day_of_a_worker_whose_badge_was_anothers(self, stages: Stages) -> None:
        scene = a_day()
        scene.has_worker("luis")
        stage = await stages.play(scene)
        await stage.deliver()
        ana, luis = scene.id_of("ana"), scene.id_of("luis")
        stage.run(
            "update badge_assignments set worker_id = %s where company_id = %s and worker_id = %s",
            [(luis, stage.company_id, ana)],
        )

        await stage.mark_everything()
        await recompute_marked(stage.company_id, means=stage.means, bus=FakeBus())

        day = await stage.day("ana")
        assert day is not None
        assert (day.revision, day.content.totals.possible_s) == (2, 0)
        assert [row[0] for row in await stage.rows("luis")] == ["yard", "travel", "on_site"]
        assert {one.worker_id for one in await stage.intervals()} == {luis}

    async def test_keeps_a_mark_that_was_raised_meanwhile(self, stages: Stages) -> None:
        stage = await stages.play(a_day())
        await stage.deliver()
        await stage.mark_everything()

        async with stage.unit() as uow:
            taken = await uow.backlog.take_marks(100)
        await stage.mark_everything()
        async with stage.unit() as uow:
            await uow.backlog.clear_marks(taken)

        assert stage.count("recompute_marks") == len(taken)

    async def test_goes_on_until_no_mark_is_left(self, stages: Stages) -> None:
        scene = a_day()
        for number in range(1, CHUNK * 2):
            scene.stay("b1", (0, 0), f"2026-04-{number:02d}T06:00", f"2026-04-{number:02d}T06:10")
        stage = await stages.play(scene)
        await stage.deliver()
        await stage.mark_everything()
        before = stage.count("audit_entries")

        taken = await recompute_marked(stage.company_id, means=stage.means, bus=FakeBus())

        assert taken == CHUNK * 2
        assert (stage.count("recompute_marks"), stage.count("audit_entries")) == (0, before)

    async def test_lets_the_others_drain_when_one_breaks_it(
        self, stages: Stages, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        stage = await stages.play(two_weeks_and_a_bad_day())
        await stage.deliver()
        await stage.mark_everything()
        break_at(stage.scene.at("2026-04-03T06:05"), monkeypatch)  # the UTC days 3 and 4 hold some of that local day

        taken = await recompute_marked(stage.company_id, means=stage.means, bus=FakeBus())

        left = stage.read("select day::text from recompute_marks where company_id = %s", stage.company_id)
        errors = [one for one in caplog.records if one.levelname == "ERROR"]
        assert (taken, sorted(left)) == (CHUNK * 2 - 3, [("2026-04-03",), ("2026-04-04",)])
        assert [(one.name, one.exc_info is not None) for one in errors] == [("actual.backlog", True)] * 2
        monkeypatch.undo()
        assert await recompute_marked(stage.company_id, means=stage.means, bus=FakeBus()) == 2

    async def test_comes_to_an_end_when_every_mark_breaks_it(
        self, stages: Stages, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stage = await stages.play(two_weeks_and_a_bad_day())
        await stage.deliver()
        await stage.mark_everything()
        break_at(None, monkeypatch)
        bus = FakeBus()

        taken = await recompute_marked(stage.company_id, means=stage.means, bus=bus)

        assert (taken, stage.count("recompute_marks"), bus.sent) == (0, CHUNK * 2 - 1, [])


def two_weeks_and_a_bad_day() -> Scene:
    """More days than one chunk holds, ten minutes each, with days between them."""
    scene = Scene()
    scene.has_yard()
    scene.has_worker("ana", "b1")
    for number in range(1, CHUNK * 2):
        scene.stay("b1", (0, 0), f"2026-04-{number:02d}T06:00", f"2026-04-{number:02d}T06:10")
    return scene


def break_at(at: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the pure function break whenever it is asked for the day of an instant, or for any."""

    def break_or_compute(evidence: Evidence) -> Presence:
        start, end = evidence.window
        if at is None or start <= at < end:
            raise BrokenError
        return compute(evidence)

    monkeypatch.setattr(recompute, "compute", break_or_compute)


class TestNudgeMarked:
    async def test_wakes_every_company_with_marks(self, stages: Stages) -> None:
        marked, other = await stages.play(a_day()), await stages.play(a_day())
        await marked.deliver()
        await other.deliver()
        await marked.mark_everything()
        bus = FakeBus()

        await nudge_marked(platform=PostgresPlatform(marked.pool), bus=bus, new_id=uuid.uuid4)

        assert [(queue, json.loads(one.body)["company_id"]) for queue, one in bus.sent] == [
            ("workflow", str(marked.company_id))
        ]


class TestBlankPositions:
    async def test_removes_positions_outside_of_work_only_and_changes_no_day(self, stages: Stages) -> None:
        scene = a_day()
        scene.go("b1", (-9000, -9000), (-200, -200), "05:30", "06:05")
        stage = await stages.play(scene)
        await stage.deliver()
        days, intervals = await stage.days(), await stage.intervals()
        home = scene.at("06:05")

        looked_at = await blank_positions(stage.company_id, means=stage.means_at(2026, 8, 1))

        rows = stage.read(
            "select extract(epoch from captured_at)::bigint, lat is null from observations "
            "where company_id = %s and kind = 'fix'",
            stage.company_id,
        )
        assert looked_at == 1
        assert {at for at, blank in rows if blank} == {at for at, _ in rows if at <= home}
        assert stage.read("select south > %s from evidence_days where company_id = %s", 40.71, stage.company_id) == [
            (True,)
        ]
        await touch(stage)
        assert (await stage.days(), await stage.intervals()) == (days, intervals)

    async def test_changes_no_day_that_ends_with_a_parked_badge(self, stages: Stages) -> None:
        scene = a_day()
        scene.rests("b1", "11:01")
        scene.stay("b1", (3090, 90), "11:02", "20:00")
        scene.go("b1", (3090, 90), (9000, 9000), "20:01", "20:30")
        stage = await stages.play(scene)
        await stage.deliver()
        days, intervals = await stage.days(), await stage.intervals()

        await blank_positions(stage.company_id, means=stage.means_at(2026, 8, 1))
        await touch(stage)

        blank = "select count(*) > 50 from observations where company_id = %s and kind = 'fix' and lat is null"
        assert stage.read(blank, stage.company_id) == [(True,)]
        assert [len(day.parked) for day in days.values()] == [1]
        assert (await stage.days(), await stage.intervals()) == (days, intervals)

    async def test_leaves_what_is_younger_than_30_days(self, stages: Stages) -> None:
        scene = a_day()
        scene.go("b1", (-9000, -9000), (-200, -200), "05:30", "06:05")
        stage = await stages.play(scene)
        await stage.deliver()

        looked_at = await blank_positions(stage.company_id, means=stage.means_at(2026, 7, 10))

        assert looked_at == 0
        assert stage.read("select count(*) from observations where kind = 'fix' and lat is null") == [(0,)]

    async def test_looks_at_a_day_again_when_late_evidence_comes(self, stages: Stages) -> None:
        scene = a_day()
        stage = await stages.play(scene)
        await stage.deliver()
        await blank_positions(stage.company_id, means=stage.means_at(2026, 8, 1))
        scene.go("b1", (-9000, -9000), (-200, -200), "05:30", "06:05")
        stage.now = datetime(2026, 8, 2, tzinfo=UTC)
        await stage.deliver()

        looked_at = await blank_positions(stage.company_id, means=stage.means_at(2026, 8, 3))

        assert looked_at == 1
        assert stage.read("select count(*) > 100 from observations where kind = 'fix' and lat is null") == [(True,)]


async def touch(stage: Stage) -> None:
    """Recompute the whole day again."""
    await stage.mark_everything()
    await recompute_marked(stage.company_id, means=stage.means, bus=FakeBus())
