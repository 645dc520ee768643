"""How much one run measures."""

from dataclasses import dataclass

BATCH = 120
"""Observations of one upload: half an hour of a fix every 15 s (wire.md section 1)."""
COMPANIES = 20
BADGES_PER_COMPANY = 10
BOUNDARIES_PER_COMPANY = 50


@dataclass(frozen=True, slots=True)
class Size:
    """`uploads` of each badge are measured through the pipeline; one more of each shows how soon it is a day."""

    uploads: int
    repeats: int
    accept_s: float
    single_days: int
    reads: int
    observations: int
    workdays: int
    imports: int


FULL = Size(
    uploads=8,
    repeats=3,
    accept_s=10,
    single_days=100,
    reads=200,
    observations=10_000_000,
    workdays=250_000,
    imports=7,
)
QUICK = Size(
    uploads=2,
    repeats=1,
    accept_s=3,
    single_days=20,
    reads=50,
    observations=200_000,
    workdays=20_000,
    imports=3,
)
