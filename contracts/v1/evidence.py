"""Bodies of the evidence of a minute."""

from datetime import date as LocalDate  # noqa: N812 # a field is called date
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from contracts.v1.instants import RecordedInstant
from contracts.v1.intervals import IntervalOut
from contracts.v1.workdays import SegmentOut, SpanOut, instant_of
from domain.explanations import DecidedBy, ExplainedFix, ExplainedWearing, Explanation


class CoveringSiteOut(BaseModel):
    """A site whose boundary in force covered a fix."""

    site_id: UUID
    boundary_version: int


class FixOut(BaseModel):
    """A fix and what was made of it; position and sites are withheld where they are nobody's business."""

    badge_id: UUID
    captured_at: RecordedInstant
    sequence_number: int | None
    lat: float | None
    lon: float | None
    accuracy_m: float | None
    site_id: UUID | None
    decided_by: DecidedBy = Field(
        description="What settled the site: a scheduled job, the smaller area, the smaller id; or it is withheld."
    )
    covering: list[CoveringSiteOut]
    job_id: UUID | None
    held: bool = Field(description="Whether an interval holds it: at its site, or near enough to it.")
    refused_by: str | None = Field(description="The rule that refused it.")

    @classmethod
    def of(cls, fix: ExplainedFix) -> Self:
        """The body of a fix."""
        return cls(
            badge_id=fix.badge_id,
            captured_at=instant_of(fix.captured_at),
            sequence_number=fix.sequence_number,
            lat=fix.lat,
            lon=fix.lon,
            accuracy_m=fix.accuracy_m,
            site_id=fix.site_id,
            decided_by=fix.decided_by,
            covering=[
                CoveringSiteOut(site_id=one.site_id, boundary_version=one.boundary_version) for one in fix.covering
            ],
            job_id=fix.job_id,
            held=fix.is_held,
            refused_by=fix.refused_by,
        )


class WearingOut(BaseModel):
    """Why a badge was the worker's: an assignment, or a shift event that named the worker's code."""

    badge_id: UUID
    assignment_id: UUID | None
    worker_code: str | None
    from_at: RecordedInstant | None = Field(serialization_alias="from")
    to_at: RecordedInstant | None = Field(serialization_alias="to")

    @classmethod
    def of(cls, wearing: ExplainedWearing) -> Self:
        """The body of a wearing."""
        return cls(
            badge_id=wearing.badge_id,
            assignment_id=wearing.assignment_id,
            worker_code=wearing.worker_code,
            from_at=None if wearing.from_at is None else instant_of(wearing.from_at),
            to_at=None if wearing.to_at is None else instant_of(wearing.to_at),
        )


class EvidenceOut(BaseModel):
    """Why a minute of a worker counts as it does: the same answer for worker, owner and auditor."""

    worker_id: UUID
    from_at: RecordedInstant = Field(
        serialization_alias="from", description="The minute that holds the instant asked for."
    )
    to_at: RecordedInstant = Field(serialization_alias="to")
    date: LocalDate
    timezone: str
    revision: int = Field(description="The current revision of the day that holds the minute.")
    pending: bool
    policy_version: int
    segments: list[SegmentOut]
    intervals: list[IntervalOut]
    parked: list[SpanOut]
    assignments: list[WearingOut]
    fixes_used: list[FixOut] = Field(description="Qualified fixes of the minute, and the ones before and after it.")
    fixes_refused: list[FixOut]

    @classmethod
    def of(cls, explanation: Explanation, *, on: LocalDate, timezone: str, revision: int, pending: bool) -> Self:
        """The body of an explanation."""
        return cls(
            worker_id=explanation.worker_id,
            from_at=instant_of(explanation.minute.from_at),
            to_at=instant_of(explanation.minute.to_at),
            date=on,
            timezone=timezone,
            revision=revision,
            pending=pending,
            policy_version=explanation.policy_version,
            segments=[SegmentOut.of(one) for one in explanation.segments],
            intervals=[IntervalOut.of(one) for one in explanation.intervals],
            parked=[SpanOut.of(one) for one in explanation.parked],
            assignments=[WearingOut.of(one) for one in explanation.wearing],
            fixes_used=[FixOut.of(one) for one in explanation.fixes if one.refused_by is None],
            fixes_refused=[FixOut.of(one) for one in explanation.fixes if one.refused_by is not None],
        )
