"""The evidence behind a minute: presence.md section 9."""

from domain.explanations import DecidedBy, Explanation, explain_minute
from domain.ids import WorkerId
from domain.observations import Refusal
from domain.policies import Policy
from tests.scenes import Scene, a_rect


def a_scene() -> Scene:
    """Ana on the campus, in its garden by schedule, then on her way."""
    scene = Scene(policy=Policy(version=4))
    scene.has_site("campus", a_rect(0, 0, 400, 400))
    scene.has_site("garden", a_rect(0, 0, 100, 100))
    scene.has_worker("ana", "b1")
    scene.stay("b1", (50, 50), "09:00", "10:00")
    scene.refused("b1", "09:30:30", (50, 50), Refusal.STALE)
    scene.go("b1", (600, 50), (3000, 50), "10:01", "10:10", every=60)
    return scene


def explain(scene: Scene, at: str, worker: str = "ana") -> Explanation:
    """The explanation of a minute."""
    return explain_minute(scene.evidence(), scene.presence(), WorkerId(scene.id_of(worker)), scene.at(at))


class TestExplainMinute:
    def test_names_the_fixes_used_and_refused(self) -> None:
        scene = a_scene()

        found = explain(scene, "09:30:15")

        assert [(scene.clock(fix.captured_at), fix.is_held, fix.refused_by) for fix in found.fixes] == [
            ("09:29", True, None),
            ("09:30", True, None),
            ("09:30:30", False, "stale"),
            ("09:31", True, None),
        ]
        assert [segment.kind for segment in found.segments] == ["on_site"]
        assert (found.policy_version, found.intervals[0].boundary_version) == (4, 1)

    def test_names_the_smallest_area_that_decided(self) -> None:
        scene = a_scene()

        fix = explain(scene, "09:30").fixes[0]

        assert (scene.name_of(fix.site_id), fix.decided_by, fix.job_id) == ("garden", DecidedBy.SMALLEST_AREA, None)
        assert [(scene.name_of(one.site_id), one.boundary_version) for one in fix.covering] == [
            ("campus", 1),
            ("garden", 1),
        ]

    def test_names_the_job_that_decided(self) -> None:
        scene = a_scene()
        scene.plan("campus", "08:00", "12:00", workers=["ana"])

        fix = explain(scene, "09:30").fixes[0]

        assert (scene.name_of(fix.site_id), fix.decided_by) == ("campus", DecidedBy.JOB)
        assert fix.job_id == scene.jobs[0].id

    def test_names_the_smaller_id_that_decided(self) -> None:
        scene = a_scene()
        scene.has_site("twin", a_rect(0, 0, 100, 100))

        assert explain(scene, "09:30").fixes[0].decided_by == DecidedBy.SMALLER_SITE_ID

    def test_names_the_only_site_or_none(self) -> None:
        scene = a_scene()
        del scene.boundaries[0]
        scene.has_site("lot", a_rect(3000, 0, 3100, 100))
        scene.stay("b1", (3050, 50), "10:11", "11:00")

        assert explain(scene, "09:30").fixes[0].decided_by == DecidedBy.ONLY_SITE
        assert explain(scene, "10:05").fixes[0].decided_by == DecidedBy.NO_SITE

    def test_names_the_assignment(self) -> None:
        scene = a_scene()

        (wearing,) = explain(scene, "09:30").wearing

        assert (wearing.assignment_id, wearing.worker_code) == (scene.assignments[0].id, None)

    def test_names_the_shift_where_there_is_no_assignment(self) -> None:
        scene = a_scene()
        scene.assignments.clear()
        scene.begins_shift("b1", "08:55", "ANA")

        (wearing,) = explain(scene, "09:30").wearing

        assert (wearing.assignment_id, wearing.worker_code, wearing.from_at) == (None, "ANA", scene.at("08:55"))

    def test_gives_no_position_away_outside_a_shift(self) -> None:
        scene = a_scene()

        inside, outside = explain(scene, "09:30").fixes, explain(scene, "10:05").fixes

        assert all(fix.lat is not None for fix in inside)
        assert outside
        assert all(fix.lat is None and fix.lon is None for fix in outside)

    def test_names_no_site_of_a_private_fix(self) -> None:
        scene = a_scene()
        scene.rests("b1", "10:11:30")
        scene.stay("b1", (50, 50), "10:12", "16:00")
        scene.refused("b1", "14:00:30", (50, 50), Refusal.STALE)

        found = explain(scene, "14:00")

        assert [scene.name_of(one.site_id) for one in found.parked] == ["garden"]
        assert len(found.fixes) == 4
        assert {
            (fix.lat, fix.site_id, fix.decided_by, fix.covering, fix.job_id, fix.is_held) for fix in found.fixes
        } == {(None, None, DecidedBy.WITHHELD, (), None, False)}

    def test_names_the_fixes_around_a_silence(self) -> None:
        scene = a_scene()
        scene.stay("b1", (50, 50), "11:00", "12:00")

        found = explain(scene, "10:30")

        assert [scene.clock(fix.captured_at) for fix in found.fixes] == ["10:10", "11:00"]
        assert [(one.kind, one.cause) for one in found.segments] == [("unknown", "silent")]

    def test_tells_nothing_of_a_badge_that_another_wore(self) -> None:
        scene = a_scene()
        scene.has_worker("luis", "b2")

        assert explain(scene, "09:30", "luis").fixes == ()
