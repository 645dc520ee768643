"""The figures by which a company's presence is judged: presence.md section 3."""

import pytest

from domain.errors import InvalidError
from domain.policies import Policy, Weekday, policy_content, policy_from


class TestPolicyFrom:
    def test_has_the_defaults_of_the_contract(self) -> None:
        assert policy_content(policy_from({})) == {
            "dwell_s": 180,
            "min_fixes": 2,
            "exit_buffer_m": 25,
            "max_gap_s": 1200,
            "shift_gap_s": 21_600,
            "stop_radius_m": 75,
            "stop_s": 600,
            "parked_s": 7200,
            "workweek_start": "sunday",
            "rounding": "none",
        }

    def test_changes_only_what_is_named(self) -> None:
        policy = policy_from({"dwell_s": 60, "exit_buffer_m": 12.5}, version=3, base=Policy(stop_s=300))

        assert policy == Policy(version=3, dwell_s=60, exit_buffer_m=12.5, stop_s=300)

    def test_reads_back_what_it_wrote(self) -> None:
        policy = Policy(version=2, max_gap_s=600, workweek_start=Weekday.MONDAY)

        assert policy_from(policy_content(policy), version=2) == policy

    @pytest.mark.parametrize("text", ["monday", "Monday", "Monday 00:00", "monday 00:00 local"])
    def test_reads_a_weekday(self, text: str) -> None:
        assert policy_from({"workweek_start": text}).workweek_start == Weekday.MONDAY

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("dwell", 1),
            ("version", 2),
            ("dwell_s", "180"),
            ("dwell_s", True),
            ("dwell_s", -1),
            ("dwell_s", 1.5),
            ("min_fixes", 0),
            ("max_gap_s", 0),
            ("exit_buffer_m", float("nan")),
            ("exit_buffer_m", 10**9),
            ("workweek_start", "sunnyday"),
            ("workweek_start", "monday 06:00"),
            ("workweek_start", 1),
            ("rounding", "quarter"),
            ("stop_s", None),
        ],
    )
    def test_refuses_what_makes_no_sense(self, name: str, value: object) -> None:
        with pytest.raises(InvalidError) as refused:
            policy_from({name: value})

        assert refused.value.pointer == f"/{name}"


class TestWeekday:
    def test_counts_as_dates_do(self) -> None:
        assert [Weekday.MONDAY.number, Weekday.SUNDAY.number] == [0, 6]
