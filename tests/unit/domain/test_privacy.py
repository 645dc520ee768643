"""Positions outside the work evidence of a shift: wire.md section 5, rule 9."""

from domain.ids import BadgeId
from domain.privacy import private_instants
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
        scene = a_scene()
        scene.has_yard("yard", a_rect(4050, 0, 4150, 100))
        scene.stay("b1", (4100, 50), "10:11", "13:00")

        assert private(scene)[-1] == "07:59"

    def test_change_no_day_once_they_are_blanked(self) -> None:
        scene = a_scene()
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
