"""How many batches of 120 events the HTTP path takes, and how soon it answers; then again while days are computed."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.master_data import Account
from bench.processes import HTTP_ONLY, a_broker, a_host
from bench.product import variables
from bench.samples import percentile
from bench.stage import Stage
from bench.workload import Upload
from devhost.environment.paths import ROOT
from devhost.environment.settings import broker_connection

PATH = "/api/v1/ingest/notehub"
CONNECTIONS = 4
WARM_UP_S = 1.0
ACCEPTED = "202"


class NotAcceptedError(Exception):
    """A post got another answer than 202."""


@dataclass(frozen=True, slots=True)
class Accepting:
    """Batches a second, and the milliseconds that 95 of 100 answers do not exceed."""

    batches_per_s: float
    p95_ms: float
    median_ms: float


def measure_accept(
    stage: Stage,
    database: str,
    uploads: Sequence[Upload],
    accounts: Mapping[str, Account],
    *,
    seconds: float,
    with_consumer: bool = False,
) -> Accepting:
    """Post as fast as four connections get answers; the consumer rests unless it is asked for."""
    bodies = stage.folder / "posts"
    write_posts(uploads, accounts, bodies)
    folder = stage.folder / ("accept-and-store" if with_consumer else "accept")
    with a_broker(folder) as port:
        settings = variables(stage, database, broker=broker_connection(port))
        with a_host(folder, variables=settings if with_consumer else settings | HTTP_ONLY) as address:
            _post(address + PATH, bodies, WARM_UP_S)
            return _post(address + PATH, bodies, seconds)


def write_posts(uploads: Sequence[Upload], accounts: Mapping[str, Account], path: Path) -> None:
    """Keep posts as bench/load.py reads them."""
    path.write_bytes(
        b"".join(accounts[each.badge.company.slug].key.encode() + b" " + each.body + b"\n" for each in uploads)
    )


def _post(url: str, bodies: Path, seconds: float) -> Accepting:
    options = ["--connections", str(CONNECTIONS), "--seconds", str(seconds)]
    command = [sys.executable, "-m", "bench.load", url, str(bodies), *options]
    told = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
    if set(told["answers"]) != {ACCEPTED}:
        raise NotAcceptedError(f"Answers of {url} by status: {told['answers']}.")
    milliseconds = [latency * 1000 for latency in told["latencies"]]
    return Accepting(len(milliseconds) / told["wall_s"], percentile(milliseconds, 95), percentile(milliseconds, 50))
