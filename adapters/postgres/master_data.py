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


BRANCHES_SQL = queries("branches")
BRANCHES = Table(
    add=BRANCHES_SQL["add_branch"],
    get=BRANCHES_SQL["get_branch"],
    lock=BRANCHES_SQL["lock_branch"],
    list_page=BRANCHES_SQL["list_branches"],
    save=BRANCHES_SQL["save_branch"],
    record=_branch,
)

WORKERS_SQL = queries("workers")
WORKERS = Table(
    add=WORKERS_SQL["add_worker"],
    get=WORKERS_SQL["get_worker"],
    lock=WORKERS_SQL["lock_worker"],
    list_page=WORKERS_SQL["list_workers"],
    save=WORKERS_SQL["save_worker"],
    record=_worker,
    filters=("code", "branch_id"),
)

CREWS_SQL = queries("crews")
CREWS = Table(
    add=CREWS_SQL["add_crew"],
    get=CREWS_SQL["get_crew"],
    lock=CREWS_SQL["lock_crew"],
    list_page=CREWS_SQL["list_crews"],
    save=CREWS_SQL["save_crew"],
    record=_crew,
)

CREW_MEMBERS_SQL = queries("crew_members")
CREW_MEMBERS = Table(
    add=CREW_MEMBERS_SQL["add_crew_member"],
    get=CREW_MEMBERS_SQL["get_crew_member"],
    lock=CREW_MEMBERS_SQL["lock_crew_member"],
    list_page=CREW_MEMBERS_SQL["list_crew_members"],
    save=CREW_MEMBERS_SQL["save_crew_member"],
    record=_crew_member,
    filters=("within", "worker_id"),
    remove=CREW_MEMBERS_SQL["remove_crew_member"],
)

SITES_SQL = queries("sites")
SITES = Table(
    add=SITES_SQL["add_site"],
    get=SITES_SQL["get_site"],
    lock=SITES_SQL["lock_site"],
    list_page=SITES_SQL["list_sites"],
    save=SITES_SQL["save_site"],
    record=_site,
    filters=("kind",),
)

BADGES_SQL = queries("badges")
BADGES = Table(
    add=BADGES_SQL["add_badge"],
    get=BADGES_SQL["get_badge"],
    lock=BADGES_SQL["lock_badge"],
    list_page=BADGES_SQL["list_badges"],
    save=BADGES_SQL["save_badge"],
    record=_badge,
    filters=("serial", "device_uid", "lifecycle", "kind"),
)

BADGE_ASSIGNMENTS_SQL = queries("badge_assignments")
BADGE_ASSIGNMENTS = Table(
    add=BADGE_ASSIGNMENTS_SQL["add_badge_assignment"],
    get=BADGE_ASSIGNMENTS_SQL["get_badge_assignment"],
    lock=BADGE_ASSIGNMENTS_SQL["lock_badge_assignment"],
    list_page=BADGE_ASSIGNMENTS_SQL["list_badge_assignments"],
    save=BADGE_ASSIGNMENTS_SQL["save_badge_assignment"],
    record=_badge_assignment,
    filters=("within", "worker_id", "ends_after"),
    remove=BADGE_ASSIGNMENTS_SQL["remove_badge_assignment"],
)

ZONES_SQL = queries("zones")
ZONES = Table(
    add=ZONES_SQL["add_zone"],
    get=ZONES_SQL["get_zone"],
    lock=ZONES_SQL["lock_zone"],
    list_page=ZONES_SQL["list_zones"],
    save=ZONES_SQL["save_zone"],
    record=_zone,
)

TAGS_SQL = queries("tags")
TAGS = Table(
    add=TAGS_SQL["add_tag"],
    get=TAGS_SQL["get_tag"],
    lock=TAGS_SQL["lock_tag"],
    list_page=TAGS_SQL["list_tags"],
    save=TAGS_SQL["save_tag"],
    record=_tag,
    filters=("mac", "zone_id"),
)

JOB_TYPES_SQL = queries("job_types")
JOB_TYPES = Table(
    add=JOB_TYPES_SQL["add_job_type"],
    get=JOB_TYPES_SQL["get_job_type"],
    lock=JOB_TYPES_SQL["lock_job_type"],
    list_page=JOB_TYPES_SQL["list_job_types"],
    save=JOB_TYPES_SQL["save_job_type"],
    record=_job_type,
    filters=("name",),
)
