"""Whose time it is: assignments, shift events, two badges (presence.md section 6)."""

from domain.ids import BadgeId
from domain.presence import wearing_in
from domain.wearing import SHIFT_LASTS_S
from tests.scenes import Scene, a_rect

IN_A, IN_B = (50, 50), (1050, 50)


def a_scene() -> Scene:
    """A badge that nobody was given, at site a from 8 to 10."""
    scene = Scene()
    scene.has_site("a", a_rect(0, 0, 100, 100))
    scene.has_site("b", a_rect(1000, 0, 1100, 100))
    scene.has_worker("ana")
    scene.has_worker("luis")
    scene.stay("b1", IN_A, "08:00", "09:59:59")
    return scene


def spells(scene: Scene) -> list[tuple[str | None, str, str]]:
    """Who wore b1 from when to when, for the times that have two ends."""
    badge = BadgeId(scene.id_of("b1"))
    return [
        (scene.name_of(worker), scene.clock(start), scene.clock(end))
        for start, end, worker in wearing_in(scene.evidence(), badge).spells[1:-1]
    ]


class TestShiftStart:
    def test_assigns_its_worker_until_the_matching_end(self) -> None:
        scene = a_scene()
        scene.begins_shift("b1", "08:30", "ANA")
        scene.ends_shift("b1", "09:30", "ANA")

        assert spells(scene) == [("ana", "08:30", "09:30")]
        assert scene.rows("ana") == [("on_site", "a", "08:30", "09:30")]

    def test_is_not_ended_by_another_code(self) -> None:
        scene = a_scene()
        scene.begins_shift("b1", "08:30", "ANA")
        scene.ends_shift("b1", "09:00", "LUIS")
        scene.ends_shift("b1", "09:30", "ANA")

        assert spells(scene) == [("ana", "08:30", "09:30")]

    def test_is_ended_by_the_next_start(self) -> None:
        scene = a_scene()
        scene.begins_shift("b1", "08:30", "ANA")
        scene.begins_shift("b1", "09:00", "LUIS")
        scene.ends_shift("b1", "09:30", "ANA")

        assert spells(scene)[0] == ("ana", "08:30", "09:00")
        assert scene.rows("luis") == [("on_site", "a", "09:00", "09:59:59")]

    def test_lasts_for_sixteen_hours_at_most(self) -> None:
        scene = a_scene()
        scene.begins_shift("b1", "08:30", "ANA")
        scene.ends_shift("b1", "2026-06-11T00:30:01", "ANA")

        assert spells(scene) == [("ana", "08:30", "2026-06-11T00:30")]
        assert SHIFT_LASTS_S == 57_600

    def test_with_an_unknown_code_ends_the_one_before_and_is_nobodys(self) -> None:
        scene = a_scene()
        scene.begins_shift("b1", "08:30", "ANA")
        scene.begins_shift("b1", "09:00", "WHO")

        assert spells(scene) == [("ana", "08:30", "09:00")]

    def test_yields_to_an_assignment_for_the_time_that_it_covers(self) -> None:
        scene = a_scene()
        scene.assign("b1", "luis", "09:00", "09:30")
        scene.begins_shift("b1", "08:30", "ANA")
        scene.ends_shift("b1", "09:45", "ANA")

        assert spells(scene) == [("ana", "08:30", "09:00"), ("luis", "09:00", "09:30"), ("ana", "09:30", "09:45")]

    def test_inside_an_assignment_assigns_nothing(self) -> None:
        scene = a_scene()
        scene.assign("b1", "luis", "08:00", "09:00")
        scene.begins_shift("b1", "08:30", "ANA")

        assert spells(scene) == [("luis", "08:00", "09:00")]

    def test_inside_an_assignment_still_ends_the_shift_before(self) -> None:
        scene = a_scene()
        scene.assign("b1", "luis", "08:30", "09:00")
        scene.begins_shift("b1", "08:00", "ANA")
        scene.begins_shift("b1", "08:45", "ANA")

        assert spells(scene) == [("ana", "08:00", "08:30"), ("luis", "08:30", "09:00")]

    def test_at_the_end_of_an_assignment_assigns(self) -> None:
        scene = a_scene()
        scene.assign("b1", "luis", "08:00", "09:00")
        scene.begins_shift("b1", "09:00", "ANA")
        scene.ends_shift("b1", "09:30", "ANA")

        assert spells(scene) == [("luis", "08:00", "09:00"), ("ana", "09:00", "09:30")]

    def test_by_an_untrusted_clock_assigns_nothing(self) -> None:
        scene = a_scene()
        scene.begins_shift("b1", "08:30", "ANA")
        scene.observations[-1] = scene.observations[-1]._replace(clock_trusted=False)

        assert spells(scene) == []

    def test_before_the_window_still_counts(self) -> None:
        scene = a_scene()
        scene.begins_shift("b1", "2026-06-09T20:00", "ANA")
        scene.window = scene.evidence().window._replace(from_at=scene.at("00:00"))

        assert scene.rows("ana") == [("on_site", "a", "08:00", "09:59:59")]

    def test_and_its_end_in_one_second_go_by_their_numbers(self) -> None:
        scene = a_scene()
        scene.begins_shift("b1", "08:30", "ANA")
        scene.ends_shift("b1", "09:00", "ANA")
        scene.begins_shift("b1", "09:00", "ANA")
        scene.ends_shift("b1", "09:30", "ANA")

        assert spells(scene) == [("ana", "08:30", "09:30")]


