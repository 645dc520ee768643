"""What was planned: jobs at sites, and who belongs to which crew; it settles which of overlapping sites a fix is at."""

from dataclasses import dataclass

from domain.ids import CrewId, JobId, SiteId, WorkerId


@dataclass(frozen=True, slots=True)
class Job:
    """Scheduled work at a site, [scheduled_from, scheduled_to) in epoch seconds."""

    id: JobId
    site_id: SiteId
    scheduled_from: int
    scheduled_to: int
    worker_ids: frozenset[WorkerId]
    crew_ids: frozenset[CrewId]


@dataclass(frozen=True, slots=True)
class CrewMembership:
    """A worker belongs to a crew, [from_at, to_at); `to_at` None is open."""

    crew_id: CrewId
    worker_id: WorkerId
    from_at: int
    to_at: int | None
