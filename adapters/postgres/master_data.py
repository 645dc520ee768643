"""Master data: rows as records."""

from datetime import UTC, datetime
from typing import TypedDict

from psycopg.rows import DictRow

from adapters.postgres.queries import queries
from adapters.postgres.records import Table
from domain.badges import Badge, BadgeAssignment, BadgeKind, Lifecycle
from domain.boundaries import SiteKind
from domain.master_data import Branch, Crew, CrewMember, JobType, Tag, Worker, Zone
from domain.sites import Site


class _Named(TypedDict):
    name: str
    version: int
    created_at: datetime


class _Spell(TypedDict):
    from_at: datetime
    to_at: datetime | None
    version: int
    created_at: datetime


def utc(value: datetime) -> datetime:
    """The driver answers in the zone of the session."""
    return value.astimezone(UTC)


def _named(row: DictRow) -> _Named:
    return {"name": row["name"], "version": row["version"], "created_at": utc(row["created_at"])}


def _spell(row: DictRow) -> _Spell:
    return {
        "from_at": utc(row["from_at"]),
        "to_at": None if row["to_at"] is None else utc(row["to_at"]),
        "version": row["version"],
        "created_at": utc(row["created_at"]),
    }


def _branch(row: DictRow) -> Branch:
    return Branch(id=row["id"], timezone=row["timezone"], **_named(row))


def _worker(row: DictRow) -> Worker:
    return Worker(
        id=row["id"],
        code=row["code"],
        employee_number=row["employee_number"],
        branch_id=row["branch_id"],
        **_named(row),
    )


def _crew(row: DictRow) -> Crew:
    return Crew(id=row["id"], **_named(row))


def _crew_member(row: DictRow) -> CrewMember:
    return CrewMember(id=row["id"], crew_id=row["crew_id"], worker_id=row["worker_id"], **_spell(row))


def _site(row: DictRow) -> Site:
    return Site(id=row["id"], kind=SiteKind(row["kind"]), **_named(row))


def _badge(row: DictRow) -> Badge:
    return Badge(
        id=row["id"],
        serial=row["serial"],
        device_uid=row["device_uid"],
        kind=BadgeKind(row["kind"]),
        lifecycle=Lifecycle(row["lifecycle"]),
        version=row["version"],
        created_at=utc(row["created_at"]),
    )


def _badge_assignment(row: DictRow) -> BadgeAssignment:
    return BadgeAssignment(id=row["id"], badge_id=row["badge_id"], worker_id=row["worker_id"], **_spell(row))


def _zone(row: DictRow) -> Zone:
    return Zone(id=row["id"], **_named(row))


def _tag(row: DictRow) -> Tag:
    return Tag(id=row["id"], mac=row["mac"], kind=row["kind"], zone_id=row["zone_id"], **_named(row))


def _job_type(row: DictRow) -> JobType:
    return JobType(id=row["id"], **_named(row))


BRANCHES = Table(queries("branches"), "branch", "branches", _branch)
WORKERS = Table(queries("workers"), "worker", "workers", _worker, ("code", "branch_id"))
CREWS = Table(queries("crews"), "crew", "crews", _crew)
CREW_MEMBERS = Table(queries("crew_members"), "crew_member", "crew_members", _crew_member, ("within", "worker_id"))
SITES = Table(queries("sites"), "site", "sites", _site, ("kind",))
BADGES = Table(queries("badges"), "badge", "badges", _badge, ("serial", "device_uid", "lifecycle", "kind"))
BADGE_ASSIGNMENTS = Table(
    queries("badge_assignments"),
    "badge_assignment",
    "badge_assignments",
    _badge_assignment,
    ("within", "worker_id", "ends_after"),
)
ZONES = Table(queries("zones"), "zone", "zones", _zone)
TAGS = Table(queries("tags"), "tag", "tags", _tag, ("mac", "zone_id"))
JOB_TYPES = Table(queries("job_types"), "job_type", "job_types", _job_type, ("name",))
