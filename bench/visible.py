"""How soon one batch of 120 is a readable day, on a system that does nothing else."""

import json
import time
from collections.abc import Mapping, Sequence

import httpx
import psycopg

from bench.accept import PATH
from bench.deliveries import messages_of, write
from bench.master_data import Account
from bench.processes import a_broker, a_host
from bench.product import variables
from bench.stage import Stage
from bench.workers import work
from bench.workload import Upload
from devhost.environment.settings import broker_connection

WARM_UP = 5
POLL_S = 0.001
PATIENCE_S = 30
STORED = "select from receipts where id = %s"


class NeverVisibleError(Exception):
    """A batch was accepted and did not become a day."""


def measure_consumer(
    stage: Stage, database: str, uploads: Sequence[Upload], accounts: Mapping[str, Account]
) -> list[float]:
    """Milliseconds from the delivery of each batch to the commit of its day, one batch after the other."""
    file = stage.folder / "single"
    write(messages_of(uploads, accounts), file)
    log = stage.folder / "consumers.log"
    worked = work(file, variables=variables(stage, database), log=log, processes=1, batch=1)
    return [seconds * 1000 for seconds in worked.times[WARM_UP:]]


def measure_whole_way(
    stage: Stage, database: str, uploads: Sequence[Upload], accounts: Mapping[str, Account]
) -> list[float]:
    """Milliseconds from sending a post over HTTP to its day being readable: host, broker and consumer between."""
    folder = stage.folder / "whole-way"
    with a_broker(folder) as port:
        settings = variables(stage, database, broker=broker_connection(port))
        with (
            a_host(folder, variables=settings) as address,
            httpx.Client(base_url=address, trust_env=False, timeout=PATIENCE_S) as client,
            stage.connect(database) as connection,
        ):
            taken = [_post(client, connection, each, accounts[each.badge.company.slug].key) for each in uploads]
    return taken[WARM_UP:]


def _post(client: httpx.Client, connection: psycopg.Connection, upload: Upload, key: str) -> float:
    headers = {"X-Actual-Api-Key": key, "Content-Type": "application/json"}
    began = time.perf_counter()
    answer = client.post(PATH, content=upload.body, headers=headers).raise_for_status()
    receipt_id = json.loads(answer.content)["receipt_id"]
    while connection.execute(STORED, [receipt_id]).fetchone() is None:
        if time.perf_counter() - began > PATIENCE_S:
            raise NeverVisibleError(f"Receipt {receipt_id} is not stored after {PATIENCE_S} s.")
        time.sleep(POLL_S)
    return (time.perf_counter() - began) * 1000
