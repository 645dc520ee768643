"""Keeping plain nouns: one port for all of them."""

from collections.abc import Mapping
from typing import Protocol, TypeVar
from uuid import UUID

from domain.badges import Badge, BadgeAssignment
from domain.jobs import ScheduledJob
from domain.master_data import Branch, Crew, CrewMember, JobType, Record, Tag, Worker, Zone
from domain.sites import Site
from services.ports.boundaries import Boundaries
from services.ports.devices import Devices
from services.ports.marks import Marks

R = TypeVar("R", bound=Record)


class Records(Protocol[R]):
    """The records of one noun; `within` is the id of the parent, for nouns that have one (the members of a crew)."""

    async def get(self, record_id: UUID, *, within: UUID | None = None) -> R:
        """One record; raises NotFoundError, also for one of another parent."""
        ...

    async def lock(self, record_id: UUID, *, within: UUID | None = None) -> R:
        """One record, held until the transaction ends; raises NotFoundError."""
        ...

    async def list_page(self, filters: Mapping[str, object], *, after: UUID | None, limit: int) -> list[R]:
        """Ordered by id, those after `after`; a filter that is None filters nothing."""
        ...

    async def add(self, record: R) -> None:
        """Store a new record; raises ConflictError, and UnknownReferenceError for an id that is not there."""
        ...

    async def save(self, record: R) -> None:
        """Store a record that was locked; raises as `add` does."""
        ...


class Removables(Records[R], Protocol[R]):
    """Records that can be taken away as if they had never been."""

    async def remove(self, record: R) -> None:
        """Take away a record that was locked."""
        ...


class JobTypes(Records[JobType], Protocol):
    """Kinds of work, which jobs name."""

    async def hold(self, name: str) -> bool:
        """Whether there is a type of that name; nobody can rename it until the transaction ends."""
        ...

    async def add_unless_there(self, record: JobType) -> bool:
        """Store a new type, held like that; False when another transaction made one of that name meanwhile."""
        ...


class AllRecords(Protocol):
    """The master data that a transaction gives access to."""

    @property
    def branches(self) -> Records[Branch]:
        """Parts of the company."""
        ...

    @property
    def workers(self) -> Records[Worker]:
        """People."""
        ...

    @property
    def crews(self) -> Records[Crew]:
        """Workers who are scheduled together."""
        ...

    @property
    def crew_members(self) -> Removables[CrewMember]:
        """Who belongs to which crew."""
        ...

    @property
    def sites(self) -> Records[Site]:
        """Places of work."""
        ...

    @property
    def boundaries(self) -> Boundaries:
        """Versions of the boundaries of sites."""
        ...

    @property
    def devices(self) -> Devices:
        """The register of devices."""
        ...

    @property
    def marks(self) -> Marks:
        """Days to recompute."""
        ...

    @property
    def badges(self) -> Records[Badge]:
        """Badges and gateways."""
        ...

    @property
    def badge_assignments(self) -> Removables[BadgeAssignment]:
        """Who wears which badge."""
        ...

    @property
    def zones(self) -> Records[Zone]:
        """Named groups of tags."""
        ...

    @property
    def tags(self) -> Records[Tag]:
        """Bluetooth tags."""
        ...

    @property
    def job_types(self) -> JobTypes:
        """Kinds of work."""
        ...

    @property
    def jobs(self) -> Removables[ScheduledJob]:
        """Scheduled work."""
        ...
