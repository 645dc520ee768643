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
    # Master data.
    "create_branch": Permission(OPERATORS),
    "list_branches": Permission(VIEWERS, scopes=READ),
    "get_branch": Permission(VIEWERS, scopes=READ),
    "change_branch": Permission(OPERATORS),
    "create_site": Permission(OPERATORS),
    "list_sites": Permission(VIEWERS, scopes=READ),
    "get_site": Permission(VIEWERS, scopes=READ),
    "change_site": Permission(OPERATORS),
    "replace_site_boundary": Permission(OPERATORS),
    "get_site_boundary": Permission(VIEWERS, scopes=READ),
    "list_boundary_versions": Permission(VIEWERS, scopes=READ),
    "get_boundary_version": Permission(VIEWERS, scopes=READ),
    "create_worker": Permission(OPERATORS),
    "list_workers": Permission(VIEWERS, scopes=READ),
    "get_worker": Permission(VIEWERS, scopes=READ),
    "change_worker": Permission(OPERATORS),
    "create_crew": Permission(OPERATORS),
    "list_crews": Permission(VIEWERS, scopes=READ),
    "get_crew": Permission(VIEWERS, scopes=READ),
    "change_crew": Permission(OPERATORS),
    "add_crew_member": Permission(OPERATORS),
    "list_crew_members": Permission(VIEWERS, scopes=READ),
    "get_crew_member": Permission(VIEWERS, scopes=READ),
    "change_crew_member": Permission(OPERATORS),
    "remove_crew_member": Permission(OPERATORS),
    "register_badge": Permission(OPERATORS),
    "list_badges": Permission(VIEWERS, scopes=READ),
    "get_badge": Permission(VIEWERS, scopes=READ),
    "change_badge": Permission(OPERATORS),
    "change_badge_lifecycle": Permission(OPERATORS),
    "assign_badge": Permission(OPERATORS),
    "list_badge_assignments": Permission(VIEWERS, scopes=READ),
    "get_badge_assignment": Permission(VIEWERS, scopes=READ),
    "change_badge_assignment": Permission(OPERATORS),
    "remove_badge_assignment": Permission(OPERATORS),
    "create_zone": Permission(OPERATORS),
    "list_zones": Permission(VIEWERS, scopes=READ),
    "get_zone": Permission(VIEWERS, scopes=READ),
    "change_zone": Permission(OPERATORS),
    "create_tag": Permission(OPERATORS),
    "list_tags": Permission(VIEWERS, scopes=READ),
    "get_tag": Permission(VIEWERS, scopes=READ),
    "change_tag": Permission(OPERATORS),
    "create_job_type": Permission(OPERATORS),
    "list_job_types": Permission(VIEWERS, scopes=READ),
    "get_job_type": Permission(VIEWERS, scopes=READ),
    "change_job_type": Permission(OPERATORS),
    "create_job": Permission(OPERATORS),
    "list_jobs": Permission(VIEWERS, scopes=READ),
    "get_job": Permission(VIEWERS, scopes=READ),
    "change_job": Permission(OPERATORS),
    "remove_job": Permission(OPERATORS),
    "get_job_assignments": Permission(VIEWERS, scopes=READ),
    "replace_job_assignments": Permission(OPERATORS),
    # Machines.
    "issue_api_key": Permission(ADMINS),
    "list_api_keys": Permission(ADMINS),
    "get_api_key": Permission(ADMINS),
    "revoke_api_key": Permission(ADMINS),
    # Ingestion.
    "receive_notehub_events": Permission(scopes=INGEST),
    "receive_badge_events": Permission(scopes=INGEST),
    "get_receipt": Permission(VIEWERS, scopes=READ | INGEST),
    "list_quarantined_events": Permission(VIEWERS, scopes=READ),
    "get_quarantined_event": Permission(VIEWERS, scopes=READ),
    "replay_quarantined_event": Permission(OPERATORS),
    # Presence.
    "list_presence_intervals": Permission(VIEWERS, scopes=READ),
    "get_worker_evidence": Permission(VIEWERS, scopes=READ),
    "get_workday": Permission(VIEWERS, scopes=READ),
    "get_workweek": Permission(VIEWERS, scopes=READ),
    "list_worker_hours": Permission(VIEWERS, scopes=READ),
    "list_discrepancies": Permission(VIEWERS, scopes=READ),
    "get_discrepancy": Permission(VIEWERS, scopes=READ),
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
