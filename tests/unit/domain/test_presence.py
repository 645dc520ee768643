"""The worked cases of presence.md section 11, to the second; P23 belongs to timesheets."""

from dataclasses import replace
from datetime import date

import pytest

from domain.boundaries import SiteKind
from domain.documents import workday_text
from domain.local_days import workweek_bounds
from domain.observations import ObservationKind, Refusal
from domain.periods import Period
from domain.presence import compute
from tests.scenes import Scene, a_polygon, a_rect

A, B = a_rect(0, 0, 100, 100), a_rect(1000, 0, 1100, 100)
IN_A, IN_B = (50, 50), (1050, 50)


def a_scene(**more: object) -> Scene:
    """Ana wears b1; site a at the origin, site b a kilometre east."""
    scene = Scene(**more)  # type: ignore[arg-type]
    scene.has_site("a", A)
    scene.has_site("b", B)
    scene.has_worker("ana", "b1")
    return scene


class TestCases:
    def test_p1_jitter_at_the_edge_does_not_flap(self) -> None:
        scene = a_scene()
        scene.stay("b1", (20, 50), "08:00", "16:00", every=15, jitter=30)
        scene.moves("b1", "08:05", "13:00")

        assert scene.visits("b1") == [("a", "08:00", "16:00", "appeared", "end_of_data")]
        assert scene.presence().intervals[0].excursions == ()
        assert scene.presence().intervals[0].fixes_used == 8 * 240 + 1

    def test_p2_an_inaccurate_fix_is_refused(self) -> None:
        scene = a_scene()
        scene.stay("b1", IN_A, "09:00", "10:00")
        scene.refused("b1", "09:30:30", (450, 50), Refusal.ACCURACY, acc=300)

        (interval,) = scene.presence().intervals

        assert scene.visits("b1") == [("a", "09:00", "10:00", "appeared", "end_of_data")]
        assert (interval.fixes_refused, interval.fixes_used) == ((("accuracy", 1),), 61)

    def test_p3_a_good_spike_is_an_excursion(self) -> None:
        scene = a_scene()
        scene.stay("b1", IN_A, "09:00", "10:00")
        scene.fix("b1", "10:01", (450, 50))
        scene.stay("b1", IN_A, "10:02", "10:50")

        (interval,) = scene.presence().intervals

        assert scene.rows("ana") == [("on_site", "a", "09:00", "10:50")]
        assert interval.excursions == ((scene.at("10:01"), scene.at("10:01")),)
        assert interval.fixes_used == 110

    def test_p4_silence_between_two_sites_is_unknown(self) -> None:
        scene = a_scene()
        scene.has_site("far", a_rect(5000, 0, 5100, 100))
        scene.stay("b1", IN_A, "09:00", "10:00")
        scene.stay("b1", (5050, 50), "10:30", "11:00")

        assert scene.rows("ana") == [
            ("on_site", "a", "09:00", "10:00"),
            ("unknown", "silent", "10:00", "10:30"),
            ("on_site", "far", "10:30", "11:00"),
        ]
        assert [visit[3:] for visit in scene.visits("b1")] == [("appeared", "lost"), ("appeared", "end_of_data")]

    def test_p5_a_day_that_begins_inside_begins_at_its_first_fix(self) -> None:
        scene = a_scene()
        scene.stay("b1", IN_A, "07:03:20", "08:00:20")
        scene.go("b1", (200, 50), (900, 50), "08:00:35", "08:02:50")
        scene.stay("b1", IN_B, "08:03:05", "09:00:05")

        assert scene.rows("ana") == [
            ("on_site", "a", "07:03:20", "08:00:20"),
            ("travel", None, "08:00:20", "08:03:05"),
            ("on_site", "b", "08:03:05", "09:00:05"),
        ]
        assert [visit[3:] for visit in scene.visits("b1")] == [("appeared", "moved"), ("moved", "end_of_data")]

    def test_p6_silence_on_one_site_is_unknown(self) -> None:
        scene = a_scene()
        scene.stay("b1", IN_A, "08:00", "11:00")
        scene.moves("b1", "08:05", "10:55", "13:15")
        scene.stay("b1", IN_A, "13:10", "16:00")

        assert scene.rows("ana") == [
            ("on_site", "a", "08:00", "11:00"),
            ("unknown", "silent", "11:00", "13:10"),
            ("on_site", "a", "13:10", "16:00"),
        ]
        assert scene.totals("ana") == {"on_site_s": 21_000, "unknown_s": 7800}

    def test_p7_a_badge_that_dies_ends_at_its_last_proof(self) -> None:
        scene = a_scene()
        scene.stay("b1", IN_A, "08:00", "09:30")
        scene.state("b1", ObservationKind.HEARTBEAT, "11:00")

        assert scene.rows("ana") == [("on_site", "a", "08:00", "09:30")]

    def test_p8_a_truck_that_crosses_a_site_drives_by(self) -> None:
        scene = Scene()
        scene.has_yard()
        scene.has_site("a", a_rect(2000, -100, 2400, 100))
        scene.has_site("b", a_rect(6000, -50, 6100, 50))
        scene.has_worker("ana", "b1")
        scene.stay("b1", (0, 0), "06:00", "07:00")
        scene.go("b1", (200, 0), (1700, 0), "07:00:15", "07:02:45")
        scene.fix("b1", "07:03:00", (2050, 0), speed_mps=15)
        scene.fix("b1", "07:03:40", (2350, 0), speed_mps=9)
        scene.go("b1", (2700, 0), (5700, 0), "07:03:55", "07:09:55")
        scene.stay("b1", (6050, 0), "07:10:10", "08:00:10")

        assert scene.rows("ana") == [
            ("yard", "yard", "06:00", "07:00"),
            ("travel", None, "07:00", "07:10:10"),
            ("on_site", "b", "07:10:10", "08:00:10"),
        ]
        assert scene.drive_bys("ana") == [("a", "07:03", "07:03:40")]

    def test_p9_adjoining_lots_share_no_second(self) -> None:
        scene = Scene()
        scene.has_site("a", A)
        scene.has_site("next", a_rect(100, 0, 200, 100))
        scene.has_worker("ana", "b1")
        scene.stay("b1", IN_A, "09:00", "09:20")
        scene.stay("b1", (150, 50), "09:21", "09:41")

        assert scene.rows("ana") == [
            ("on_site", "a", "09:00", "09:20"),
            ("travel", None, "09:20", "09:21"),
            ("on_site", "next", "09:21", "09:41"),
        ]

    def test_p10_a_garden_inside_a_campus_takes_its_time(self) -> None:
        scene = Scene()
        scene.has_site("campus", a_rect(0, 0, 1000, 1000))
        scene.has_site("garden", a_rect(400, 400, 500, 500))
        scene.has_worker("ana", "b1")
        scene.stay("b1", (200, 200), "09:00", "09:29")
        scene.stay("b1", (450, 450), "09:30", "10:00")
        scene.stay("b1", (200, 200), "10:01", "10:30")

        assert scene.visits("b1") == [
            ("campus", "09:00", "09:29", "appeared", "moved"),
            ("garden", "09:30", "10:00", "moved", "moved"),
            ("campus", "10:01", "10:30", "moved", "end_of_data"),
        ]
        assert [one.ambiguous for one in scene.presence().intervals] == [False, True, False]

    def test_p11_of_overlapping_sites_the_scheduled_one_counts(self) -> None:
        scene = Scene()
        scene.has_site("campus", a_rect(0, 0, 1000, 1000))
        scene.has_site("garden", a_rect(400, 400, 500, 500))
        scene.has_worker("ana", "b1")
        scene.plan("campus", "08:00", "12:00", workers=["ana"])
        scene.stay("b1", (450, 450), "09:00", "10:00")

        (interval,) = scene.presence().intervals

        assert scene.rows("ana") == [("on_site", "campus", "09:00", "10:00")]
        assert interval.ambiguous

    def test_p12_a_hole_is_outside(self) -> None:
        scene = Scene()
        scene.has_site("a", a_rect(0, 0, 1000, 1000, holes=[[(200, 200), (800, 200), (800, 800), (200, 800)]]))
        scene.has_worker("ana", "b1")
        scene.stay("b1", (500, 500), "09:00", "10:00")

        assert scene.presence().intervals == ()

    def test_p13_a_moved_boundary_counts_from_then_on(self) -> None:
        scene = Scene()
        scene.has_site("a", A, valid_to="12:00")
        scene.has_site("a", a_rect(500, 0, 600, 100), valid_from="12:00")
        scene.has_worker("ana", "b1")
        scene.has_worker("luis", "b2")
        scene.stay("b1", IN_A, "2026-06-08T09:00", "2026-06-08T10:00")
        scene.stay("b1", IN_A, "11:00", "12:40")
        scene.stay("b2", (550, 50), "11:00", "12:50")

        assert scene.rows("ana", "2026-06-08") == [("on_site", "a", "2026-06-08T09:00", "2026-06-08T10:00")]
        assert scene.rows("ana") == [("on_site", "a", "11:00", "11:59")]
        assert scene.rows("luis") == [("on_site", "a", "12:00", "12:50")]
        assert [one.boundary_version for one in scene.presence().intervals] == [1, 1, 2]

    def test_p14_yard_drive_and_site(self) -> None:
        scene = a_morning()

        assert scene.rows("ana") == [
            ("yard", "yard", "06:10", "06:35"),
            ("travel", None, "06:35", "07:00"),
            ("on_site", "a", "07:00", "08:40"),
        ]
        assert scene.totals("ana") == {"yard_s": 1500, "travel_s": 1500, "on_site_s": 6000}

    def test_p15_the_spring_night_has_seven_hours(self) -> None:
        scene = a_scene(day="2026-03-07")
        scene.stay("b1", IN_A, "22:00", "2026-03-08T06:00")
        scene.moves("b1", "22:10", "2026-03-08T03:30")

        assert scene.totals("ana", "2026-03-07") == {"on_site_s": 7200}
        assert scene.totals("ana", "2026-03-08") == {"on_site_s": 5 * 3600}

    def test_p16_the_autumn_night_has_nine_hours(self) -> None:
        scene = a_scene(day="2026-10-31")
        scene.stay("b1", IN_A, "22:00", "2026-11-01T06:00")
        scene.moves("b1", "22:10", "2026-11-01T03:30")

        assert scene.totals("ana", "2026-10-31") == {"on_site_s": 7200}
        assert scene.totals("ana", "2026-11-01") == {"on_site_s": 7 * 3600}

    @pytest.mark.parametrize(
        ("on", "hours"), [(date(2026, 3, 10), 167), (date(2026, 11, 3), 169), (date(2026, 6, 10), 168)]
    )
    def test_p17_a_workweek_has_real_hours(self, on: date, hours: int) -> None:
        assert workweek_bounds(on, "America/New_York").length_s == hours * 3600

    def test_p18_newest_first_is_identical(self) -> None:
        scene = a_morning()

        backwards = scene.presence(scene.observations[::-1])

        assert backwards == scene.presence()

    def test_p19_a_handover_gives_no_second_to_both(self) -> None:
        scene = a_handover()

        assert scene.rows("ana") == [("on_site", "a", "09:00", "12:00")]
        assert scene.rows("luis") == [("on_site", "a", "12:00", "15:00")]
        assert [visit[1:] for visit in scene.visits("b1")] == [
            ("09:00", "12:00", "appeared", "handover"),
            ("12:00", "15:00", "handover", "end_of_data"),
        ]

    def test_p20_each_day_is_in_its_branchs_zone(self) -> None:
        scene = Scene(zone="America/Phoenix")
        scene.has_site("a", A)
        scene.has_worker("ana", "b1", zone="America/Phoenix")
        scene.has_worker("luis", "b2", zone="America/New_York")
        for badge in ("b1", "b2"):
            scene.stay(badge, IN_A, "2026-06-11T03:30:00Z", "2026-06-11T04:30:00Z")

        assert scene.rows("ana", "2026-06-10") == [("on_site", "a", "20:30", "21:30")]
        assert scene.rows("luis", "2026-06-10") == [("on_site", "a", "20:30", "21:00")]
        assert scene.rows("luis", "2026-06-11") == [("on_site", "a", "21:00", "21:30")]

    def test_p21_lunch_off_site_is_one_stop(self) -> None:
        scene = Scene()
        scene.has_site("a", A)
        scene.has_site("b", a_rect(4000, 0, 4100, 100))
        scene.has_worker("ana", "b1")
        scene.stay("b1", IN_A, "10:00", "11:55")
        scene.go("b1", (200, 50), (1850, 50), "11:55:15", "11:59:45")
        scene.stay("b1", (2000, 50), "12:00", "12:31", jitter=35)
        scene.go("b1", (2150, 50), (3800, 50), "12:31:15", "12:35:45")
        scene.stay("b1", (4050, 50), "12:36", "14:00")

        assert scene.rows("ana") == [
            ("on_site", "a", "10:00", "11:55"),
            ("travel", None, "11:55", "12:00"),
            ("stop", None, "12:00", "12:31"),
            ("travel", None, "12:31", "12:36"),
            ("on_site", "b", "12:36", "14:00"),
        ]
        assert scene.totals("ana") == {"on_site_s": 11_940, "travel_s": 600, "stop_s": 1860}

    def test_p22_a_tower_position_is_never_presence(self) -> None:
        scene = a_scene()
        for minute in range(0, 60, 5):
            scene.refused("b1", f"09:{minute:02}", IN_A, Refusal.SOURCE)

        assert scene.presence().intervals == ()
        assert scene.workday("ana") is None

    def test_p24_an_interval_that_ends_at_midnight_belongs_to_one_day(self) -> None:
        scene = a_scene()
        scene.stay("b1", IN_A, "22:30", "2026-06-11T00:00")

        assert scene.rows("ana") == [("on_site", "a", "22:30", "2026-06-11T00:00")]
        assert scene.workday("ana", "2026-06-11") is None

    def test_p25_a_badge_left_in_the_truck_is_parked(self) -> None:
        scene = Scene()
        scene.has_yard()
        scene.has_site("b", B)
        scene.has_worker("ana", "b1")
        scene.moves("b1", "17:00")
        scene.rests("b1", "17:31")
        scene.stay("b1", (0, 0), "17:30", "2026-06-11T06:00", jitter=6)
        scene.moves("b1", "2026-06-11T06:00:10")
        scene.go("b1", (200, 0), (900, 50), "2026-06-11T06:00:15", "2026-06-11T06:04:45")
        scene.stay("b1", IN_B, "2026-06-11T06:05", "2026-06-11T06:45")

        assert scene.rows("ana") == [("yard", "yard", "17:30", "17:31")]
        assert scene.parked("ana") == [("yard", "17:31", "2026-06-11T00:00")]
        assert scene.parked("ana", "2026-06-11") == [("yard", "2026-06-11T00:00", "2026-06-11T06:00")]
        assert scene.rows("ana", "2026-06-11") == [
            ("travel", None, "2026-06-11T06:00", "2026-06-11T06:05"),
            ("on_site", "b", "2026-06-11T06:05", "2026-06-11T06:45"),
        ]

    def test_p26_a_mechanic_at_one_bench_works(self) -> None:
        scene = Scene()
        scene.has_yard()
        scene.has_worker("ana", "b1")
        scene.stay("b1", (0, 0), "08:00", "11:00", jitter=4)
        for minutes in range(2, 180, 10):
            scene.moves("b1", scene.at("08:00:30") + minutes * 60)
            scene.rests("b1", scene.at("08:05:30") + minutes * 60)

        assert scene.rows("ana") == [("yard", "yard", "08:00", "11:00")]
        assert scene.parked("ana") == []

    def test_p27_the_drive_home_counts_up_to_the_first_parked_fix(self) -> None:
        scene = Scene()
        scene.has_yard()
        scene.has_site("b", a_rect(6000, -50, 6100, 50))
        scene.has_worker("ana", "b1")
        scene.stay("b1", (6050, 0), "15:00", "16:00")
        scene.moves("b1", "15:01")
        scene.go("b1", (5800, 0), (200, 0), "16:00:15", "16:14:45")
        scene.rests("b1", "16:15")
        scene.stay("b1", (0, 0), "16:15", "21:00", jitter=5)

        assert scene.rows("ana") == [("on_site", "b", "15:00", "16:00"), ("travel", None, "16:00", "16:15")]
        assert scene.parked("ana") == [("yard", "16:15", "21:00")]

    def test_p28_a_small_lot_with_one_moving_at_the_start_is_work(self) -> None:
        scene = Scene()
        scene.has_site("a", a_rect(0, 0, 60, 60))
        scene.has_worker("ana", "b1")
        scene.stay("b1", (30, 30), "08:00", "11:00", every=15, jitter=25)
        scene.moves("b1", "08:00:05")

        assert scene.rows("ana") == [("on_site", "a", "08:00", "11:00")]
        assert scene.parked("ana") == []