class TestTwoBadges:
    def a_pair(self) -> Scene:
        scene = Scene()
        scene.has_site("a", a_rect(0, 0, 100, 100))
        scene.has_site("b", a_rect(1000, 0, 1100, 100))
        scene.has_worker("ana", "b1")
        scene.assign("b2", "ana")
        return scene

    def test_at_two_sites_count_once_for_the_interval_that_began_first(self) -> None:
        scene = self.a_pair()
        scene.stay("b1", IN_A, "09:00", "10:00")
        scene.stay("b2", IN_B, "09:30", "10:30")

        (conflict,) = scene.presence().conflicts

        assert scene.rows("ana") == [("on_site", "a", "09:00", "10:00"), ("on_site", "b", "10:00", "10:30")]
        assert (conflict.from_at, conflict.to_at) == (scene.at("09:30"), scene.at("10:00"))
        assert (scene.name_of(conflict.kept_site_id), scene.name_of(conflict.lost_site_id)) == ("a", "b")
        assert [scene.name_of(badge) for badge in conflict.badge_ids] == ["b1", "b2"]

    def test_of_which_one_begins_as_the_other_ends_are_no_conflict(self) -> None:
        scene = self.a_pair()
        scene.stay("b1", IN_A, "09:00", "10:00")
        scene.stay("b2", IN_B, "10:00", "10:30")

        assert scene.rows("ana") == [("on_site", "a", "09:00", "10:00"), ("on_site", "b", "10:00", "10:30")]
        assert scene.presence().conflicts == ()

    def test_that_begin_together_count_for_the_smaller_site_id(self) -> None:
        scene = self.a_pair()
        scene.stay("b1", IN_B, "09:00", "10:00")
        scene.stay("b2", IN_A, "09:00", "09:30")

        assert scene.rows("ana") == [("on_site", "a", "09:00", "09:30"), ("on_site", "b", "09:30", "10:00")]

    def test_within_the_time_of_another_lose_it_all(self) -> None:
        scene = self.a_pair()
        scene.stay("b1", IN_A, "09:00", "10:00")
        scene.stay("b2", IN_B, "09:15", "09:45")

        assert scene.rows("ana") == [("on_site", "a", "09:00", "10:00")]
        assert len(scene.presence().conflicts) == 1

    def test_on_one_site_are_one_stay_and_no_conflict(self) -> None:
        scene = self.a_pair()
        scene.stay("b1", IN_A, "09:00", "10:00")
        scene.stay("b2", IN_A, "09:30", "10:30")

        assert scene.rows("ana") == [("on_site", "a", "09:00", "10:30")]
        assert scene.presence().conflicts == ()

    def test_are_merged_by_site_before_they_compete(self) -> None:
        scene = self.a_pair()
        scene.assign("b3", "ana")
        scene.stay("b1", IN_A, "09:00", "09:40")
        scene.stay("b2", IN_A, "09:30", "10:30")
        scene.stay("b3", IN_B, "09:20", "10:45")

        assert scene.rows("ana") == [("on_site", "a", "09:00", "10:30"), ("on_site", "b", "10:30", "10:45")]

    def test_walk_the_fix_that_is_more_accurate_in_a_second(self) -> None:
        scene = self.a_pair()
        scene.stay("b1", IN_A, "09:00", "09:30")
        scene.stay("b1", (500, 500), "09:31", "09:41")
        for at in range(scene.at("09:31"), scene.at("09:41") + 1, 60):
            scene.fix("b2", at, (at % 7 * 100, 900), acc=9)
        scene.stay("b1", IN_B, "09:42", "10:00")

        assert scene.rows("ana")[2] == ("stop", None, "09:31", "09:41")

    def test_walk_the_smaller_badge_id_for_equal_accuracy(self) -> None:
        scene = self.a_pair()
        scene.stay("b1", IN_A, "09:00", "09:30")
        for number, at in enumerate(range(scene.at("09:31"), scene.at("09:41") + 1, 60)):
            scene.fix("b2", at, (number % 3 * 200, 900))
        scene.stay("b1", (500, 500), "09:31", "09:41")
        scene.stay("b1", IN_B, "09:42", "10:00")

        assert scene.rows("ana")[2] == ("stop", None, "09:31", "09:41")


