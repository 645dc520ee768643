"""Figures of a sample."""

from collections.abc import Sequence


def percentile(sample: Sequence[float], percent: float) -> float:
    """The smallest value that so many percent of the sample do not exceed; raises IndexError for an empty sample."""
    ordered = sorted(sample)
    return ordered[max(0, -(-len(ordered) * int(percent) // 100) - 1)]