class TestCompute:
    def test_gives_identical_results_for_repeated_observations(self) -> None:
        scene = a_handover()
        scene.refused("b1", "10:00:30", IN_A, Refusal.STALE)
        scene.state("b1", ObservationKind.TAG, "10:00:31", tag_mac="AA:BB:CC:DD:EE:FF")

        assert scene.presence(scene.observations * 3) == scene.presence()

    def test_treats_a_depot_as_yard(self) -> None:
        scene = Scene()
        scene.has_site("depot", A, kind=SiteKind.DEPOT)
        scene.has_worker("ana", "b1")
        scene.stay("b1", IN_A, "08:00", "09:00")

        assert scene.rows("ana") == [("yard", "depot", "08:00", "09:00")]

    def test_tells_only_days_that_lie_wholly_inside_the_window(self) -> None:
        scene = a_scene()
        scene.stay("b1", IN_A, "23:00", "2026-06-11T01:00")
        whole = scene.evidence()

        part = compute(replace(whole, window=whole.window._replace(from_at=scene.at("22:00"))))

        assert [day.work_date for day in part.workdays] == [date(2026, 6, 11)]

    def test_uses_the_fixes_from_the_beginning_of_the_window_up_to_its_end(self) -> None:
        scene = a_scene()
        scene.stay("b1", IN_A, "09:00", "10:00")
        scene.window = Period(scene.at("09:10"), scene.at("09:50"))

        assert scene.visits("b1") == [("a", "09:10", "09:49", "appeared", "end_of_data")]

    def test_gives_nobody_a_day_who_is_not_asked_for(self) -> None:
        scene = a_handover()
        del scene.zones["luis"]

        assert {day.worker_id for day in scene.presence().workdays} == {scene.id_of("ana")}

    def test_says_nothing_without_observations(self) -> None:
        presence = a_scene().presence()

        assert (presence.intervals, presence.workdays, presence.shifts) == ((), (), ())

    def test_keeps_a_day_with_a_drive_by_only(self) -> None:
        scene = a_scene()
        scene.fix("b1", "09:00", IN_A)
        scene.fix("b1", "09:00:15", (500, 50))

        assert scene.drive_bys("ana") == [("a", "09:00", "09:00")]
        assert scene.rows("ana") == []

    def test_counts_a_blanked_fix_as_outside_every_site(self) -> None:
        scene = a_scene()
        scene.stay("b1", IN_A, "09:00", "09:30")
        scene.state("b1", ObservationKind.FIX, "09:31", accuracy_m=8.0)
        scene.stay("b1", IN_A, "09:32", "10:00")

        (interval,) = scene.presence().intervals

        assert interval.excursions == ((scene.at("09:31"), scene.at("09:31")),)

    def test_names_shifts_by_their_first_and_last_work_evidence(self) -> None:
        scene = a_morning()

        assert scene.presence().shifts == ((scene.id_of("ana"), (scene.at("06:10"), scene.at("08:40"))),)

    def test_gives_the_same_text_whatever_the_ids(self) -> None:
        texts = []
        for seed in (0, 1):
            scene = a_handover(seed=seed)
            day = scene.workday("luis")
            assert day is not None
            text = workday_text(day)
            for name, known in scene.names.items():
                text = text.replace(str(known), name)
            texts.append(text)

        assert texts[0] == texts[1]


