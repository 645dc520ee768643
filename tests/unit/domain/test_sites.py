"""Versions of boundaries: which one counts when, and how far it reaches."""

from datetime import UTC, datetime

import shapely

from domain.sites import REACH_M, ValidPeriod, box_in_reach, valid_periods


def day(number: int) -> datetime:
    return datetime(2026, 6, number, tzinfo=UTC)


class TestValidPeriods:
    def test_end_where_the_next_begins(self) -> None:
        periods = valid_periods({1: day(1), 2: day(10)})

        assert periods == {1: ValidPeriod(day(1), day(10)), 2: ValidPeriod(day(10), None)}

    def test_follow_the_beginnings_and_not_the_numbers(self) -> None:
        periods = valid_periods({1: day(10), 2: day(1), 3: day(5)})

        assert periods == {
            2: ValidPeriod(day(1), day(5)),
            3: ValidPeriod(day(5), day(10)),
            1: ValidPeriod(day(10), None),
        }

    def test_are_empty_for_the_older_of_two_that_begin_together(self) -> None:
        periods = valid_periods({1: day(1), 2: day(1), 3: day(5), 4: day(5)})

        assert periods == {
            1: ValidPeriod(day(1), day(1)),
            2: ValidPeriod(day(1), day(5)),
            3: ValidPeriod(day(5), day(5)),
            4: ValidPeriod(day(5), None),
        }


class TestMeets:
    def test_needs_an_instant_in_common(self) -> None:
        june = ValidPeriod(day(5), day(10))

        assert june.meets(ValidPeriod(day(9), None))
        assert june.meets(ValidPeriod(day(1), day(6)))
        assert not june.meets(ValidPeriod(day(10), None))
        assert not june.meets(ValidPeriod(day(1), day(5)))


class TestBoxInReach:
    def test_holds_every_place_from_which_a_fix_can_be_held(self) -> None:
        box = box_in_reach(shapely.box(10.0, 60.0, 10.1, 60.1))

        north_m, east_m = (box.north - 60.1) * 111_412, (box.east - 10.1) * 55_800
        assert REACH_M <= north_m < REACH_M + 10
        assert REACH_M <= east_m < REACH_M + 20

    def test_stays_finite_at_a_pole(self) -> None:
        box = box_in_reach(shapely.box(10.0, 89.5, 10.1, 90.0))

        assert 1 < box.east - 10.1 < 10
