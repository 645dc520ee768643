"""Bearer tokens of the OpenID Connect provider."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a valid access token names: (`tid`, `oid`), never an e-mail address."""

    tenant_id: UUID
    subject_id: UUID


class Tokens(Protocol):
    """Checks access tokens as api.md section 2 and platform.md 5.1 say."""

    async def identify(self, token: str) -> Identity | None:
        """The identity of a valid access token, None for any other; raises UnavailableError without keys."""
        ...