class TestSiteOfAFix:
    """Section 4: overlapping sites."""

    def two_sites(self) -> Scene:
        scene = Scene()
        scene.has_site("big", a_rect(0, 0, 300, 300))
        scene.has_site("small", a_rect(0, 0, 200, 200))
        scene.has_worker("ana", "b1")
        scene.stay("b1", IN_A, "09:00", "10:00")
        return scene

    def test_is_the_smaller_boundary_without_a_job(self) -> None:
        assert self.two_sites().visits("b1")[0][0] == "small"

    def test_is_the_smaller_id_for_equal_areas(self) -> None:
        scene = Scene()
        scene.has_site("first", A)
        scene.has_site("second", A)
        scene.has_worker("ana", "b1")
        scene.stay("b1", IN_A, "09:00", "10:00")

        assert [visit[0] for visit in scene.visits("b1")] == ["first"]

    def test_is_that_of_a_crews_job_while_the_worker_belongs_to_it(self) -> None:
        scene = self.two_sites()
        scene.plan("big", "08:00", "12:00", crews=["north"])
        scene.join_crew("north", "ana", "09:30")

        assert [visit[:3] for visit in scene.visits("b1")] == [("small", "09:00", "09:29"), ("big", "09:30", "10:00")]

    def test_is_that_of_the_job_over_the_moment_only(self) -> None:
        scene = self.two_sites()
        scene.plan("big", "08:00", "09:30", workers=["ana"])

        assert [visit[:3] for visit in scene.visits("b1")] == [("big", "09:00", "09:29"), ("small", "09:30", "10:00")]

    def test_is_that_of_the_earliest_scheduled_start(self) -> None:
        scene = self.two_sites()
        scene.plan("small", "08:30", "12:00", workers=["ana"])
        scene.plan("big", "08:00", "12:00", workers=["ana"])

        assert scene.visits("b1")[0][0] == "big"

    def test_is_the_smaller_site_id_for_jobs_that_start_together(self) -> None:
        scene = self.two_sites()
        scene.plan("small", "08:00", "12:00", workers=["ana"])
        scene.plan("big", "08:00", "12:00", workers=["ana"])

        assert scene.visits("b1")[0][0] == "big"

    def test_goes_by_the_worker_who_wears_the_badge_at_that_second(self) -> None:
        scene = self.two_sites()
        scene.has_worker("luis")
        scene.assignments.clear()
        scene.assign("b1", "ana", end="09:30")
        scene.assign("b1", "luis", start="09:30")
        scene.plan("big", "08:00", "12:00", workers=["luis"])

        assert [visit[:3] for visit in scene.visits("b1")] == [("small", "09:00", "09:29"), ("big", "09:30", "10:00")]

    def test_ignores_the_jobs_of_others_and_of_nobody(self) -> None:
        scene = self.two_sites()
        scene.assignments.clear()
        scene.plan("big", "08:00", "12:00", workers=["ana"])

        assert scene.visits("b1")[0][0] == "small"

    def test_counts_a_point_on_the_edge_as_covered(self) -> None:
        scene = Scene()
        scene.has_site("a", a_polygon([(0, 0), (0, 100), (-100, 100), (-100, 0)]))
        scene.has_worker("ana", "b1")
        scene.stay("b1", (0, 50), "09:00", "10:00")

        assert scene.rows("ana") == [("on_site", "a", "09:00", "10:00")]


def a_morning() -> Scene:
    """Yard, drive and site."""
    scene = Scene()
    scene.has_yard()
    scene.has_site("a", a_rect(11_950, -50, 12_050, 50))
    scene.has_worker("ana", "b1")
    scene.stay("b1", (0, 0), "06:10", "06:35", jitter=5)
    scene.go("b1", (200, 0), (11_700, 0), "06:35:15", "06:59:45")
    scene.stay("b1", (12_000, 0), "07:00", "08:40", jitter=5)
    return scene


def a_handover(**more: object) -> Scene:
    """Ana gives b1 to Luis at noon, on site a from 9 to 15."""
    scene = Scene(**more)  # type: ignore[arg-type]
    scene.has_site("a", A)
    scene.has_worker("ana")
    scene.has_worker("luis")
    scene.assign("b1", "ana", end="12:00")
    scene.assign("b1", "luis", start="12:00")
    scene.stay("b1", IN_A, "09:00", "15:00")
    scene.moves("b1", "08:50", "11:30")
    return scene
