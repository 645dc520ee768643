"""Read the intervals of a worker, a badge or a site."""

from dataclasses import dataclass, replace
from datetime import datetime

from domain.errors import InvalidError
from domain.ids import BadgeId, SiteId, WorkerId
from domain.intervals import Interval, settle_end
from domain.periods import Period
from domain.tenancy import Actor
from services.ports.intervals import IntervalFilter, IntervalPlace
from services.ports.system import Clock
from services.ports.unit_of_work import OpenUnitOfWork

LONGEST_S = 366 * 86_400


@dataclass(frozen=True, slots=True)
class IntervalQuestion:
    """Whose intervals are wanted, touching [since, until): exactly one of worker, badge and site."""

    since: datetime
    until: datetime
    worker_id: WorkerId | None = None
    badge_id: BadgeId | None = None
    site_id: SiteId | None = None

    def as_filter(self) -> IntervalFilter:
        """The question as a filter; raises InvalidError when it names none or several, or an odd period."""
        if sum(one is not None for one in (self.worker_id, self.badge_id, self.site_id)) != 1:
            message = "Name exactly one of worker_id, badge_id and site_id."
            raise InvalidError(message, pointer="/worker_id")
        period = Period(int(self.since.timestamp()), int(self.until.timestamp()))
        if not 0 < period.length_s <= LONGEST_S:
            message = "`to` must be after `from`, by 366 days at most."
            raise InvalidError(message, pointer="/to")
        return IntervalFilter(period, self.worker_id, self.badge_id, self.site_id)


async def list_intervals(
    question: IntervalQuestion,
    *,
    as_of: datetime | None,
    after: IntervalPlace | None,
    limit: int,
    actor: Actor,
    unit_of_work: OpenUnitOfWork,
    clock: Clock,
) -> list[Interval]:
    """By beginning and badge; an end of the data reads `open` or `lost` as of now, or as of the instant given."""
    wanted = question.as_filter()
    settled_at = int((as_of or clock.now()).timestamp())
    async with unit_of_work(actor.company_id) as uow:
        max_gap_s = (await uow.policies.get_current()).max_gap_s
        found = await uow.intervals.list_page(wanted, after=after, limit=limit)
    return [
        replace(one, ended_by=settle_end(one.ended_by, to_at=one.to_at, as_of=settled_at, max_gap_s=max_gap_s))
        for one in found
    ]