class TestParkedBesideAnotherBadge:
    def a_truck(self) -> Scene:
        """Badge b2 lies in the truck at the yard while Ana works at b with b1."""
        scene = Scene()
        scene.has_yard()
        scene.has_site("b", a_rect(1000, 0, 1100, 100))
        scene.has_worker("ana", "b1")
        scene.assign("b2", "ana")
        scene.moves("b1", "08:00")
        scene.stay("b1", IN_B, "09:00", "11:00")
        scene.stay("b2", (0, 0), "08:30", "11:30", every=300)
        return scene

    def test_is_only_named(self) -> None:
        scene = self.a_truck()

        assert scene.rows("ana") == [("on_site", "b", "09:00", "11:00")]
        assert scene.parked("ana") == [("yard", "08:30", "11:30")]

    def test_is_not_walked(self) -> None:
        scene = self.a_truck()
        scene.observations = [
            one for one in scene.observations if not scene.at("09:30") < one.captured_at < scene.at("10:30")
        ]
        scene.stay("b2", (0, 0), "09:31", "10:29", every=300)
        scene.received = {one.badge_id: [(1, 10**6)] for one in scene.assignments}

        assert scene.rows("ana") == [
            ("on_site", "b", "09:00", "09:30"),
            ("unknown", "silent", "09:30", "10:30"),
            ("on_site", "b", "10:30", "11:00"),
        ]

    def test_bounds_a_walk_when_it_overlaps_no_interval(self) -> None:
        scene = self.a_truck()
        scene.go("b1", (900, 50), (100, 0), "11:00:15", "11:30")
        scene.stay("b1", (0, 0), "11:31", "14:00", every=300)
        scene.rests("b1", "11:30")
        scene.observations = [one for one in scene.observations if one.badge_id == scene.id_of("b1")]

        assert scene.rows("ana") == [("on_site", "b", "09:00", "11:00"), ("travel", None, "11:00", "11:31")]
        assert scene.parked("ana") == [("yard", "11:31", "14:00")]

    def test_bounds_a_walk_when_an_interval_begins_as_it_ends(self) -> None:
        scene = Scene()
        scene.has_yard()
        scene.has_site("a", a_rect(500, 0, 600, 100))
        scene.has_site("b", a_rect(1000, 0, 1100, 100))
        scene.has_worker("ana", "b1")
        scene.assign("b2", "ana")
        scene.stay("b1", (550, 50), "06:00", "06:40")
        scene.stay("b2", (0, 0), "07:00", "09:30")
        scene.stay("b1", IN_B, "09:30", "10:00")

        assert scene.rows("ana") == [
            ("on_site", "a", "06:00", "06:40"),
            ("travel", None, "06:40", "07:00"),
            ("on_site", "b", "09:30", "10:00"),
        ]

    def test_lends_the_fix_that_ends_an_interval_to_the_walk(self) -> None:
        scene = Scene()
        scene.has_yard()
        scene.has_site("b", a_rect(1000, 0, 1100, 100))
        scene.has_worker("ana", "b1")
        scene.assign("b2", "ana")
        scene.moves("b2", "05:59", "09:30")
        scene.rests("b2", "06:30")
        scene.stay("b2", (0, 0), "06:00", "10:00")
        scene.stay("b1", IN_B, "06:50", "08:00")
        scene.fix("b1", "09:09", (500, 50))

        assert scene.rows("ana") == [
            ("yard", "yard", "06:00", "06:30"),
            ("travel", None, "06:30", "06:50"),
            ("on_site", "b", "06:50", "08:00"),
            ("unknown", "silent", "08:00", "09:09"),
            ("travel", None, "09:09", "09:29"),
            ("yard", "yard", "09:29", "10:00"),
        ]

    def test_bounds_as_one_with_a_parked_span_that_it_overlaps(self) -> None:
        scene = Scene()
        scene.has_yard()
        scene.has_site("b", a_rect(1000, 0, 1100, 100))
        scene.has_worker("ana", "b1")
        scene.assign("b2", "ana")
        scene.stay("b1", (0, 0), "05:00", "08:00")
        scene.stay("b2", (0, 0), "06:00", "09:00")
        scene.go("b2", (100, 0), (900, 50), "09:00:15", "09:09:45")
        scene.stay("b2", IN_B, "09:10", "09:40")

        assert scene.rows("ana") == [("travel", None, "09:00", "09:10"), ("on_site", "b", "09:10", "09:40")]
        assert scene.parked("ana") == [("yard", "05:00", "08:00"), ("yard", "06:00", "09:00")]
