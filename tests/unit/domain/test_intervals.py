"""What an interval records, where it is parked and whose it is: presence.md sections 5 and 6."""

from domain.observations import ObservationKind, Refusal
from domain.policies import Policy
from tests.scenes import Scene, a_rect

IN_A = (50, 50)


def a_scene(**more: object) -> Scene:
    """Ana wears b1; site a at the origin."""
    scene = Scene(**more)  # type: ignore[arg-type]
    scene.has_site("a", a_rect(0, 0, 100, 100))
    scene.has_worker("ana", "b1")
    return scene


class TestInterval:
    def test_counts_refused_fixes_by_rule(self) -> None:
        scene = a_scene()
        scene.stay("b1", IN_A, "09:00", "09:30")
        for at, rule in (("09:10:01", Refusal.STALE), ("09:10:02", Refusal.STALE), ("09:10:03", Refusal.SOURCE)):
            scene.refused("b1", at, IN_A, rule)
        scene.refused("b1", "09:30", IN_A, Refusal.RANGE)
        scene.refused("b1", "09:30:01", IN_A, Refusal.ACCURACY)
        scene.refused("b1", "09:20", IN_A, Refusal.CLOCK, clock_trusted=False)

        (interval,) = scene.presence().intervals

        assert interval.fixes_refused == (("clock", 1), ("range", 1), ("source", 1), ("stale", 2))

    def test_names_each_tag_once(self) -> None:
        scene = a_scene()
        scene.stay("b1", IN_A, "09:00", "09:30")
        for at, mac in (("08:59", "00"), ("09:05", "BB"), ("09:06", "AA"), ("09:07", "BB"), ("09:31", "CC")):
            scene.state("b1", ObservationKind.TAG, at, tag_mac=mac)
        scene.state("b1", ObservationKind.TAG_LOST, "09:08", tag_mac="DD")

        assert scene.presence().intervals[0].tags == ("AA", "BB")

    def test_is_started_by_a_move_after_a_fix_elsewhere(self) -> None:
        scene = a_scene()
        scene.fix("b1", "08:40", (500, 50))
        scene.stay("b1", IN_A, "09:00", "09:30")

        assert scene.visits("b1")[0][3] == "moved"

    def test_appears_after_a_longer_silence(self) -> None:
        scene = a_scene()
        scene.fix("b1", "08:39:59", (500, 50))
        scene.stay("b1", IN_A, "09:00", "09:30")

        assert scene.visits("b1")[0][3] == "appeared"

    def test_does_not_use_the_fixes_of_an_excursion(self) -> None:
        scene = a_scene()
        scene.stay("b1", IN_A, "09:00", "09:30")
        scene.stay("b1", (400, 50), "09:31", "09:33")
        scene.stay("b1", IN_A, "09:34", "09:40")

        (interval,) = scene.presence().intervals

        assert interval.excursions == ((scene.at("09:31"), scene.at("09:33")),)
        assert interval.fixes_used == 31 + 7

    def test_counts_one_fix_a_second_the_more_accurate(self) -> None:
        scene = a_scene()
        scene.stay("b1", IN_A, "09:00", "09:30")
        scene.fix("b1", "09:10", (500, 50), acc=9)

        (interval,) = scene.presence().intervals

        assert (interval.excursions, interval.fixes_used) == ((), 31)

    def test_takes_the_smaller_number_of_two_alike_in_a_second(self) -> None:
        scene = a_scene()
        scene.fix("b1", "09:10", (500, 50), number=7)
        scene.fix("b1", "09:10", IN_A, number=6)
        scene.stay("b1", IN_A, "09:11", "09:30")

        assert scene.visits("b1") == [("a", "09:10", "09:30", "appeared", "end_of_data")]

    def test_is_held_by_the_buffer_less_the_accuracy(self) -> None:
        scene = a_scene()
        scene.stay("b1", IN_A, "09:00", "09:30")
        scene.stay("b1", (132, 50), "09:31", "09:45")
        scene.stay("b1", (134, 50), "09:46", "09:59")

        assert scene.visits("b1") == [("a", "09:00", "09:45", "appeared", "moved")]

    def test_takes_the_version_in_force_at_its_beginning(self) -> None:
        scene = Scene()
        scene.has_site("a", a_rect(0, 0, 100, 100), valid_to="09:30")
        scene.has_site("a", a_rect(0, 0, 110, 100), valid_from="09:30")
        scene.has_worker("ana", "b1")
        scene.stay("b1", IN_A, "09:00", "10:00")

        (interval,) = scene.presence().intervals

        assert (interval.boundary_version, interval.to_at) == (1, scene.at("10:00"))

    def test_ends_where_its_boundary_does(self) -> None:
        scene = Scene()
        scene.has_site("a", a_rect(0, 0, 100, 100), valid_to="09:30")
        scene.has_worker("ana", "b1")
        scene.stay("b1", IN_A, "09:00", "10:00")

        assert scene.visits("b1") == [("a", "09:00", "09:29", "appeared", "moved")]

    def test_of_zero_length_is_not_kept(self) -> None:
        scene = a_scene(policy=Policy(dwell_s=0, min_fixes=1))
        scene.fix("b1", "09:00", IN_A)
        scene.fix("b1", "09:01", (500, 50))

        assert scene.presence().intervals == ()

    def test_carries_the_version_of_the_policy(self) -> None:
        scene = a_scene(policy=Policy(version=7))
        scene.stay("b1", IN_A, "09:00", "09:30")

        assert scene.presence().intervals[0].policy_version == 7


