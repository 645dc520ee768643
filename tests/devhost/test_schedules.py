"""NCRONTAB as the host reads it."""

from datetime import UTC, datetime

import pytest

from devhost.host.schedules import ScheduleError, read_schedule

SUNDAY = datetime(2026, 6, 7, 10, 0, 0, tzinfo=UTC)


class TestNextAfter:
    @pytest.mark.parametrize(
        ("schedule", "expected"),
        [
            ("*/15 * * * * *", datetime(2026, 6, 7, 10, 0, 15, tzinfo=UTC)),
            ("0 */15 * * * *", datetime(2026, 6, 7, 10, 15, tzinfo=UTC)),
            ("0 0 9-17/4 * * *", datetime(2026, 6, 7, 13, tzinfo=UTC)),
            ("0 30 2,3 * * *", datetime(2026, 6, 8, 2, 30, tzinfo=UTC)),
            ("0 0 3 * * 1-5", datetime(2026, 6, 8, 3, tzinfo=UTC)),
            ("0 0 3 * * Sun", datetime(2026, 6, 14, 3, tzinfo=UTC)),
            ("0 0 3 1 Jan *", datetime(2027, 1, 1, 3, tzinfo=UTC)),
            ("0 0 0 29 2 *", datetime(2028, 2, 29, tzinfo=UTC)),
            ("0 0 0 13 * 5", datetime(2026, 11, 13, tzinfo=UTC)),
        ],
    )
    def test_is_the_first_later_instant(self, schedule: str, expected: datetime) -> None:
        assert read_schedule(schedule).next_after(SUNDAY) == expected

    def test_is_later_than_a_tick_itself(self) -> None:
        assert read_schedule("0 0 10 * * *").next_after(SUNDAY) == datetime(2026, 6, 8, 10, tzinfo=UTC)

    def test_refuses_a_date_that_never_comes(self) -> None:
        with pytest.raises(ScheduleError, match="never"):
            read_schedule("0 0 0 31 2 *").next_after(SUNDAY)


class TestReadSchedule:
    @pytest.mark.parametrize(
        "text", ["* * * * *", "0 0 3 * *", "60 * * * * *", "0 0 3 * * 7", "0 0 3 0 * *", "x * * * * *", "5-1 * * * * *"]
    )
    def test_refuses_what_is_not_ncrontab(self, text: str) -> None:
        with pytest.raises(ScheduleError):
            read_schedule(text)
