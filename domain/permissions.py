"""Who may do what: one row per operation, keyed by the operation's name; nobody asks for a role anywhere else."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.errors import NotPermittedError
from domain.tenancy import Actor, Role, Scope


@dataclass(frozen=True, slots=True)
class Permission:
    """Any of the roles, or any of the scopes, opens the operation."""

    roles: frozenset[Role] = field(default_factory=frozenset[Role])
    scopes: frozenset[Scope] = field(default_factory=frozenset[Scope])
    public: bool = False


READ = frozenset({Scope.READ})
INGEST = frozenset({Scope.INGEST})
VIEWERS = frozenset({Role.VIEWER})
OPERATORS = frozenset({Role.OPERATOR})
ADMINS = frozenset({Role.ADMIN})
PLATFORM = frozenset({Role.PLATFORM})

PERMISSIONS: Mapping[str, Permission] = {
    # The service itself.
    "answer_unknown_route": Permission(public=True),
    "get_health": Permission(public=True),
    "get_readiness": Permission(public=True),
    "get_openapi_document": Permission(public=True),
    "show_api_documentation": Permission(public=True),
    # Companies.
    "create_company": Permission(PLATFORM),
    "list_companies": Permission(PLATFORM | VIEWERS, scopes=READ),
    "get_company": Permission(PLATFORM | VIEWERS, scopes=READ),
    "get_policy": Permission(VIEWERS, scopes=READ),
    "replace_policy": Permission(ADMINS),
    # Machines.
    "issue_api_key": Permission(ADMINS),
    "list_api_keys": Permission(ADMINS),
    "get_api_key": Permission(ADMINS),
    "revoke_api_key": Permission(ADMINS),
    # Audit.
    "list_audit_entries": Permission(VIEWERS, scopes=READ),
    "get_audit_entry": Permission(VIEWERS, scopes=READ),
    "verify_audit_entries": Permission(VIEWERS, scopes=READ),
}


def require(actor: Actor, operation: str) -> None:
    """Raise NotPermittedError unless the actor's roles or scopes open the operation."""
    permission = PERMISSIONS[operation]
    if permission.public or actor.roles & permission.roles or actor.scopes & permission.scopes:
        return
    message = f"Your role or key does not permit {operation}."
    raise NotPermittedError(message)
