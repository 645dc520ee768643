"""Workers: a code that becomes known lets the shift events that named it be read again."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from domain.master_data import Worker
from domain.tenancy import Actor
from services import master_data
from services.master_data import Means
from services.nouns import WORKERS
from services.quarantine import replay_worker_code


async def create_worker(make: Callable[[UUID, datetime], Worker], *, actor: Actor, means: Means) -> Worker:
    """Store a new worker and have what waits for the code read again; raises CodeTakenError, UnknownReferenceError."""
    worker = await master_data.create(WORKERS, make, actor=actor, means=means)
    await _replay(worker.code, actor=actor, means=means)
    return worker


async def change_worker(
    worker_id: UUID, apply: Callable[[Worker], Worker], *, seen_version: int | None, actor: Actor, means: Means
) -> Worker:
    """Change a worker as it was seen; raises StaleError, CodeTakenError, UnknownReferenceError."""
    worker = await master_data.change(WORKERS, worker_id, apply, seen_version=seen_version, actor=actor, means=means)
    await _replay(worker.code, actor=actor, means=means)
    return worker


async def _replay(code: str, *, actor: Actor, means: Means) -> None:
    """After the commit: without a waiting event it is one short read."""
    await replay_worker_code(
        code, actor=actor, unit_of_work=means.unit_of_work, bus=means.bus, receipt_ids=means.receipt_ids
    )
