"""Bodies of companies and policies."""

from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from contracts.v1.instants import RecordedInstant
from contracts.v1.texts import Name
from domain.companies import Company
from domain.policies import Policy, policy_content

FIGURES = "Figures of presence by name; those that are not named keep their defaults."


class CompanyIn(BaseModel):
    """A new company."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    slug: str = Field(examples=["green-acres"], description="Lower-case letters, digits and inner hyphens; for good.")
    timezone: str = Field(examples=["America/New_York"], description="IANA name; branches may have their own.")
    identity_tenant_id: UUID | None = Field(None, description="The Entra tenant that its people sign in with.")
    policy: dict[str, Any] = Field(default_factory=dict[str, Any], description=FIGURES, examples=[{"dwell_s": 180}])


class CompanyOut(BaseModel):
    """A company."""

    id: UUID
    slug: str
    name: str
    timezone: str
    created_at: RecordedInstant

    @classmethod
    def of(cls, company: Company) -> Self:
        """The body of a company."""
        return cls(
            id=company.id,
            slug=company.slug,
            name=company.name,
            timezone=company.timezone,
            created_at=company.created_at,
        )


class PolicyIn(BaseModel):
    """The next version of the policy: all its figures; those that are not named take their defaults."""

    model_config = ConfigDict(extra="allow")


class PolicyOut(BaseModel):
    """The figures by which presence is judged (seconds end in `_s`, metres in `_m`)."""

    version: int
    dwell_s: int
    min_fixes: int
    exit_buffer_m: float
    max_gap_s: int
    shift_gap_s: int
    stop_radius_m: float
    stop_s: int
    parked_s: int
    workweek_start: str
    rounding: str

    @classmethod
    def of(cls, policy: Policy) -> Self:
        """The body of a policy."""
        return cls.model_validate({"version": policy.version, **policy_content(policy)})
