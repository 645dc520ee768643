"""The table that `make bench` prints: each figure beside its target."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast


@dataclass(frozen=True, slots=True)
class Row:
    """A figure in words, its key, and what it must keep to (None: nothing)."""

    words: str
    key: str
    unit: str
    target: str = ""
    holds: Callable[[float], bool] | None = None


ROWS = (
    Row("ceiling: plain COPY of the same rows", "copy_ceiling_rows_per_s", "rows/s"),
    Row("pipeline, in order of arrival", "pipeline_observations_per_s", "obs/s"),
    Row("  as a part of the ceiling", "pipeline_part_of_ceiling", "", ">= 1/50", lambda value: value >= 1 / 50),
    Row("pipeline, shuffled and doubled", "pipeline_shuffled_doubled_observations_per_s", "obs/s"),
    Row("  times slower", "pipeline_shuffled_doubled_times_slower", "x", "<= 4", lambda value: value <= 4),
    Row("  Python's CPU", "pipeline_cpu_us_per_observation", "us/obs"),
    Row("one batch of 120 becomes a day, p95", "day_visible_p95_ms", "ms", "<= 100", lambda value: value <= 100),
    Row("  from the HTTP post on, p95", "day_visible_through_http_p95_ms", "ms"),
    Row("accepting batches of 120 over HTTP", "accept_batches_per_s", "batches/s", ">= 300", lambda value: value >= 300),
    Row("  answered, p95", "accept_p95_ms", "ms", "< 25", lambda value: value < 25),
    Row("  while the consumer works", "accept_while_storing_batches_per_s", "batches/s"),
    Row("    answered, p95", "accept_while_storing_p95_ms", "ms"),
    Row("reading a worker's week, p95", "worker_week_ms", "ms", "< 20", lambda value: value < 20),
    Row("reading a company's week of 50, p95", "company_week_ms", "ms", "< 20", lambda value: value < 20),
    Row("import of the function index", "index_import_ms", "ms"),
    Row("a worker's memory at most", "worker_rss_mb", "MiB"),
)


def print_table(figures: Mapping[str, object]) -> None:
    """Print every row that was measured."""
    print(f"{'':44}{'measured':>12} {'':10}{'target':>8}")
    for row in ROWS:
        value = float(cast("float", figures[row.key]))
        verdict = "" if row.holds is None else ("met" if row.holds(value) else "MISSED")
        print(f"{row.words:44}{_shown(value):>12} {row.unit:10}{row.target:>8}  {verdict}".rstrip())
    begin, middle, end = cast("tuple[float, float, float]", figures["worker_rss_mb_begin_middle_end"])
    print(f"memory of a worker, begin, middle, end: {begin:.0f}, {middle:.0f}, {end:.0f} MiB")


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"
