"""Bodies of discrepancies."""

from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from contracts.v1.instants import RecordedInstant
from contracts.v1.workdays import instant_of
from domain.discrepancies import Discrepancy, DiscrepancyKind, DiscrepancyStatus


class DiscrepancyOut(BaseModel):
    """Two badges of a worker at two sites at once, [from, to): the time went to one of the sites."""

    id: UUID
    kind: DiscrepancyKind
    status: DiscrepancyStatus
    worker_id: UUID
    from_at: RecordedInstant = Field(serialization_alias="from")
    to_at: RecordedInstant = Field(serialization_alias="to")
    kept_site_id: UUID = Field(description="The site that has the time: its interval began first.")
    lost_site_id: UUID
    badge_ids: list[UUID]
    opened_at: RecordedInstant
    resolved_at: RecordedInstant | None
    version: int

    @classmethod
    def of(cls, discrepancy: Discrepancy) -> Self:
        """The body of a discrepancy."""
        return cls(
            id=discrepancy.id,
            kind=discrepancy.kind,
            status=discrepancy.status,
            worker_id=discrepancy.worker_id,
            from_at=instant_of(discrepancy.from_at),
            to_at=instant_of(discrepancy.to_at),
            kept_site_id=discrepancy.kept_site_id,
            lost_site_id=discrepancy.lost_site_id,
            badge_ids=list(discrepancy.badge_ids),
            opened_at=discrepancy.opened_at,
            resolved_at=discrepancy.resolved_at,
            version=discrepancy.version,
        )
