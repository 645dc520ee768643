"""Bodies of API keys."""

from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from contracts.v1.instants import Instant, RecordedInstant
from contracts.v1.texts import Name
from domain.api_keys import ApiKey
from domain.tenancy import Scope


class ApiKeyIn(BaseModel):
    """A new key."""

    model_config = ConfigDict(extra="forbid")

    name: Name = Field(examples=["Notehub route"])
    scopes: list[Scope] = Field(min_length=1, description="`ingest` posts evidence, `read` reads, `agent` is for tools")
    expires_at: Instant | None = Field(None, description="Refused from this instant on; null never expires.")


class ApiKeyOut(BaseModel):
    """A key without its secret."""

    id: UUID
    prefix: str = Field(description="The public beginning of the key.")
    name: str
    scopes: list[Scope]
    created_at: RecordedInstant
    expires_at: RecordedInstant | None
    revoked_at: RecordedInstant | None
    last_used_at: RecordedInstant | None = Field(description="To the minute.")

    @classmethod
    def of(cls, key: ApiKey, *, environment: str) -> Self:
        """The body of a key."""
        return cls(
            id=key.id,
            prefix=f"act_{environment}_{key.key_id}",
            name=key.name,
            scopes=sorted(key.scopes),
            created_at=key.created_at,
            expires_at=key.expires_at,
            revoked_at=key.revoked_at,
            last_used_at=key.last_used_at,
        )


class IssuedApiKeyOut(ApiKeyOut):
    """A new key with its secret, shown this once."""

    key: str = Field(description="The whole key. Keep it now: it is never shown again.")
