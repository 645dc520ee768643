"""The whole pipeline: raw messages of queue `ingest` in, committed days with audit out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from bench.deliveries import doubled, messages_of, write
from bench.master_data import Account
from bench.product import variables
from bench.sizes import BATCH
from bench.stage import Stage
from bench.workers import Worked, work
from bench.workload import Upload

COUNTS = """
select
    (select count(*) from observations),
    (select count(*) from receipts where status = 'processed'),
    (select count(*) from workdays where superseded_at is null),
    (select count(*) from workdays),
    (select count(*) from intervals),
    (select count(*) from audit_entries),
    (select sum(duplicates) from receipts),
    (select count(*) from quarantined_events)
"""
DAYS = """
select md5(string_agg(line, E'\\n' order by line))
from (
    select concat_ws('|', slug, workers.code, work_date, content, unsettled) as line
    from workdays
    inner join companies on companies.id = workdays.company_id
    inner join workers on workers.company_id = workdays.company_id and workers.id = workdays.worker_id
    where superseded_at is null
) as days
"""


class WrongResultError(Exception):
    """The pipeline stored something else than the workload holds."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What lies in the database after a run."""

    observations: int
    receipts: int
    workdays: int
    revisions: int
    intervals: int
    audit_entries: int
    duplicates: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class Piped:
    """A run through the pipeline; observations a second count each observation once, however often it was posted."""

    observations_per_s: float
    worked: Worked
    stored: Stored


def measure_pipeline(
    stage: Stage, uploads: Sequence[Upload], accounts: Mapping[str, Account], *, template: str, database: str
) -> Piped:
    """Consume the uploads in the order of their arrival; the database stays, for what is measured next."""
    stage.clone_database(database, template=template)
    return _consume(stage, uploads, accounts, database=database, unique=len(uploads))


def measure_disorder(
    stage: Stage, uploads: Sequence[Upload], accounts: Mapping[str, Account], *, template: str, like: str
) -> Piped:
    """Consume the same uploads shuffled and doubled; raises WrongResultError unless the days are those of `like`."""
    database = f"{like}_disorder"
    stage.clone_database(database, template=template)
    piped = _consume(stage, doubled(uploads), accounts, database=database, unique=len(uploads))
    if _days(stage, database) != _days(stage, like):
        raise WrongResultError("Shuffled and doubled, the same observations gave other days.")
    stage.drop_database(database)
    return piped


def _consume(
    stage: Stage, uploads: Sequence[Upload], accounts: Mapping[str, Account], *, database: str, unique: int
) -> Piped:
    file = stage.folder / "messages"
    write(messages_of(uploads, accounts), file)
    log = stage.folder / "consumers.log"
    worked = work(file, variables=variables(stage, database), log=log)
    stored = _stored(stage, database)
    expected = unique * BATCH, len(uploads), (len(uploads) - unique) * BATCH, 0
    if (stored.observations, stored.receipts, stored.duplicates, stored.quarantined) != expected:
        raise WrongResultError(f"Stored {stored}, expected {expected}; look at {log}.")
    return Piped(stored.observations / worked.wall_s, worked, stored)


def _stored(stage: Stage, database: str) -> Stored:
    with stage.connect(database) as connection:
        (row,) = connection.execute(COUNTS).fetchall()
    return Stored(*row)


def _days(stage: Stage, database: str) -> str:
    with stage.connect(database) as connection:
        (row,) = connection.execute(DAYS).fetchall()
    return str(row[0])


def spread_of(memory: Sequence[Sequence[float]]) -> tuple[float, float, float]:
    """Resident MiB of the largest process after the first fifth of its calls, half-way, and at the end."""
    largest = max(memory, key=lambda of: max(of, default=0.0))
    return largest[len(largest) // 5], largest[len(largest) // 2], largest[-1]


def peak_of(memory: Sequence[Sequence[float]]) -> float:
    """The most that any process held after a call, in MiB."""
    return max(chain.from_iterable(memory))
