"""The time between intervals, and days: presence.md section 7."""

import pytest

from domain.observations import ObservationKind, Refusal
from domain.workdays import SegmentKind, Totals, add_totals, totals_of
from tests.scenes import Scene, a_rect

IN_A, IN_B = (50, 50), (5050, 50)


def a_scene(silent_from: str = "10:00", silent_to: str = "10:30") -> Scene:
    """Ana on a until one time and on b from another, with nothing between."""
    scene = Scene()
    scene.has_site("a", a_rect(0, 0, 100, 100))
    scene.has_site("b", a_rect(5000, 0, 5100, 100))
    scene.has_worker("ana", "b1")
    scene.stay("b1", IN_A, "09:00", silent_from)
    scene.stay("b1", IN_B, silent_to, scene.at(silent_to) + 1800)
    return scene


def between(scene: Scene) -> list[tuple[str, str | None, str, str]]:
    """The segments between the first and the last."""
    return scene.rows("ana")[1:-1]


class TestUnknown:
    def test_is_silent_without_any_observation(self) -> None:
        assert between(a_scene()) == [("unknown", "silent", "10:00", "10:30")]

    def test_is_travel_up_to_the_longest_silence(self) -> None:
        assert between(a_scene("10:00", "10:20")) == [("travel", None, "10:00", "10:20")]
        assert between(a_scene("10:00", "10:20:01")) == [("unknown", "silent", "10:00", "10:20:01")]

    def test_is_off_work_beyond_the_gap_of_shifts(self) -> None:
        assert between(a_scene("10:00", "16:00")) == [("unknown", "silent", "10:00", "16:00")]
        assert between(a_scene("10:00", "16:00:01")) == []

    @pytest.mark.parametrize(
        ("kind", "more", "cause"),
        [
            (ObservationKind.REBOOT, {}, "badge_off"),
            (ObservationKind.BATTERY, {"battery_pct": 5.0}, "badge_off"),
            (ObservationKind.BATTERY, {"battery_pct": 5.1}, "no_fix"),
            (ObservationKind.NO_FIX, {}, "no_fix"),
            (ObservationKind.HEARTBEAT, {}, "no_fix"),
            (ObservationKind.FIX, {"refused_by": Refusal.ACCURACY}, "no_fix"),
            (ObservationKind.HEARTBEAT, {"clock_trusted": False}, "silent"),
        ],
    )
    def test_names_what_the_badge_said(self, kind: ObservationKind, more: dict[str, object], cause: str) -> None:
        scene = a_scene()
        scene.state("b1", kind, "10:15", **more)
        scene.received[scene.assignments[0].badge_id] = [(1, 10**6)]

        assert between(scene) == [("unknown", cause, "10:00", "10:30")]

    def test_prefers_a_badge_that_was_off(self) -> None:
        scene = a_scene()
        scene.state("b1", ObservationKind.NO_FIX, "10:10")
        scene.state("b1", ObservationKind.REBOOT, "10:15")

        assert between(scene)[0][1] == "badge_off"

    def test_is_pending_while_a_number_between_is_missing(self) -> None:
        scene = a_scene()
        badge = scene.assignments[0].badge_id
        scene.received[badge] = [(1, 61), (63, 200)]
        scene.observations = [
            one._replace(sequence_number=(one.sequence_number or 0) + (one.captured_at >= scene.at("10:30")))
            for one in scene.observations
        ]

        assert between(scene)[0][1] == "pending"

        scene.received[badge] = [(1, 200)]

        assert between(scene)[0][1] == "silent"

    def test_is_not_pending_without_numbers(self) -> None:
        scene = a_scene()
        scene.received[scene.assignments[0].badge_id] = []
        scene.observations = [one._replace(sequence_number=None) for one in scene.observations]

        assert between(scene)[0][1] == "silent"

    def test_is_not_pending_between_fixes_of_two_badges(self) -> None:
        scene = a_scene()
        scene.assign("b2", "ana")
        scene.received = {one.badge_id: [] for one in scene.assignments}
        scene.stay("b2", (2000, 0), "10:20:30", "10:21")

        assert between(scene) == [("unknown", "silent", "10:00", "10:20:30"), ("travel", None, "10:20:30", "10:30")]

    def test_hears_what_follows_a_fix_within_its_second(self) -> None:
        scene = a_scene()
        number = next(one.sequence_number for one in scene.observations if one.captured_at == scene.at("10:00"))
        assert number is not None
        scene.state("b1", ObservationKind.HEARTBEAT, "10:00", number=number + 1)
        assert between(scene)[0][1] == "no_fix"

        scene.observations[-1] = scene.observations[-1]._replace(sequence_number=None)
        assert between(scene)[0][1] == "silent"

    @pytest.mark.parametrize(("number", "cause"), [(62, "no_fix"), (64, "silent")])
    def test_hears_what_comes_before_a_fix_within_its_second(self, number: int, cause: str) -> None:
        scene = a_scene()
        scene.observations = [
            one._replace(sequence_number=(one.sequence_number or 0) + (one.captured_at >= scene.at("10:30")))
            for one in scene.observations
        ]
        scene.received = {one.badge_id: [(1, 200)] for one in scene.assignments}
        scene.state("b1", ObservationKind.HEARTBEAT, "10:30", number=number)

        assert between(scene)[0][1] == cause

    def test_hears_every_badge_that_the_worker_wore_then(self) -> None:
        scene = a_scene()
        scene.assign("b2", "ana", end="10:15")
        scene.state("b2", ObservationKind.HEARTBEAT, "10:20")
        assert between(scene)[0][1] == "silent"

        scene.state("b2", ObservationKind.HEARTBEAT, "10:14:59")
        assert between(scene)[0][1] == "no_fix"

    def test_parts_travel_before_and_after(self) -> None:
        scene = a_scene("10:00", "11:00")
        scene.go("b1", (200, 50), (1000, 50), "10:01", "10:05")
        scene.go("b1", (3000, 50), (4800, 50), "10:50", "10:59")

        assert between(scene) == [
            ("travel", None, "10:00", "10:05"),
            ("unknown", "silent", "10:05", "10:50"),
            ("travel", None, "10:50", "11:00"),
        ]

    def test_has_a_cause_of_its_own_between_each_two_fixes(self) -> None:
        scene = a_scene("10:00", "11:00")
        scene.fix("b1", "10:30", (2000, 50))
        scene.state("b1", ObservationKind.HEARTBEAT, "10:15")
        scene.state("b1", ObservationKind.REBOOT, "10:45")

        assert between(scene) == [("unknown", "no_fix", "10:00", "10:30"), ("unknown", "badge_off", "10:30", "11:00")]

    def test_merges_with_an_unknown_neighbour_of_the_same_cause(self) -> None:
        scene = a_scene("10:00", "11:00")
        scene.fix("b1", "10:30", (2000, 50))

        assert between(scene) == [("unknown", "silent", "10:00", "11:00")]


