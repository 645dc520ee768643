"""Bodies of intervals."""

from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from contracts.v1.instants import RecordedInstant
from contracts.v1.workdays import instant_of
from domain.intervals import EndedBy, Interval, StartedBy


class ExcursionOut(BaseModel):
    """A departure that came back: its first and its last fix."""

    from_at: RecordedInstant = Field(serialization_alias="from")
    to_at: RecordedInstant = Field(serialization_alias="to")


class FixesRefusedOut(BaseModel):
    """How many fixes each rule refused during the interval (source before stale, range, accuracy, clock)."""

    source: int = 0
    stale: int = 0
    range: int = 0
    accuracy: int = 0
    clock: int = 0


class IntervalOut(BaseModel):
    """One badge at one site, [from, to)."""

    badge_id: UUID
    worker_id: UUID | None
    site_id: UUID
    boundary_version: int
    from_at: RecordedInstant = Field(serialization_alias="from")
    to_at: RecordedInstant = Field(serialization_alias="to")
    started_by: StartedBy
    ended_by: EndedBy
    ambiguous: bool = Field(description="More than one site covered one of its fixes.")
    excursions: list[ExcursionOut]
    fixes_used: int
    fixes_refused: FixesRefusedOut
    tags: list[str]
    policy_version: int

    @classmethod
    def of(cls, interval: Interval) -> Self:
        """The body of an interval."""
        return cls(
            badge_id=interval.badge_id,
            worker_id=interval.worker_id,
            site_id=interval.site_id,
            boundary_version=interval.boundary_version,
            from_at=instant_of(interval.from_at),
            to_at=instant_of(interval.to_at),
            started_by=interval.started_by,
            ended_by=interval.ended_by,
            ambiguous=interval.ambiguous,
            excursions=[
                ExcursionOut(from_at=instant_of(one.from_at), to_at=instant_of(one.to_at))
                for one in interval.excursions
            ],
            fixes_used=interval.fixes_used,
            fixes_refused=FixesRefusedOut(**dict(interval.fixes_refused)),
            tags=list(interval.tags),
            policy_version=interval.policy_version,
        )
