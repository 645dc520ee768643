"""Name the evidence of any minute of a worker (presence.md section 9)."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from domain.errors import NotFoundError
from domain.explanations import Explanation, explain_minute
from domain.ids import WorkerId
from domain.intervals import settle_end
from domain.local_days import local_date
from domain.periods import Period
from domain.presence import compute
from domain.scopes import Group
from domain.tenancy import Actor
from services.evidence import load_evidence, load_judged
from services.ports.system import Clock
from services.ports.unit_of_work import OpenUnitOfWork


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """A minute with its evidence, and the revision of the day that holds it."""

    explanation: Explanation
    on: date
    timezone: str
    revision: int
    pending: bool


async def get_evidence(
    worker_id: WorkerId, at: datetime, *, actor: Actor, unit_of_work: OpenUnitOfWork, clock: Clock
) -> EvidenceView:
    """Judge the window around an instant afresh and say why its minute counts as it does; raises NotFoundError."""
    instant = int(at.timestamp())
    around = Period(instant, instant + 1)
    async with unit_of_work(actor.company_id) as uow:
        zone = await uow.workdays.find_zone(worker_id)
        if zone is None:
            raise NotFoundError
        judged = await load_judged(uow, [Group(around, frozenset(), frozenset({worker_id}), around)])
        (evidence,), _ = await load_evidence(uow, judged)
        on = local_date(instant, zone)
        stored = await uow.workdays.find_revision(worker_id, on)
        pending = await uow.workdays.is_pending(worker_id, first_on=on, last_on=on)
    explanation = explain_minute(evidence, compute(evidence), worker_id, instant)
    now, max_gap_s = int(clock.now().timestamp()), evidence.policy.max_gap_s
    settled = tuple(
        replace(one, ended_by=settle_end(one.ended_by, to_at=one.to_at, as_of=now, max_gap_s=max_gap_s))
        for one in explanation.intervals
    )
    revision = stored.revision if stored else 0
    return EvidenceView(replace(explanation, intervals=settled), on, zone, revision, pending)
