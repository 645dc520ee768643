"""Cases of presence.md section 11 that depend on what is loaded: jobs, versions, handovers, zones, nights, shifts."""

from collections.abc import Callable
from random import Random

import pytest

from domain.boundaries import SiteKind
from tests.environment import Database
from tests.property.test_presence_database import batches, deliver, told
from tests.scenes import Scene, a_rect


def scheduled_overlap() -> Scene:
    """P11: overlapping sites, the crew has a job at the larger one."""
    scene = Scene()
    scene.has_site("campus", a_rect(0, 0, 300, 300))
    scene.has_site("garden", a_rect(100, 100, 200, 200))
    scene.has_worker("ana", "b1")
    scene.join_crew("crew", "ana")
    scene.plan("campus", "09:00", "12:00", crews=["crew"])
    scene.moves("b1", "08:00")
    scene.stay("b1", (150, 150), "08:00", "13:00")
    return scene


def moved_boundary() -> Scene:
    """P13: the boundary moves at noon."""
    scene = Scene()
    scene.has_site("lot", a_rect(0, 0, 100, 100), valid_to="2026-06-10T12:00")
    scene.has_site("lot", a_rect(-50, -50, 60, 60), valid_from="2026-06-10T12:00")
    scene.has_worker("ana", "b1")
    scene.moves("b1", "08:00", "13:00")
    scene.stay("b1", (50, 50), "08:00", "16:00")
    return scene


def spring_night() -> Scene:
    """P15: 22:00 on 7 March to 06:00 on 8 March, when clocks go forward."""
    scene = Scene(day="2026-03-07")
    scene.has_site("lot", a_rect(0, 0, 100, 100))
    scene.has_worker("ana", "b1")
    scene.moves("b1", "22:00", "2026-03-08T03:30")
    scene.stay("b1", (50, 50), "22:00", "2026-03-08T06:00")
    return scene


def autumn_night() -> Scene:
    """P16: 22:00 on 31 October to 06:00 on 1 November, when clocks go back."""
    scene = Scene(day="2026-10-31")
    scene.has_site("lot", a_rect(0, 0, 100, 100))
    scene.has_worker("ana", "b1")
    scene.moves("b1", "22:00", "2026-11-01T01:00", "2026-11-01T04:00")
    scene.stay("b1", (50, 50), "22:00", "2026-11-01T06:00")
    return scene


def handover() -> Scene:
    """P19: the badge goes from Ana to Luis at noon."""
    scene = Scene()
    scene.has_site("lot", a_rect(0, 0, 100, 100))
    scene.has_worker("ana")
    scene.has_worker("luis")
    scene.assign("b1", "ana", "2026-01-01T00:00", "12:00")
    scene.assign("b1", "luis", "12:00")
    scene.moves("b1", "08:00", "13:00")
    scene.stay("b1", (50, 50), "08:00", "16:00")
    return scene


def two_zones() -> Scene:
    """P20: a Phoenix company with a New York branch; both workers cross a midnight."""
    scene = Scene(zone="America/Phoenix")
    scene.has_site("lot", a_rect(0, 0, 100, 100))
    scene.has_worker("ana", "b1")
    scene.has_worker("luis", "b2", zone="America/New_York")
    for badge in ("b1", "b2"):
        scene.moves(badge, "20:00", "2026-06-11T00:30")
        scene.stay(badge, (50, 50), "20:00", "2026-06-11T01:00")
    return scene


def parked_overnight() -> Scene:
    """P25 and P27: three days with the truck in the yard between them, a fix every two minutes, never silent."""
    scene = Scene()
    scene.has_site("yard", a_rect(-50, -50, 50, 50), kind=SiteKind.YARD)
    scene.has_site("lot", a_rect(3000, 0, 3100, 100))
    scene.has_worker("ana", "b1")
    for day in ("10", "11", "12"):
        scene.moves("b1", f"2026-06-{day}T06:30")
        scene.go("b1", (0, 0), (3050, 50), f"2026-06-{day}T06:31", f"2026-06-{day}T07:00", every=60)
        scene.moves("b1", f"2026-06-{day}T09:00", f"2026-06-{day}T14:00")
        scene.stay("b1", (3050, 50), f"2026-06-{day}T07:02", f"2026-06-{day}T16:00", every=120)
        scene.go("b1", (3050, 50), (0, 0), f"2026-06-{day}T16:01", f"2026-06-{day}T16:30", every=60)
        scene.rests("b1", f"2026-06-{day}T16:31")
        scene.stay("b1", (0, 0), f"2026-06-{day}T16:32", f"2026-06-{int(day) + 1}T06:30", every=120)
    return scene


def shift_events() -> Scene:
    """Section 6: nobody is assigned; a shift begins before midnight, and another worker's begins after it."""
    scene = Scene()
    scene.has_site("lot", a_rect(0, 0, 100, 100))
    scene.has_worker("ana")
    scene.has_worker("luis")
    scene.begins_shift("b1", "21:00", "ANA")
    scene.moves("b1", "21:00", "2026-06-11T02:00")
    scene.stay("b1", (50, 50), "21:00", "2026-06-11T06:00")
    scene.begins_shift("b1", "2026-06-11T03:00", "LUIS")
    scene.ends_shift("b1", "2026-06-11T05:00", "ANA")
    return scene


def two_badges() -> Scene:
    """Section 6: one worker, two badges, two sites at once; the second badge reports a day later."""
    scene = Scene()
    scene.has_site("lot", a_rect(0, 0, 100, 100))
    scene.has_site("field", a_rect(3000, 0, 3100, 100))
    scene.has_worker("ana", "b1")
    scene.assign("b2", "ana")
    for badge in ("b1", "b2"):
        scene.moves(badge, "08:00")
    scene.stay("b1", (50, 50), "08:00", "10:00")
    scene.stay("b2", (3050, 50), "09:00", "11:00")
    return scene


CASES = (
    scheduled_overlap,
    moved_boundary,
    spring_night,
    autumn_night,
    handover,
    two_zones,
    parked_overnight,
    shift_events,
    two_badges,
)


class TestCases:
    @pytest.mark.parametrize("case", CASES)
    async def test_read_from_the_database_as_the_pure_function_tells_them(
        self, module_database: Database, case: Callable[[], Scene]
    ) -> None:
        scene = case()
        ordered = sorted(scene.observations, key=lambda one: one.captured_at)
        parts = [ordered[start : start + 120] for start in range(0, len(ordered), 120)]

        assert await deliver(module_database, scene, parts) == told(scene.presence())

    @pytest.mark.parametrize("case", CASES)
    async def test_are_the_same_in_any_order(self, module_database: Database, case: Callable[[], Scene]) -> None:
        scene = case()

        parts = batches(scene.observations, Random(7))

        assert await deliver(module_database, scene, parts) == told(scene.presence())
