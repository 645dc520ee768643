"""Runs of received sequence numbers."""

import pytest

from domain.sequences import Run, change, merge, runs_of


class TestMerge:
    @pytest.mark.parametrize(
        ("runs", "merged"),
        [
            ([(1, 2), (3, 4)], [(1, 4)]),
            ([(1, 2), (4, 5)], [(1, 2), (4, 5)]),
            ([(4, 9), (1, 5)], [(1, 9)]),
            ([(1, 9), (3, 4)], [(1, 9)]),
            ([], []),
        ],
    )
    def test_leaves_as_few_runs_as_can_be(self, runs: list[tuple[int, int]], merged: list[tuple[int, int]]) -> None:
        assert [run[:2] for run in merge(Run(*run, None) for run in runs)] == merged

    def test_keeps_the_latest_capture(self) -> None:
        assert merge([Run(1, 1, 50), Run(2, 2, 40), Run(3, 3, None)]) == [Run(1, 3, 50)]


class TestChange:
    def test_drops_what_was_merged_and_keeps_what_grew(self) -> None:
        known = [Run(1, 3, 10), Run(6, 9, 30)]

        changed = change(known, runs_of([(4, 20), (5, None)]))

        assert (changed.dropped, changed.kept) == ([6], [Run(1, 9, 30)])

    def test_writes_nothing_for_what_is_there(self) -> None:
        known = [Run(1, 9, 30)]

        changed = change(known, runs_of([(5, 20)]))

        assert (changed.dropped, changed.kept) == ([], [])