class TestStop:
    def test_takes_the_longest_row_greedily_from_the_left(self) -> None:
        scene = a_scene("10:00", "11:00")
        scene.stay("b1", (2000, 50), "10:05", "10:20")
        scene.stay("b1", (2070, 50), "10:21", "10:30")
        scene.stay("b1", (2100, 50), "10:31", "10:45")

        assert between(scene) == [
            ("travel", None, "10:00", "10:05"),
            ("stop", None, "10:05", "10:30"),
            ("travel", None, "10:30", "10:31"),
            ("stop", None, "10:31", "10:45"),
            ("travel", None, "10:45", "11:00"),
        ]

    def test_lasts_at_least_as_long_as_the_policy_says(self) -> None:
        scene = a_scene("10:00", "10:30")
        scene.stay("b1", (2000, 50), "10:10", "10:19:59")

        assert between(scene) == [("travel", None, "10:00", "10:30")]

    def test_never_spans_an_unknown_pair(self) -> None:
        scene = a_scene("10:00", "11:00")
        scene.stay("b1", (2000, 50), "10:05", "10:14")
        scene.stay("b1", (2000, 50), "10:40", "10:49")

        assert between(scene) == [
            ("travel", None, "10:00", "10:14"),
            ("unknown", "silent", "10:14", "10:40"),
            ("travel", None, "10:40", "11:00"),
        ]

    def test_uses_only_fixes_strictly_between(self) -> None:
        scene = Scene()
        scene.has_site("a", a_rect(0, 0, 100, 100))
        scene.has_worker("ana", "b1")
        scene.stay("b1", (95, 50), "09:00", "10:00")
        scene.stay("b1", (145, 50), "10:01", "10:14", every=60)
        scene.stay("b1", (95, 50), "10:15", "10:30")

        assert between(scene) == [
            ("travel", None, "10:00", "10:01"),
            ("stop", None, "10:01", "10:14"),
            ("travel", None, "10:14", "10:15"),
        ]

    def test_goes_on_with_the_next_fix_when_a_row_is_too_short(self) -> None:
        scene = a_scene("10:00", "10:30")
        scene.fix("b1", "10:05", (1926, 50))
        scene.stay("b1", (2000, 50), "10:06", "10:10")
        scene.stay("b1", (2010, 50), "10:11", "10:17")

        assert ("stop", None, "10:06", "10:17") in between(scene)


