"""Work that waits in tables: days to recompute, and old days whose private positions are to be blanked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from domain.ids import BadgeId


class MarkKind(StrEnum):
    """What a mark is about."""

    BADGE = "badge"
    WORKER = "worker"


@dataclass(frozen=True, slots=True)
class Mark:
    """A UTC day of a badge or a worker that is to be recomputed; `counter` tells whether it was raised again."""

    kind: MarkKind
    subject_id: UUID
    day: date
    counter: int


@dataclass(frozen=True, slots=True)
class BadgeDay:
    """A UTC day of a badge."""

    badge_id: BadgeId
    day: date


class Backlog(Protocol):
    """Taken in order, under the company's presence lock."""

    async def take_marks(self, limit: int, *, after: Mark | None = None) -> list[Mark]:
        """The next marks, those of one subject together and by day; those behind `after` when it is given."""
        ...

    async def clear_marks(self, marks: Sequence[Mark]) -> None:
        """Remove the marks that were not raised again meanwhile."""
        ...

    async def list_days_to_blank(self, *, before: date, limit: int) -> list[BadgeDay]:
        """Days with evidence before a date whose private positions are still there, by badge and day."""
        ...

    async def blank_positions(self, private: Mapping[BadgeId, Sequence[int]]) -> int:
        """Remove the positions of these instants (epoch seconds); the number of observations changed."""
        ...

    async def settle_blanked(self, days: Sequence[BadgeDay], *, at: datetime) -> None:
        """Note that the days are done, and draw their boxes around what is left."""
        ...

    async def reopen_blanked(self, days: Sequence[tuple[BadgeId, date, date]]) -> None:
        """New evidence came for a badge from the first to the last of two days: look at them again."""
        ...
