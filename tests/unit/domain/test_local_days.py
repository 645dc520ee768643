"""Local dates and workweeks, also where the clocks change."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.local_days import cut_at_midnights, dates_inside, day_bounds, local_date, workweek_bounds
from domain.periods import Period
from domain.policies import Weekday

NEW_YORK = "America/New_York"


def at(text: str) -> int:
    """Epoch seconds of a UTC instant."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


class TestDayBounds:
    @pytest.mark.parametrize(
        ("on", "zone", "hours"),
        [
            (date(2026, 3, 8), NEW_YORK, 23),
            (date(2026, 11, 1), NEW_YORK, 25),
            (date(2026, 6, 10), NEW_YORK, 24),
            (date(2026, 3, 8), "America/Phoenix", 24),
            (date(2026, 4, 5), "Australia/Lord_Howe", 24.5),
        ],
    )
    def test_has_real_hours(self, on: date, zone: str, hours: float) -> None:
        assert day_bounds(on, zone).length_s == hours * 3600

    def test_begins_at_the_first_instant_where_clocks_skip_midnight(self) -> None:
        bounds = day_bounds(date(2026, 3, 8), "America/Havana")

        assert local_date(bounds.from_at, "America/Havana") == date(2026, 3, 8)
        assert local_date(bounds.from_at - 1, "America/Havana") == date(2026, 3, 7)

    @pytest.mark.parametrize("zone", [NEW_YORK, "America/Havana", "Atlantic/Azores", "Africa/Cairo", "Asia/Kolkata"])
    def test_leaves_no_second_of_a_year_out(self, zone: str) -> None:
        days = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]

        for on in days:
            bounds = day_bounds(on, zone)
            assert local_date(bounds.from_at, zone) == on == local_date(bounds.to_at - 1, zone)
            assert bounds.to_at == day_bounds(on + timedelta(days=1), zone).from_at


class TestWorkweekBounds:
    def test_begins_on_sunday_by_default(self) -> None:
        assert workweek_bounds(date(2026, 6, 10), NEW_YORK) == (at("2026-06-07T04:00"), at("2026-06-14T04:00"))

    @pytest.mark.parametrize("on", [date(2026, 6, 7), date(2026, 6, 13)])
    def test_holds_its_first_and_its_last_day(self, on: date) -> None:
        assert workweek_bounds(on, NEW_YORK).from_at == at("2026-06-07T04:00")

    def test_begins_on_the_day_of_the_policy(self) -> None:
        assert workweek_bounds(date(2026, 6, 7), NEW_YORK, Weekday.MONDAY).from_at == at("2026-06-01T04:00")


class TestDatesInside:
    def test_leaves_out_days_that_are_cut(self) -> None:
        window = Period(at("2026-06-08T04:00"), at("2026-06-11T03:59"))

        assert dates_inside(window, NEW_YORK) == [date(2026, 6, 8), date(2026, 6, 9)]

    def test_finds_none_in_an_empty_window(self) -> None:
        assert dates_inside(Period(5, 5), NEW_YORK) == []


class TestCutAtMidnights:
    def test_makes_no_sliver_at_midnight(self) -> None:
        period = Period(at("2026-06-10T20:00"), at("2026-06-11T04:00"))

        assert list(cut_at_midnights(period, NEW_YORK)) == [(date(2026, 6, 10), period)]

    def test_parts_a_period_over_days(self) -> None:
        period = Period(at("2026-06-10T20:00"), at("2026-06-12T05:00"))

        assert [part.length_s for _, part in cut_at_midnights(period, NEW_YORK)] == [8 * 3600, 24 * 3600, 3600]