class TestCutThatIsNoFix:
    def test_takes_the_nearest_fixes_around_a_handover(self) -> None:
        scene = Scene()
        scene.has_site("a", a_rect(0, 0, 100, 100))
        scene.has_site("b", a_rect(5000, 0, 5100, 100))
        scene.has_worker("ana")
        scene.assign("b1", "ana", end="10:00:30")
        scene.assign("b2", "ana", start="10:10:30")
        scene.stay("b1", IN_A, "09:00", "10:30")
        scene.stay("b2", IN_B, "10:00", "10:40")

        assert scene.rows("ana") == [
            ("on_site", "a", "09:00", "10:00:30"),
            ("travel", None, "10:00:30", "10:10:30"),
            ("on_site", "b", "10:10:30", "10:40"),
        ]

    def test_is_clipped_where_the_pair_around_it_is_unknown(self) -> None:
        scene = Scene()
        scene.has_site("a", a_rect(0, 0, 100, 100))
        scene.has_site("b", a_rect(5000, 0, 5100, 100))
        scene.has_worker("ana")
        scene.assign("b1", "ana", end="10:00:30")
        scene.assign("b2", "ana", start="10:20:30")
        scene.stay("b1", IN_A, "09:00", "10:30")
        scene.stay("b2", IN_B, "10:00", "10:40")

        assert scene.rows("ana")[1] == ("unknown", "silent", "10:00:30", "10:20:30")

    def test_is_unknown_up_to_the_next_fix_where_there_is_none(self) -> None:
        scene = Scene()
        scene.has_site("a", a_rect(0, 0, 100, 100))
        scene.has_site("b", a_rect(5000, 0, 5100, 100))
        scene.has_worker("ana")
        scene.assign("b1", "ana", start="10:00:10", end="10:00:20")
        scene.assign("b2", "ana", start="10:05")
        scene.stay("b1", IN_A, "09:00", "10:30")
        scene.stay("b2", IN_B, "10:06", "10:40")
        scene.fix("b2", "10:05:30", (3000, 50))

        assert scene.rows("ana") == [
            ("on_site", "a", "10:00:10", "10:00:20"),
            ("unknown", "silent", "10:00:20", "10:05:30"),
            ("travel", None, "10:05:30", "10:06"),
            ("on_site", "b", "10:06", "10:40"),
        ]

    def test_is_unknown_where_no_fix_at_all_is_near(self) -> None:
        scene = Scene()
        scene.has_site("a", a_rect(0, 0, 100, 100))
        scene.has_site("b", a_rect(5000, 0, 5100, 100))
        scene.has_worker("ana")
        scene.assign("b1", "ana", start="10:00:10", end="10:00:20")
        scene.assign("b2", "ana", start="10:05:10", end="10:05:20")
        scene.stay("b1", IN_A, "09:00", "10:30")
        scene.stay("b2", IN_B, "10:00", "10:40")

        assert scene.rows("ana")[1] == ("unknown", "silent", "10:00:20", "10:05:10")

    def test_is_unknown_from_the_last_fix_where_there_is_none_after(self) -> None:
        scene = a_scene("10:00", "10:30")
        scene.assignments.clear()
        scene.assign("b1", "ana", end="10:00:01")
        scene.assign("b2", "ana", start="10:04:10", end="10:04:50")
        scene.assign("b3", "ana")
        scene.stay("b2", IN_B, "10:00", "10:20")
        scene.fix("b3", "10:02", (2000, 50))

        assert scene.rows("ana") == [
            ("on_site", "a", "09:00", "10:00"),
            ("travel", None, "10:00", "10:02"),
            ("unknown", "silent", "10:02", "10:04:10"),
            ("on_site", "b", "10:04:10", "10:04:50"),
        ]

    @pytest.mark.parametrize(("last_fix", "cause"), [("03:30", "silent"), ("04:30", "badge_off")])
    def test_takes_no_fix_from_beyond_the_silence_between_shifts(self, last_fix: str, cause: str) -> None:
        scene = a_scene("10:30", "11:00")
        scene.assignments.clear()
        scene.assign("b0", "ana", end=last_fix)
        scene.assign("b1", "ana", start="10:00:10", end="10:00:20")
        scene.assign("b2", "ana")
        scene.fix("b0", scene.at(last_fix) - 1, (2000, 50))
        scene.state("b2", ObservationKind.REBOOT, "05:00")
        scene.fix("b2", "10:05:30", (3000, 50))
        scene.stay("b2", IN_B, "10:06", "10:40")

        assert scene.rows("ana")[1] == ("unknown", cause, "10:00:20", "10:05:30")

    def test_of_a_conflict_walks_from_the_nearest_fix(self) -> None:
        scene = a_scene("10:00", "11:00")
        scene.assign("b2", "ana")
        scene.has_site("c", a_rect(0, 2000, 100, 2100))
        scene.stay("b2", (50, 2050), "09:30", "10:20")

        assert scene.rows("ana") == [
            ("on_site", "a", "09:00", "10:00"),
            ("on_site", "c", "10:00", "10:20"),
            ("unknown", "silent", "10:20", "11:00"),
            ("on_site", "b", "11:00", "11:30"),
        ]


