"""What the company tells us of itself: plain values, each with an id, a version and the instant it was made."""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType
from uuid import UUID

from domain.errors import ConflictError, InvalidError
from domain.ids import CrewId, WorkerId

BranchId = NewType("BranchId", UUID)
CrewMemberId = NewType("CrewMemberId", UUID)
JobTypeId = NewType("JobTypeId", UUID)
TagId = NewType("TagId", UUID)
ZoneId = NewType("ZoneId", UUID)


class UnknownReferenceError(InvalidError):
    """A body names something that is not there, or is another company's: nobody can tell which."""

    code = "unknown_reference"

    def __init__(self, pointer: str) -> None:
        super().__init__("There is nothing with this id.", pointer=pointer)


class PeriodError(InvalidError):
    """A period that ends before it has begun."""

    code = "period_order"

    def __init__(self, pointer: str = "/to") -> None:
        super().__init__("The end of a period must be later than its beginning.", pointer=pointer)


class NameTakenError(ConflictError):
    """Another of its kind has this name."""

    code = "name_taken"

    def __init__(self) -> None:
        super().__init__("Another one has this name already; choose another.")


class CodeTakenError(ConflictError):
    """Another worker of the company has this code."""

    code = "code_taken"

    def __init__(self) -> None:
        super().__init__("Another worker has this code already; choose another.")


class TagTakenError(ConflictError):
    """Another tag of the company has this address."""

    code = "tag_taken"

    def __init__(self) -> None:
        super().__init__("There is a tag with this address already.")


class MembershipOverlapsError(ConflictError):
    """The worker belongs to the crew already during some of the period."""

    code = "membership_overlaps"

    def __init__(self) -> None:
        super().__init__("The worker belongs to this crew already during some of this period.")


def check_period(from_at: datetime, to_at: datetime | None, *, pointer: str = "/to") -> None:
    """Raise PeriodError unless the period [from_at, to_at) holds something; None is open."""
    if to_at is not None and to_at <= from_at:
        raise PeriodError(pointer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What every noun has; `version` is the ETag, and goes up by one with each change."""

    id: UUID
    version: int = 1
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch(Record):
    """A part of the company; the days of its workers are local dates of `timezone`."""

    id: BranchId
    name: str
    timezone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker(Record):
    """Somebody whose hours we establish; `code` is what a badge says at the start of a shift."""

    id: WorkerId
    name: str
    code: str
    employee_number: str | None = None
    branch_id: BranchId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew(Record):
    """Workers who are scheduled together."""

    id: CrewId
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewMember(Record):
    """A worker belongs to a crew, [from_at, to_at); `to_at` None is open."""

    id: CrewMemberId
    crew_id: CrewId
    worker_id: WorkerId
    from_at: datetime
    to_at: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse a period that ends before it begins."""
        check_period(self.from_at, self.to_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone(Record):
    """A named group of tags."""

    id: ZoneId
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag(Record):
    """A Bluetooth tag on a truck, a mower or a place; `mac` is upper case, as AA:BB:CC:DD:EE:FF."""

    id: TagId
    mac: str
    name: str
    kind: str
    zone_id: ZoneId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobType(Record):
    """A kind of work, as mowing."""

    id: JobTypeId
    name: str
