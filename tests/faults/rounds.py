"""One round: a replay over HTTP while servers are killed, and what must hold when all is processed."""

import asyncio
import random
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import psycopg

from bench.pipeline import COUNTS, DAYS, Stored
from bench.workload import Upload
from tests.faults.senders import Sent, send_all
from tests.faults.stage import Round, Stage, a_round
from tests.running import eventually

PAUSE_S = (0.2, 2.0)
PROCESSED_WITHIN_S = 180
SEND_WITHIN_S = 300
INTERVALS = """
select md5(string_agg(concat_ws('|', badge_id, from_at, to_at, site_id, started_by, ended_by, fixes_used), E'\\n'
    order by badge_id, from_at))
from intervals
"""
ONCE = "select count(distinct (badge_id, sequence_number)) from observations"
RUNS = "select count(*) from sequence_runs"
STORED = "select id from receipts where status = 'processed'"

Fault = Callable[[Round], None]


def kill_host(around: Round) -> None:
    """`kill -9` of the development host; its consumer goes with it."""
    around.product.host.kill()
    around.product.host.start()


def restart_fast(around: Round) -> None:
    """PostgreSQL cuts every session and starts again."""
    around.stage.server.restart(signal.SIGINT)


def restart_immediately(around: Round) -> None:
    """PostgreSQL stops as in a crash and recovers."""
    around.stage.server.restart(signal.SIGQUIT)


def kill_broker(around: Round) -> None:
    """`kill -9` of the broker."""
    around.product.broker.kill()
    around.product.broker.start()


KINDS: Mapping[str, Fault] = {
    "host": kill_host,
    "fast": restart_fast,
    "immediate": restart_immediately,
    "broker": kill_broker,
}
USUAL = ("host", "fast", "host", "immediate", "host")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What lies in the database after a round."""

    stored: Stored
    days: str
    intervals: str
    again: int
    seconds: float


def replay(stage: Stage, name: str, uploads: Sequence[Upload], *, faults: Sequence[str] = (), seed: int = 0) -> Outcome:
    """Post everything while the named faults happen at moments of chance, wait, check, and tell what was stored."""
    began = time.monotonic()
    with a_round(stage, name) as around:
        sent = _send_through(around, uploads, _moments(faults, seed))
        eventually(lambda: _is_processed(around), wait_s=PROCESSED_WITHIN_S)
        return _check(around, uploads, sent, began)


def _moments(faults: Sequence[str], seed: int) -> Iterator[tuple[float, Fault]]:
    chance = random.Random(seed)
    for kind in chance.sample(faults, len(faults)):
        yield chance.uniform(*PAUSE_S), KINDS[kind]


def _send_through(around: Round, uploads: Sequence[Upload], moments: Iterator[tuple[float, Fault]]) -> Sent:
    url, accounts = around.product.host.url, around.stage.accounts
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(lambda: asyncio.run(send_all(url, uploads, accounts)))
        for pause_s, fault in moments:
            time.sleep(pause_s)
            fault(around)
        return sending.result(SEND_WITHIN_S)


def _is_processed(around: Round) -> bool:
    """Whether the broker holds nothing for the consumer any more."""
    return not around.has_messages("ingest")


def _check(around: Round, uploads: Sequence[Upload], sent: Sent, began: float) -> Outcome:
    """Nothing lost, nothing doubled, every receipt processed and counted right, every chain of audit unbroken."""
    posted = sum(upload.events for upload in uploads)
    with psycopg.connect(around.database.superuser_url, autocommit=True) as connection:
        (row,) = connection.execute(COUNTS).fetchall()
        stored = Stored(*row)
        assert not around.has_messages("ingest", dead=True)
        assert (stored.observations, stored.quarantined) == (posted, 0)
        assert _one(connection, ONCE) == posted
        assert _one(connection, RUNS) == len({upload.badge for upload in uploads})
        assert sent.receipts <= {row[0] for row in connection.execute(STORED).fetchall()}
        assert stored.duplicates == _posted_in(stored, uploads) - posted
        _check_audit(around)
        days, intervals = str(_one(connection, DAYS)), str(_one(connection, INTERVALS))
    return Outcome(stored, days, intervals, sent.again, time.monotonic() - began)


def _posted_in(stored: Stored, uploads: Sequence[Upload]) -> int:
    """Events of all receipts; every upload of a replay holds as many."""
    return stored.receipts * uploads[0].events


def _check_audit(around: Round) -> None:
    for slug in around.stage.accounts:
        with around.product.client(around.product.token("admin", slug)) as client:
            answer = client.get("/api/v1/audit-entries/verification")
        assert answer.status_code == 200, answer.text
        assert answer.json()["holds"] is True, answer.text


def _one(connection: psycopg.Connection, statement: str) -> object:
    row = connection.execute(statement).fetchone()  # type: ignore[arg-type] # fixed texts
    assert row is not None
    return row[0]
