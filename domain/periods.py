"""Half-open periods of epoch seconds."""

from collections.abc import Iterable
from typing import NamedTuple

FOREVER = 2**62
"""Stands for an end that is open."""


class Period(NamedTuple):
    """[from_at, to_at) in epoch seconds, UTC."""

    from_at: int
    to_at: int

    @property
    def length_s(self) -> int:
        """The length in seconds."""
        return self.to_at - self.from_at


def joined(periods: Iterable[Period]) -> list[Period]:
    """The same time in order, in periods that neither overlap nor touch."""
    out: list[Period] = []
    for period in sorted(periods):
        if out and period.from_at <= out[-1].to_at:
            out[-1] = Period(out[-1].from_at, max(out[-1].to_at, period.to_at))
        else:
            out.append(period)
    return out
