"""What the database's constraints mean to a caller: the rule is kept there, where two at once meet."""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager

from psycopg.errors import IntegrityError

from domain.badges import AssignmentOverlapsError, DeviceHeldError
from domain.errors import DomainError, NotFoundError
from domain.master_data import (
    CodeTakenError,
    MembershipOverlapsError,
    NameTakenError,
    TagTakenError,
    UnknownReferenceError,
)

MEANINGS: Mapping[str, Callable[[], DomainError]] = {
    "workers_code_key": CodeTakenError,
    "workers_branch_fk": lambda: UnknownReferenceError("/branch_id"),
    "crew_members_once": MembershipOverlapsError,
    "crew_members_crew_fk": NotFoundError,
    "crew_members_worker_fk": lambda: UnknownReferenceError("/worker_id"),
    "badges_serial_key": DeviceHeldError,
    "badges_device_uid_key": DeviceHeldError,
    "badge_assignments_once": AssignmentOverlapsError,
    "badge_assignments_badge_fk": NotFoundError,
    "badge_assignments_worker_fk": lambda: UnknownReferenceError("/worker_id"),
    "tags_mac_key": TagTakenError,
    "tags_zone_fk": lambda: UnknownReferenceError("/zone_id"),
    "job_types_name_key": NameTakenError,
    "jobs_site_fk": lambda: UnknownReferenceError("/site_id"),
}


@contextmanager
def constraints_as_errors() -> Generator[None]:
    """Raise the domain error that a violated constraint stands for; any other violation is a bug and rises as it is."""
    try:
        yield
    except IntegrityError as error:
        meaning = MEANINGS.get(error.diag.constraint_name or "")
        if meaning is None:
            raise
        raise meaning() from error
