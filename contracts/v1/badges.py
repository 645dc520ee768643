"""Bodies of badges, their lifecycle and their assignments."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from contracts.v1.instants import Instant, RecordedInstant
from contracts.v1.records import ChangeBody, NewBody, RecordOut
from contracts.v1.texts import Name
from domain.badges import Badge, BadgeAssignment, BadgeKind, BadgeState, Lifecycle
from domain.ids import AssignmentId, BadgeId, WorkerId

Serial = Annotated[str, StringConstraints(pattern=r"^ACT-[0-9A-F]{8}$")]
DeviceUid = Annotated[str, StringConstraints(pattern=r"^dev:[A-Za-z0-9:_-]{1,100}$")]
UNTIL = "Exclusive; null while it lasts."


class BadgeIn(NewBody):
    """A new badge or gateway."""

    serial: Serial = Field(examples=["ACT-0A1B2C3D"], description="`device_id` of its badge events.")
    device_uid: DeviceUid = Field(examples=["dev:864200000000001"], description="`device` of its Notehub envelopes.")
    kind: BadgeKind = BadgeKind.BADGE

    def record(self, new_id: UUID, at: datetime) -> Badge:
        """The badge that this asks for, in stock."""
        return Badge(id=BadgeId(new_id), serial=self.serial, device_uid=self.device_uid, kind=self.kind, created_at=at)


class BadgeChange(ChangeBody):
    """A change of a badge; another device is another badge: retire this one and register it."""

    kind: BadgeKind = Field(default_factory=lambda: BadgeKind.BADGE)


class LifecycleIn(NewBody):
    """The state that a badge is to have, and why; the reason goes into the audit log."""

    lifecycle: Lifecycle
    reason: Name


class BadgeOut(RecordOut):
    """A badge or gateway."""

    serial: str
    device_uid: str
    kind: BadgeKind
    lifecycle: Lifecycle


class BadgeStateOut(BaseModel):
    """What a badge last said of itself; hearing it changes no ETag."""

    model_config = ConfigDict(from_attributes=True)

    last_heard_at: RecordedInstant | None = Field(
        description="When anything at all of it last reached us; null: never heard."
    )
    clock_suspect_at: RecordedInstant | None = Field(
        description="When it last sent an event whose time cannot be right; null: never."
    )
    battery_pct: float | None
    firmware_version: str | None


class HeardBadgeOut(BadgeOut):
    """A badge or gateway with what it last said of itself."""

    state: BadgeStateOut

    @classmethod
    def with_state(cls, badge: Badge, state: BadgeState) -> Self:
        """The body of a badge and its state."""
        own = BadgeOut.of(badge).model_dump(round_trip=True)
        return cls(**own, state=BadgeStateOut.model_validate(state))


class RegisteredBadgeOut(BadgeOut):
    """A badge that was just registered."""

    receipt_id: UUID | None = Field(
        None, description="Receipt of the replay of what this device had sent before it was registered; absent without."
    )


class BadgeAssignmentIn(NewBody):
    """A worker is given a badge for a time."""

    worker_id: UUID
    from_at: Instant = Field(alias="from")
    to_at: Instant | None = Field(None, alias="to", description=UNTIL)

    def record_in(self, badge_id: UUID, new_id: UUID, at: datetime) -> BadgeAssignment:
        """The assignment that this asks for; raises PeriodError."""
        return BadgeAssignment(
            id=AssignmentId(new_id),
            badge_id=BadgeId(badge_id),
            worker_id=WorkerId(self.worker_id),
            from_at=self.from_at,
            to_at=self.to_at,
            created_at=at,
        )


class BadgeAssignmentChange(ChangeBody):
    """A change of an assignment; most often its end."""

    worker_id: UUID = Field(default_factory=lambda: UUID(int=0))
    from_at: Instant = Field(default_factory=lambda: datetime.min, alias="from")  # noqa: DTZ901 # never read
    to_at: Instant | None = Field(None, alias="to", description=UNTIL)


class BadgeAssignmentOut(RecordOut):
    """A worker's time with a badge."""

    badge_id: UUID
    worker_id: UUID
    from_at: RecordedInstant = Field(serialization_alias="from")
    to_at: RecordedInstant | None = Field(serialization_alias="to")
