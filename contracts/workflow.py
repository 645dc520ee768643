"""What travels on queue `workflow`: facts that start or wake work, never the fact's content."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel


class WorkdaysMarked(BaseModel):
    """Days of a company are marked for recompute."""

    kind: Literal["workdays_marked"]
    company_id: UUID


def read_workflow_message(body: bytes) -> WorkdaysMarked:
    """One message of queue `workflow`; raises pydantic's ValidationError for what we never sent."""
    return WorkdaysMarked.model_validate_json(body)
