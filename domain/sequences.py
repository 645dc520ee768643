"""Runs of received sequence numbers per badge; a hole is what lies between two of them (wire.md section 5, rule 6)."""

from collections.abc import Iterable
from typing import NamedTuple


class Run(NamedTuple):
    """Numbers [first, last], all received; `captured_at` is the latest of its stored events (epoch s), or None."""

    first: int
    last: int
    captured_at: int | None


class RunChange(NamedTuple):
    """What must be written so that the runs hold the new numbers: runs to drop by their first number, runs to keep."""

    dropped: list[int]
    kept: list[Run]


def runs_of(numbers: Iterable[tuple[int, int | None]]) -> list[Run]:
    """The runs of single numbers, each with its captured second or None."""
    return merge(Run(number, number, captured_at) for number, captured_at in numbers)


def merge(runs: Iterable[Run]) -> list[Run]:
    """The same numbers in as few runs as can be, in order; runs may overlap and touch."""
    merged: list[Run] = []
    for run in sorted(runs, key=lambda run: run[:2]):
        before = merged[-1] if merged else None
        if before is None or run.first > before.last + 1:
            merged.append(run)
        else:
            merged[-1] = Run(before.first, max(before.last, run.last), _later(before.captured_at, run.captured_at))
    return merged


def change(known: Iterable[Run], fresh: Iterable[Run]) -> RunChange:
    """How the known runs change by fresh ones; `known` holds every run that overlaps or touches a fresh one."""
    before = set(known)
    after = set(merge([*before, *fresh]))
    firsts = {run.first for run in after}
    return RunChange([run.first for run in before if run.first not in firsts], sorted(after - before))


def _later(one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return other if one is None else one
    return max(one, other)
