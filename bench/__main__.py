"""`make bench`: measure everything once, print the table, write bench/results.json. `--quick` tries it out in small."""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from bench.accept import measure_accept
from bench.ceiling import measure_ceiling
from bench.history import ensure_history
from bench.machine import describe_machine
from bench.master_data import Account, make_companies
from bench.pipeline import Piped, measure_disorder, measure_pipeline, peak_of, spread_of
from bench.product import a_runtime
from bench.reading import measure_reading
from bench.report import print_table
from bench.samples import percentile
from bench.sizes import FULL, QUICK, Size
from bench.stage import Stage, a_stage
from bench.startup import measure_import
from bench.visible import measure_consumer, measure_whole_way
from bench.workload import Upload, all_badges, all_companies, all_uploads
from devhost.environment.errors import EnvironmentUnreadyError

RESULTS = Path(__file__).with_name("results.json")
TEMPLATE = "bench_template"
DATABASE = "bench_pipeline"
Figures = dict[str, object]
BEGAN = time.perf_counter()


def measure(stage: Stage, size: Size) -> Figures:
    """Every figure of one run, on one database server and one workload."""
    accounts = _prepare(stage)
    _say("uploads")
    uploads = list(all_uploads(all_badges(all_companies()), count=size.uploads + 1))
    last = len(uploads) - len(uploads) // (size.uploads + 1)
    measured, following = uploads[:last], uploads[last:]
    figures: Figures = {"uploads": len(measured)}
    figures |= _measure_pipeline(stage, measured, accounts, size)
    figures |= _measure_days(stage, following, accounts, size)
    figures |= _measure_accept(stage, uploads, accounts, size)
    _say("reading")
    figures |= asdict(measure_reading(stage, ensure_history(stage, size), size))
    _say("import of the index")
    figures["index_import_ms"] = measure_import(size.imports)
    return figures | describe_machine(stage) | asdict(size)


def _prepare(stage: Stage) -> Mapping[str, Account]:
    _say("companies")
    stage.create_database(TEMPLATE)

    async def make() -> Mapping[str, Account]:
        runtime = a_runtime(stage, TEMPLATE)
        try:
            return await make_companies(runtime, all_companies())
        finally:
            await runtime.close()

    return asyncio.run(make())


def _measure_pipeline(stage: Stage, uploads: Sequence[Upload], accounts: Mapping[str, Account], size: Size) -> Figures:
    _say("pipeline")
    ordered = measure_pipeline(stage, uploads, accounts, template=TEMPLATE, database=DATABASE)
    _say("ceiling")
    ceiling = measure_ceiling(stage, DATABASE, repeats=size.repeats)
    _say("pipeline, shuffled and doubled")
    disordered = measure_disorder(stage, uploads, accounts, template=TEMPLATE, like=DATABASE)
    return {
        "copy_ceiling_rows_per_s": ceiling,
        "pipeline_observations_per_s": ordered.observations_per_s,
        "pipeline_part_of_ceiling": ordered.observations_per_s / ceiling,
        "pipeline_shuffled_doubled_observations_per_s": disordered.observations_per_s,
        "pipeline_shuffled_doubled_times_slower": disordered.worked.wall_s / ordered.worked.wall_s,
        "pipeline_cpu_us_per_observation": ordered.worked.cpu_s * 1e6 / ordered.stored.observations,
        "pipeline_stored": asdict(ordered.stored),
        **_memory(ordered, disordered),
    }


def _memory(ordered: Piped, disordered: Piped) -> Figures:
    return {
        "worker_rss_mb": max(peak_of(ordered.worked.memory), peak_of(disordered.worked.memory)),
        "worker_rss_mb_begin_middle_end": spread_of(ordered.worked.memory),
        "worker_rss_mb_begin_middle_end_shuffled_doubled": spread_of(disordered.worked.memory),
    }


def _measure_days(stage: Stage, uploads: Sequence[Upload], accounts: Mapping[str, Account], size: Size) -> Figures:
    """Half of the badges' next uploads go to the consumer, the other half all the way through HTTP."""
    _say("days of single batches")
    through_consumer = measure_consumer(stage, DATABASE, uploads[: size.single_days], accounts)
    whole_way = measure_whole_way(stage, DATABASE, uploads[-size.single_days :], accounts)
    return {
        "day_visible_p95_ms": percentile(through_consumer, 95),
        "day_visible_median_ms": percentile(through_consumer, 50),
        "day_visible_through_http_p95_ms": percentile(whole_way, 95),
        "day_visible_through_http_median_ms": percentile(whole_way, 50),
    }


def _measure_accept(stage: Stage, uploads: Sequence[Upload], accounts: Mapping[str, Account], size: Size) -> Figures:
    _say("accepting")
    alone = measure_accept(stage, TEMPLATE, uploads, accounts, seconds=size.accept_s)
    together = measure_accept(stage, TEMPLATE, uploads, accounts, seconds=size.accept_s, with_consumer=True)
    return {
        "accept_batches_per_s": alone.batches_per_s,
        "accept_p95_ms": alone.p95_ms,
        "accept_median_ms": alone.median_ms,
        "accept_while_storing_batches_per_s": together.batches_per_s,
        "accept_while_storing_p95_ms": together.p95_ms,
    }


def _say(what: str) -> None:
    print(f"{time.perf_counter() - BEGAN:5.0f} s: {what}", file=sys.stderr, flush=True)


def main() -> None:
    """Measure, print, write; one sentence and exit status 1 when the machine is not ready."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="small sizes, in about a minute; results.json stays as it is"
    )
    quick = parser.parse_args().quick
    try:
        with a_stage() as stage:
            figures = measure(stage, QUICK if quick else FULL)
    except EnvironmentUnreadyError as error:
        sys.exit(str(error))
    print_table(figures)
    if not quick:
        RESULTS.write_text(json.dumps(figures, indent=2, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