class TestParked:
    def test_cuts_an_interval_in_the_middle(self) -> None:
        scene = a_scene()
        scene.moves("b1", "08:59", "12:00")
        scene.rests("b1", "09:30")
        scene.stay("b1", IN_A, "09:00", "13:00")

        assert scene.visits("b1") == [
            ("a", "09:00", "09:30", "appeared", "parked"),
            ("a", "11:59", "13:00", "parked", "end_of_data"),
        ]
        assert scene.parked("ana") == [("a", "09:30", "11:59")]
        assert scene.rows("ana") == [("on_site", "a", "09:00", "09:30"), ("on_site", "a", "11:59", "13:00")]

    def test_may_be_all_of_an_interval(self) -> None:
        scene = a_scene()
        scene.rests("b1", "08:59")
        scene.stay("b1", IN_A, "09:00", "12:00")

        assert (scene.visits("b1"), scene.parked("ana")) == ([], [("a", "09:00", "12:00")])

    def test_needs_no_word_of_motion(self) -> None:
        scene = a_scene()
        scene.stay("b1", IN_A, "09:00", "11:00")

        assert scene.parked("ana") == [("a", "09:00", "11:00")]

    def test_is_no_shorter_than_the_policy_says(self) -> None:
        scene = a_scene()
        scene.stay("b1", IN_A, "09:00", "10:59:59")

        assert scene.parked("ana") == []

    def test_is_not_where_the_badge_goes_beyond_the_radius(self) -> None:
        scene = Scene()
        scene.has_site("a", a_rect(0, 0, 500, 100))
        scene.has_worker("ana", "b1")
        for start, place in (("09:00", 50), ("10:00", 130), ("11:00", 50)):
            scene.stay("b1", (place, 50), start, scene.at(start) + 3540)

        assert scene.parked("ana") == []

    def test_goes_on_after_a_row_at_the_next_fix(self) -> None:
        scene = Scene()
        scene.has_site("a", a_rect(0, 0, 500, 100))
        scene.has_worker("ana", "b1")
        scene.stay("b1", (50, 50), "09:00", "12:00")
        scene.stay("b1", (200, 50), "12:01", "15:00")

        assert scene.parked("ana") == [("a", "09:00", "12:00"), ("a", "12:01", "15:00")]
        assert scene.rows("ana") == [("on_site", "a", "12:00", "12:01")]

    def test_forgets_a_motion_after_the_gap_between_shifts(self) -> None:
        scene = a_scene()
        scene.moves("b1", "04:00")
        scene.stay("b1", IN_A, "08:00", "13:00")

        assert scene.parked("ana") == [("a", "10:01", "13:00")]

    def test_remembers_a_motion_from_before_the_window(self) -> None:
        scene = a_scene()
        scene.moves("b1", "2026-06-09T23:00")
        scene.stay("b1", IN_A, "02:00", "05:00")
        scene.window = scene.evidence().window._replace(from_at=scene.at("00:00"))

        assert scene.parked("ana") == []

    def test_is_broken_by_a_speed(self) -> None:
        scene = a_scene()
        scene.stay("b1", IN_A, "09:00", "12:00")
        scene.refused("b1", "10:30:30", IN_A, Refusal.STALE, speed_mps=1.1)

        assert scene.parked("ana") == []

    def test_is_not_broken_by_a_speed_of_a_metre_a_second(self) -> None:
        scene = a_scene()
        scene.stay("b1", IN_A, "09:00", "12:00")
        scene.state("b1", ObservationKind.NO_FIX, "10:30:30", speed_mps=1.0, motion_count=0)

        assert scene.parked("ana") == [("a", "09:00", "12:00")]

    def test_is_broken_by_a_speed_for_that_second_only(self) -> None:
        scene = a_scene()
        scene.stay("b1", IN_A, "07:00", "09:59")
        scene.fix("b1", "10:00", IN_A, speed_mps=2.0)
        scene.fix("b1", "10:00:01", IN_A)
        scene.stay("b1", IN_A, "10:01", "12:30")

        assert scene.parked("ana") == [("a", "07:00", "09:59"), ("a", "10:00:01", "12:30")]

    def test_is_broken_by_a_motion_count(self) -> None:
        scene = a_scene()
        scene.stay("b1", IN_A, "09:00", "12:00")
        scene.state("b1", ObservationKind.NO_FIX, "10:30:30", motion_count=1)

        assert scene.parked("ana") == []

    def test_is_not_broken_by_a_motion_count_under_zero(self) -> None:
        scene = a_scene()
        scene.stay("b1", IN_A, "09:00", "12:00")
        scene.state("b1", ObservationKind.NO_FIX, "10:30:30", motion_count=-3)

        assert scene.parked("ana") == [("a", "09:00", "12:00")]

    def test_is_not_broken_by_a_motion_that_is_taken_back_in_the_same_second(self) -> None:
        scene = a_scene()
        scene.stay("b1", IN_A, "09:00", "12:00")
        scene.rests("b1", "10:30:30")
        scene.observations.append(scene.observations[-1]._replace(sequence_number=0, moving=True))

        assert scene.parked("ana") == [("a", "09:00", "12:00")]

    def test_includes_an_excursion_within_the_radius(self) -> None:
        scene = Scene()
        scene.has_site("a", a_rect(0, 0, 100, 20))
        scene.has_worker("ana", "b1")
        scene.stay("b1", (50, 10), "09:00", "10:00")
        scene.fix("b1", "10:01", (50, 60))
        scene.stay("b1", (50, 10), "10:02", "11:30")

        assert scene.parked("ana") == [("a", "09:00", "11:30")]

    def test_separates_shifts_and_is_cut_at_midnight(self) -> None:
        scene = a_scene()
        scene.moves("b1", "19:59", "2026-06-11T01:00")
        scene.rests("b1", "20:30")
        scene.stay("b1", IN_A, "20:00", "2026-06-11T02:00")

        assert scene.parked("ana") == [("a", "20:30", "2026-06-11T00:00")]
        assert scene.parked("ana", "2026-06-11") == [("a", "2026-06-11T00:00", "2026-06-11T00:59")]
        assert [period for _, period in scene.presence().shifts] == [
            (scene.at("20:00"), scene.at("20:30")),
            (scene.at("2026-06-11T00:59"), scene.at("2026-06-11T02:00")),
        ]


