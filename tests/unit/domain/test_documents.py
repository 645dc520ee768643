"""The exact text of a day: what is stored and compared."""

import json

from domain.documents import (
    EMPTY_DAY,
    differs,
    drive_bys_as_of,
    drive_bys_from,
    interval_document,
    parked_from,
    segments_from,
    unsettled_text,
    workday_text,
)
from domain.ids import WorkerId
from domain.workdays import Workday
from tests.scenes import Scene, a_rect


def a_scene() -> Scene:
    """Ana at a, then past b at the end of the data."""
    scene = Scene()
    scene.has_site("a", a_rect(0, 0, 100, 100))
    scene.has_site("b", a_rect(1000, 0, 1100, 100))
    scene.has_worker("ana", "b1")
    scene.stay("b1", (50, 50), "06:00", "08:59")
    scene.stay("b1", (500, 50), "09:00", "09:05")
    scene.fix("b1", "09:05:15", (1050, 50))
    return scene


def a_day(scene: Scene) -> Workday:
    """Ana's day."""
    day = scene.workday("ana")
    assert day is not None
    return day


class TestWorkdayText:
    def test_reads_back_as_it_was(self) -> None:
        scene = a_scene()
        scene.moves("b1", "08:30")
        scene.fix("b1", "09:05:30", (1500, 50))
        day, ana = a_day(scene), WorkerId(scene.id_of("ana"))
        text = workday_text(day)

        assert segments_from(text) == day.segments
        assert parked_from(text, ana) == day.parked
        assert drive_bys_from(text, unsettled_text(day), ana) == day.drive_bys
        assert [len(part) for part in (day.segments, day.parked, day.drive_bys)] == [1, 1, 1]

    def test_leaves_out_what_only_the_clock_settles(self) -> None:
        scene = a_scene()
        day, ana = a_day(scene), WorkerId(scene.id_of("ana"))

        assert json.loads(workday_text(day))["drive_bys"] == []
        assert drive_bys_from(workday_text(day), unsettled_text(day), ana) == day.drive_bys
        assert drive_bys_as_of(day.drive_bys, scene.at("09:25:15")) == []
        assert drive_bys_as_of(day.drive_bys, scene.at("09:25:16")) == list(day.drive_bys)

    def test_has_one_spelling(self) -> None:
        assert " " not in workday_text(a_day(a_scene()))
        assert workday_text(a_day(a_scene())) == workday_text(a_day(a_scene()))


class TestDiffers:
    def test_is_no_difference_when_nothing_changed(self) -> None:
        day = a_day(a_scene())

        assert not differs(day, workday_text(day), unsettled_text(day))
        assert differs(day, None)

    def test_is_no_difference_when_a_first_result_holds_nothing_settled(self) -> None:
        scene = Scene()
        scene.has_site("a", a_rect(0, 0, 100, 100))
        scene.has_worker("ana", "b1")
        scene.fix("b1", "09:00", (50, 50))

        assert workday_text(a_day(scene)) == EMPTY_DAY
        assert not differs(a_day(scene), None)

    def test_is_no_difference_when_time_settled_a_drive_by_before(self) -> None:
        before, after = a_scene(), a_scene()
        after.fix("b1", "10:05", (1500, 50))
        old, new = a_day(before), a_day(after)

        assert workday_text(old) != workday_text(new)
        assert not differs(new, workday_text(old), unsettled_text(old))

    def test_is_one_when_a_drive_by_came_to_last(self) -> None:
        before, after = a_scene(), a_scene()
        after.stay("b1", (1050, 50), "09:06", "09:30")
        old, new = a_day(before), a_day(after)

        assert differs(new, workday_text(old), unsettled_text(old))


class TestIntervalDocument:
    def test_is_plain_json(self) -> None:
        scene = a_scene()
        scene.moves("b1", "06:30")

        document = json.loads(json.dumps(interval_document(scene.presence().intervals[0])))

        assert document["site_id"] == str(scene.id_of("a"))
        assert (document["from_at"], document["ended_by"]) == (scene.at("06:00"), "moved")
