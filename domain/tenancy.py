"""Who acts, and for which company; only blueprints/edge/identity.py makes an Actor from a request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType
from uuid import UUID

CompanyId = NewType("CompanyId", UUID)
UserId = NewType("UserId", UUID)
ApiKeyId = NewType("ApiKeyId", UUID)

PLATFORM_COMPANY = CompanyId(UUID(int=0))
"""The chain of audit entries that belongs to no company but to the platform itself."""


class Role(StrEnum):
    """What a person may do; each of viewer, operator, admin includes the one before (api.md section 2)."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMIN = "admin"
    PLATFORM = "platform"
    FIELD_OPS = "field_ops"


class Scope(StrEnum):
    """What a machine's key may do."""

    INGEST = "ingest"
    READ = "read"
    AGENT = "agent"


INCLUDED: Mapping[Role, frozenset[Role]] = {
    Role.VIEWER: frozenset({Role.VIEWER}),
    Role.OPERATOR: frozenset({Role.VIEWER, Role.OPERATOR}),
    Role.ADMIN: frozenset({Role.VIEWER, Role.OPERATOR, Role.ADMIN}),
    Role.PLATFORM: frozenset({Role.PLATFORM}),
    Role.FIELD_OPS: frozenset({Role.FIELD_OPS}),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """A proven caller. `name` is what the audit log writes, such as `user:<id>` or `key:<id>`."""

    company_id: CompanyId
    name: str
    roles: frozenset[Role] = field(default_factory=frozenset[Role])
    scopes: frozenset[Scope] = field(default_factory=frozenset[Scope])


def system_actor(company_id: CompanyId, part: str) -> Actor:
    """The system itself, as the audit log names it: `system:store_events`."""
    return Actor(company_id, f"system:{part}")
