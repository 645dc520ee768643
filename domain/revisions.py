"""What a recompute changes: how what is stored differs from what the evidence tells (presence.md section 8)."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from domain.documents import EMPTY_DAY, NOTHING_UNSETTLED, text_of
from domain.ids import BadgeId, WorkerId
from domain.intervals import Interval
from domain.workdays import Totals

IntervalKey = tuple[BadgeId, int]
"""Badge and `from_at`: two intervals of one badge never begin together."""
DayKey = tuple[WorkerId, date]


@dataclass(frozen=True, slots=True)
class StoredInterval:
    """An interval as it is stored, with its revision."""

    interval: Interval
    revision: int


@dataclass(frozen=True, slots=True)
class IntervalChanges:
    """What to write; what is `withdrawn` was never so, by the evidence of now."""

    recorded: Sequence[StoredInterval]
    changed: Sequence[tuple[StoredInterval, StoredInterval]]
    """Before and after."""
    withdrawn: Sequence[StoredInterval]

    def __len__(self) -> int:
        """The number of changes."""
        return len(self.recorded) + len(self.changed) + len(self.withdrawn)


@dataclass(frozen=True, slots=True)
class DayContent:
    """What is stored of a worker's local date: the exact text that is compared, its zone and its totals.

    `unsettled` is the text of the drive-bys at the end of the data, kept beside the revision and no part of it.
    """

    timezone: str
    text: str
    unsettled: str
    totals: Totals


@dataclass(frozen=True, slots=True)
class StoredDay:
    """The current revision of a worker's local date; number 0 holds unsettled drive-bys of a day without a revision."""

    revision: int
    content: DayContent


@dataclass(frozen=True, slots=True)
class DayRevision:
    """The next revision of a worker's local date, and the number that it supersedes, if anything is stored."""

    worker_id: WorkerId
    work_date: date
    revision: int
    content: DayContent
    supersedes: int | None


@dataclass(frozen=True, slots=True)
class DayNote:
    """The unsettled drive-bys of a day whose revision stays."""

    worker_id: WorkerId
    work_date: date
    revision: int
    unsettled: str


@dataclass(frozen=True, slots=True)
class DayChanges:
    """What to write of days."""

    revisions: Sequence[DayRevision]
    notes: Sequence[DayNote]

    def __len__(self) -> int:
        """The number of rows to write."""
        return len(self.revisions) + len(self.notes)


def interval_changes(stored: Iterable[StoredInterval], told: Iterable[Interval]) -> IntervalChanges:
    """Compare intervals by badge and beginning; a newer policy version alone is no difference, as for days."""
    before = {_key(one.interval): one for one in stored}
    after = {_key(interval): interval for interval in told}
    changed = [
        (before[key], StoredInterval(interval, before[key].revision + 1))
        for key, interval in after.items()
        if key in before and not _same(before[key].interval, interval)
    ]
    return IntervalChanges(
        recorded=[StoredInterval(interval, 1) for key, interval in after.items() if key not in before],
        changed=changed,
        withdrawn=[one for key, one in before.items() if key not in after],
    )


def day_changes(stored: Mapping[DayKey, StoredDay], told: Mapping[DayKey, DayContent]) -> DayChanges:
    """Compare days by worker and date; `told` names every date that was judged, also those without anything to tell.

    A first result without content makes no revision. What was empty and stays so is unchanged in whatever zone.
    """
    revisions: list[DayRevision] = []
    notes: list[DayNote] = []
    for (worker_id, work_date), content in sorted(told.items()):
        current = stored.get((worker_id, work_date))
        before = current or StoredDay(0, DayContent(content.timezone, EMPTY_DAY, NOTHING_UNSETTLED, Totals()))
        unsettled = _unsettled_if_same(before.content, content)
        supersedes = current.revision if current else None
        if unsettled is None:
            revisions.append(DayRevision(worker_id, work_date, before.revision + 1, content, supersedes))
        elif unsettled == before.content.unsettled:
            continue
        elif current is None:
            revisions.append(DayRevision(worker_id, work_date, 0, content, None))
        else:
            notes.append(DayNote(worker_id, work_date, current.revision, unsettled))
    return DayChanges(revisions, notes)


def _unsettled_if_same(before: DayContent, after: DayContent) -> str | None:
    """What to keep as unsettled when the revision stays; None when the day says something else.

    A drive-by that was unsettled and now counts by itself reads as before: it stays where it is kept.
    """
    if before.text == after.text:
        same_zone = before.timezone == after.timezone or after.text == EMPTY_DAY
        return after.unsettled if same_zone else None
    if before.unsettled == NOTHING_UNSETTLED or before.timezone != after.timezone:
        return None
    now_counting: list[dict[str, object]] = json.loads(after.text)["drive_bys"]
    kept = [note for note in json.loads(before.unsettled) if _without_limit(note) in now_counting]
    as_before = json.loads(before.text)
    as_before["drive_bys"] = sorted((*as_before["drive_bys"], *map(_without_limit, kept)), key=_place)
    if as_before != json.loads(after.text):
        return None
    return text_of(sorted((*kept, *json.loads(after.unsettled)), key=_place))


def _without_limit(note: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in note.items() if name != "counts_after"}


def _place(drive_by: Mapping[str, object]) -> tuple[object, ...]:
    return drive_by["from_at"], drive_by["site_id"], drive_by["to_at"], drive_by["badge_id"]


def _key(interval: Interval) -> IntervalKey:
    return interval.badge_id, interval.from_at


def _same(before: Interval, after: Interval) -> bool:
    return replace(before, policy_version=after.policy_version) == after
