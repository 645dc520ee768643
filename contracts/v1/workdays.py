"""Bodies of workdays and workweeks."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field

from contracts.v1.instants import Instant, RecordedInstant
from domain.ids import WorkerId
from domain.intervals import DriveBy, ParkedSpan
from domain.periods import Period
from domain.workdays import Cause, Segment, SegmentKind, Totals

FIRST_DATE, END_DATE = date(2000, 1, 1), date(2200, 1, 1)


def _reckonable_date(value: date) -> date:
    if not FIRST_DATE <= value < END_DATE:
        message = "a date from 2000 to 2199"
        raise ValueError(message)
    return value


def _reckonable_instant(value: datetime) -> datetime:
    _reckonable_date(value.date())
    return value


WorkDate = Annotated[date, AfterValidator(_reckonable_date)]
"""A local date; those at the ends of the calendar cannot be reckoned with."""
WorkInstant = Annotated[Instant, AfterValidator(_reckonable_instant)]
"""An instant of such a date."""


def instant_of(at: int) -> datetime:
    """Epoch seconds as an instant."""
    return datetime.fromtimestamp(at, UTC)


class SpanOut(BaseModel):
    """A time at a site, [from, to)."""

    site_id: UUID
    from_at: RecordedInstant = Field(serialization_alias="from")
    to_at: RecordedInstant = Field(serialization_alias="to")

    @classmethod
    def of(cls, span: ParkedSpan | DriveBy) -> Self:
        """The body of a parked span or a drive-by."""
        return cls(site_id=span.site_id, from_at=instant_of(span.from_at), to_at=instant_of(span.to_at))


class SegmentOut(BaseModel):
    """A piece of a day, [from, to)."""

    kind: SegmentKind
    site_id: UUID | None
    from_at: RecordedInstant = Field(serialization_alias="from")
    to_at: RecordedInstant = Field(serialization_alias="to")
    cause: Cause | None = Field(description="Why time is unknown; null for every other kind.")

    @classmethod
    def of(cls, segment: Segment) -> Self:
        """The body of a segment."""
        return cls(
            kind=segment.kind,
            site_id=segment.site_id,
            from_at=instant_of(segment.from_at),
            to_at=instant_of(segment.to_at),
            cause=segment.cause,
        )


class TotalsOut(BaseModel):
    """Seconds. Proven: on site, yard, travel; possible adds stops and unknown time, which a person decides about."""

    on_site_s: int
    yard_s: int
    travel_s: int
    stop_s: int
    unknown_s: int
    proven_s: int
    possible_s: int

    @classmethod
    def of(cls, totals: Totals) -> Self:
        """The body of totals."""
        return cls(
            on_site_s=totals.on_site_s,
            yard_s=totals.yard_s,
            travel_s=totals.travel_s,
            stop_s=totals.stop_s,
            unknown_s=totals.unknown_s,
            proven_s=totals.proven_s,
            possible_s=totals.possible_s,
        )


class WorkdayOut(BaseModel):
    """What the evidence tells of a worker's local date."""

    worker_id: UUID
    date: date
    timezone: str = Field(description="The zone in which the date is cut: the worker's branch's, else the company's.")
    revision: int = Field(description="0: nothing was ever established for this date.")
    recorded_at: RecordedInstant | None = Field(description="When this revision was recorded.")
    complete_through: RecordedInstant | None = Field(
        description="Until when the evidence of every badge of that day is complete; null when one has not reported."
    )
    pending: bool = Field(description="A change of master data is still to be worked in.")
    segments: list[SegmentOut]
    parked: list[SpanOut]
    drive_bys: list[SpanOut]
    totals: TotalsOut


class WeekDayOut(BaseModel):
    """The totals of one local date of a workweek."""

    date: date
    revision: int
    totals: TotalsOut


class WorkweekOut(BaseModel):
    """A workweek: seven local days, 167 or 169 hours at a clock change."""

    worker_id: UUID
    timezone: str
    first_date: date
    end_date: date = Field(description="Exclusive.")
    from_at: RecordedInstant = Field(serialization_alias="from")
    to_at: RecordedInstant = Field(serialization_alias="to")
    pending: bool
    days: list[WeekDayOut]
    totals: TotalsOut

    @classmethod
    def bounds(cls, period: Period) -> tuple[datetime, datetime]:
        """The instants of a period."""
        return instant_of(period.from_at), instant_of(period.to_at)


class WorkerHoursOut(BaseModel):
    """The totals of a worker over a span of dates."""

    worker_id: UUID
    days: int = Field(description="Dates with anything established.")
    totals: TotalsOut

    @classmethod
    def of(cls, worker_id: WorkerId, days: int, totals: Totals) -> Self:
        """The body of a worker's hours."""
        return cls(worker_id=worker_id, days=days, totals=TotalsOut.of(totals))


def segments_out(segments: Sequence[Segment]) -> list[SegmentOut]:
    """The bodies of segments."""
    return [SegmentOut.of(one) for one in segments]


def spans_out(spans: Sequence[ParkedSpan] | Sequence[DriveBy]) -> list[SpanOut]:
    """The bodies of parked spans or drive-bys."""
    return [SpanOut.of(one) for one in spans]