class TestHandover:
    def a_change(self, end: str = "12:00", start: str = "12:00") -> Scene:
        scene = Scene()
        scene.has_site("a", a_rect(0, 0, 100, 100))
        scene.has_worker("ana")
        scene.has_worker("luis")
        scene.assign("b1", "ana", end=end)
        scene.assign("b1", "luis", start=start)
        return scene

    def test_leaves_the_time_between_two_assignments_to_nobody(self) -> None:
        scene = self.a_change("11:30")
        scene.moves("b1", "09:59")
        scene.stay("b1", IN_A, "10:00", "13:00")

        assert [(scene.name_of(one.worker_id), scene.clock(one.to_at)) for one in scene.presence().intervals] == [
            ("ana", "11:30"),
            (None, "12:00"),
            ("luis", "13:00"),
        ]

    def test_to_the_same_worker_splits_nothing(self) -> None:
        scene = Scene()
        scene.has_site("a", a_rect(0, 0, 100, 100))
        scene.has_worker("ana")
        scene.assign("b1", "ana", end="12:00")
        scene.assign("b1", "ana", start="12:00")
        scene.stay("b1", IN_A, "11:30", "12:30")

        assert scene.visits("b1") == [("a", "11:30", "12:30", "appeared", "end_of_data")]

    def test_at_the_end_of_an_interval_splits_nothing(self) -> None:
        scene = self.a_change()
        scene.stay("b1", IN_A, "11:00", "12:00")

        assert scene.visits("b1") == [("a", "11:00", "12:00", "appeared", "end_of_data")]

    def test_between_two_fixes_cuts_at_the_second(self) -> None:
        scene = self.a_change("12:00:30", "12:00:30")
        scene.stay("b1", IN_A, "11:30", "12:30")

        ana, luis = scene.presence().intervals

        assert (ana.to_at, luis.from_at) == (scene.at("12:00:30"), scene.at("12:00:30"))
        assert (ana.fixes_used, luis.fixes_used) == (31, 30)

    def test_parts_an_excursion(self) -> None:
        scene = self.a_change()
        scene.stay("b1", IN_A, "11:30", "11:58")
        scene.stay("b1", (500, 50), "11:59", "12:01")
        scene.stay("b1", IN_A, "12:02", "12:30")

        ana, luis = scene.presence().intervals

        assert ana.excursions == ((scene.at("11:59"), scene.at("11:59")),)
        assert luis.excursions == ((scene.at("12:00"), scene.at("12:01")),)
        assert (ana.fixes_used, luis.fixes_used) == (29, 29)

    def test_parts_a_parked_span(self) -> None:
        scene = self.a_change()
        scene.stay("b1", IN_A, "10:30", "13:30")

        assert scene.parked("ana") == [("a", "10:30", "12:00")]
        assert scene.parked("luis") == [("a", "12:00", "13:30")]
        assert scene.visits("b1") == []

    def test_gives_a_drive_by_to_the_wearer_of_its_first_fix(self) -> None:
        scene = self.a_change()
        scene.fix("b1", "11:59:30", IN_A)
        scene.fix("b1", "12:00:30", IN_A)
        scene.fix("b1", "12:01", (500, 50))

        assert scene.drive_bys("ana") == [("a", "11:59:30", "12:00:30")]
        assert scene.drive_bys("luis") == []
