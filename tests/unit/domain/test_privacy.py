"""Positions outside the work evidence of a shift: wire.md section 5, rule 9."""

from collections.abc import Callable

import pytest

from domain.ids import BadgeId
from domain.privacy import private_instants, shown_periods
from tests.scenes import Scene, a_rect


def a_scene() -> Scene:
    """Ana comes from home, works at a and b, and goes home."""
    scene = Scene()
    scene.has_site("a", a_rect(0, 0, 100, 100))
    scene.has_site("b", a_rect(1000, 0, 1100, 100))
    scene.has_worker("ana", "b1")
    scene.go("b1", (-3000, 50), (-100, 50), "07:50", "07:59")
    scene.stay("b1", (50, 50), "08:00", "09:00")
    scene.go("b1", (200, 50), (900, 50), "09:01", "09:04")
    scene.stay("b1", (1050, 50), "09:05", "10:00")
    scene.go("b1", (1200, 50), (4000, 50), "10:01", "10:10")
    return scene


def a_parked_scene() -> Scene:
    """After work the badge lies in the yard, and then somebody takes it home."""
    scene = a_scene()
    scene.has_yard("yard", a_rect(4050, 0, 4150, 100))
    scene.stay("b1", (4100, 50), "10:11", "13:00")
    return scene


def a_passing_scene() -> Scene:
    """On the way to work Ana passes a site."""
    scene = a_scene()
    scene.has_site("passed", a_rect(-1000, 0, -800, 100))
    return scene


def a_resting_scene(until: str = "13:00") -> Scene:
    """The badge lies in the yard for some hours between two pieces of work."""
    scene = Scene()
    scene.has_yard("yard")
    scene.has_worker("ana", "b1")
    scene.moves("b1", "07:59")
    scene.stay("b1", (0, 0), "08:00", "09:00")
    scene.rests("b1", "09:00:30")
    scene.stay("b1", (0, 0), "09:01", until)
    scene.moves("b1", f"{until}:30")
    hour = int(until[:2]) + 1
    scene.stay("b1", (0, 0), f"{hour - 1:02d}:01", f"{hour:02d}:00")
    return scene


def shown(scene: Scene, at: str, badge: str = "b1") -> bool:
    """Whether a position of an instant may be shown."""
    badge_id = BadgeId(scene.id_of(badge))
    periods = shown_periods(scene.evidence(), scene.presence(), badge_id)
    return any(period.from_at <= scene.at(at) <= period.to_at for period in periods)


def private(scene: Scene, badge: str = "b1") -> list[str]:
    """The private instants as clock times."""
    evidence = scene.evidence()
    return [scene.clock(at) for at in private_instants(evidence, scene.presence(), BadgeId(scene.id_of(badge)))]


class TestPrivateInstants:
    def test_are_those_before_the_first_and_after_the_last_work_evidence(self) -> None:
        instants = private(a_scene())

        assert (instants[0], instants[-1]) == ("07:50", "10:10")
        assert not [clock for clock in instants if "08:00" <= clock <= "10:00"]
        assert len(instants) == 2 * 37

    def test_leave_out_statements_without_a_position(self) -> None:
        scene = a_scene()
        scene.moves("b1", "07:40", "11:00")

        assert private(scene)[0] == "07:50"

    def test_are_all_of_a_badge_that_proves_nothing(self) -> None:
        scene = a_scene()
        scene.boundaries.clear()

        assert len(private(scene)) == len(scene.observations)

    def test_keep_the_evidence_of_a_parked_badge(self) -> None:
        assert private(a_parked_scene())[-1] == "07:59"

    @pytest.mark.parametrize("make", [a_scene, a_parked_scene, a_passing_scene, a_resting_scene])
    def test_change_no_day_once_they_are_blanked(self, make: Callable[[], Scene]) -> None:
        scene = make()
        before = scene.presence()
        hidden = set(private(scene))

        blanked = [
            one._replace(lat=None, lon=None) if scene.clock(one.captured_at) in hidden else one
            for one in scene.observations
        ]

        assert scene.presence(blanked) == before

    def test_hold_a_position_that_nobody_can_date(self) -> None:
        scene = a_scene()
        scene.fix("b1", "08:30:01", (-3000, 50), clock_trusted=False, refused_by="clock")

        assert "08:30:01" in private(scene)


class TestShownPeriods:
    def test_end_where_the_badge_was_parked_after_work(self) -> None:
        scene = a_parked_scene()

        assert scene.parked("ana") == [("yard", "10:11", "13:00")]
        assert [shown(scene, at) for at in ("09:30", "10:05", "10:11", "10:12", "12:00", "13:00")] == [
            *(True, True, True),
            *(False, False, False),
        ]

    @pytest.mark.parametrize(("until", "is_shown"), [("13:00", True), ("16:00", False)])
    def test_hold_a_rest_between_two_pieces_of_one_shift(self, until: str, *, is_shown: bool) -> None:
        scene = a_resting_scene(until)

        assert len(scene.parked("ana")) == 1
        assert [shown(scene, at) for at in ("08:30", "11:00", f"{until}:59")] == [True, is_shown, True]