class TestDay:
    def test_cuts_every_kind_at_local_midnight(self) -> None:
        scene = a_scene("23:50", "2026-06-11T00:20")

        assert scene.rows("ana")[-1] == ("unknown", "silent", "23:50", "2026-06-11T00:00")
        assert scene.rows("ana", "2026-06-11")[0] == ("unknown", "silent", "2026-06-11T00:00", "2026-06-11T00:20")

    def test_holds_two_shifts(self) -> None:
        scene = a_scene("10:00", "16:30")

        assert scene.rows("ana") == [("on_site", "a", "09:00", "10:00"), ("on_site", "b", "16:30", "17:00")]
        assert len(scene.presence().shifts) == 2

    def test_holds_a_drive_by_on_the_local_day_of_its_first_fix(self) -> None:
        scene = a_scene("22:00", "2026-06-11T00:10")
        scene.has_site("c", a_rect(2000, 0, 2100, 100))
        scene.fix("b1", "23:59:40", (2020, 50))
        scene.fix("b1", "2026-06-11T00:00:20", (2080, 50))
        scene.fix("b1", "2026-06-11T00:00:40", (2500, 50))

        assert scene.drive_bys("ana") == [("c", "23:59:40", "2026-06-11T00:00:20")]
        assert scene.drive_bys("ana", "2026-06-11") == []

    def test_of_a_time_under_way_counts_travel_in_the_yards_favour_never_twice(self) -> None:
        scene = a_scene()
        day = scene.workday("ana")
        assert day is not None

        assert day.totals.possible_s == day.segments[-1].to_at - day.segments[0].from_at


class TestTotals:
    def test_never_count_stops_and_unknown_time_as_proven(self) -> None:
        totals = Totals(on_site_s=1, yard_s=2, travel_s=4, stop_s=8, unknown_s=16)

        assert (totals.proven_s, totals.possible_s) == (7, 31)

    def test_of_a_week_are_the_sum_of_its_days(self) -> None:
        assert add_totals([Totals(1, 2, 3, 4, 5), Totals(10, 20, 30, 40, 50)]) == Totals(11, 22, 33, 44, 55)
        assert add_totals([]) == Totals()

    def test_of_no_segments_are_nothing(self) -> None:
        assert totals_of([]) == Totals()
        assert {f"{kind}_s" for kind in SegmentKind} == set(Totals.__slots__)
