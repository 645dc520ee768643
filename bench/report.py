"""The table that `make bench` prints: each figure beside its target."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

THOUSAND = 1000


@dataclass(frozen=True, slots=True)
class Row:
    """A figure in words, its key and unit, and the least or the most that it should be (None: no target)."""

    words: str
    key: str
    unit: str
    least: float | None = None
    most: float | None = None

    @property
    def target(self) -> str:
        """The target in words."""
        if self.least is not None:
            return f">= {self.least:g}"
        return "" if self.most is None else f"<= {self.most:g}"

    def verdict(self, value: float) -> str:
        """Whether the target is met, when there is one."""
        if self.least is None and self.most is None:
            return ""
        is_met = (self.least is None or value >= self.least) and (self.most is None or value <= self.most)
        return "met" if is_met else "MISSED"


ROWS = (
    Row("ceiling: plain COPY of the same rows", "copy_ceiling_rows_per_s", "rows/s"),
    Row("pipeline, in order of arrival", "pipeline_observations_per_s", "obs/s"),
    Row("  as a part of the ceiling", "pipeline_part_of_ceiling", "", least=0.02),
    Row("  Python's CPU", "pipeline_cpu_us_per_observation", "us/obs"),
    Row("pipeline, shuffled and doubled", "pipeline_shuffled_doubled_observations_per_s", "obs/s"),
    Row("  times slower", "pipeline_shuffled_doubled_times_slower", "x", most=4),
    Row("one batch of 120 becomes a day, p95", "day_visible_p95_ms", "ms", most=100),
    Row("  from the HTTP post on, p95", "day_visible_through_http_p95_ms", "ms"),
    Row("accepting batches of 120 over HTTP", "accept_batches_per_s", "batches/s", least=300),
    Row("  answered, p95", "accept_p95_ms", "ms", most=25),
    Row("  while the consumer works", "accept_while_storing_batches_per_s", "batches/s"),
    Row("    answered, p95", "accept_while_storing_p95_ms", "ms"),
    Row("reading a worker's week, p95", "worker_week_ms", "ms", most=20),
    Row("reading a company's week of 50, p95", "company_week_ms", "ms", most=20),
    Row("import of the function index", "index_import_ms", "ms"),
    Row("a worker's memory at most", "worker_rss_mb", "MiB"),
)


def print_table(figures: Mapping[str, object]) -> None:
    """Print every row that was measured."""
    print(f"{'':44}{'measured':>12} {'':10}{'target':>8}")
    for row in ROWS:
        value = float(cast("float", figures[row.key]))
        print(f"{row.words:44}{_shown(value):>12} {row.unit:10}{row.target:>8}  {row.verdict(value)}".rstrip())
    begin, middle, end = cast("tuple[float, float, float]", figures["worker_rss_mb_begin_middle_end"])
    print(f"memory of a worker, begin, middle, end: {begin:.0f}, {middle:.0f}, {end:.0f} MiB")


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value >= THOUSAND else f"{value:.3g}"
