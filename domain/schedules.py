"""What was planned: jobs at sites, and who belongs to which crew; it settles which of overlapping sites a fix is at."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.boundaries import BoundaryVersion
from domain.ids import CrewId, JobId, SiteId, WorkerId
from domain.periods import FOREVER


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


@dataclass(frozen=True, slots=True)
class SiteChoice:
    """The site that a fix is at, and the job that decided it, if one did."""

    version: BoundaryVersion
    job: Job | None


class Schedule:
    """Jobs and crews of a company, asked for the site of a fix (presence.md section 4)."""

    def __init__(self, jobs: Iterable[Job], memberships: Iterable[CrewMembership]) -> None:
        self._jobs = sorted(jobs, key=lambda job: (job.scheduled_from, job.site_id, job.id))
        self._memberships = tuple(memberships)
        ends = {end for job in self._jobs for end in (job.scheduled_from, job.scheduled_to)}
        ends |= {end for member in self._memberships for end in (member.from_at, member.to_at) if end is not None}
        self._changes = sorted(ends)
        self._chosen: dict[tuple[tuple[int, ...], WorkerId | None, int], SiteChoice] = {}

    def choose(self, covering: Sequence[BoundaryVersion], worker_id: WorkerId | None, at: int) -> SiteChoice:
        """The one of several covering boundaries: the job's, else the smallest area, else the smaller site id.

        The answer can change only where a job or a membership begins or ends, so it is kept for the time between.
        """
        key = (tuple(map(id, covering)), worker_id, bisect_right(self._changes, at))
        choice = self._chosen.get(key)
        if choice is None:
            choice = self._chosen[key] = self._decide(covering, worker_id, at)
        return choice

    def _decide(self, covering: Sequence[BoundaryVersion], worker_id: WorkerId | None, at: int) -> SiteChoice:
        by_site = {version.site_id: version for version in covering}
        crews = {
            member.crew_id
            for member in self._memberships
            if member.worker_id == worker_id
            and member.from_at <= at < (FOREVER if member.to_at is None else member.to_at)
        }
        for job in self._jobs:
            if job.scheduled_from <= at < job.scheduled_to and (worker_id in job.worker_ids or crews & job.crew_ids):
                version = by_site.get(job.site_id)
                if version is not None:
                    return SiteChoice(version, job)
        return SiteChoice(min(covering, key=lambda version: (version.area_m2, version.site_id)), None)
