"""Intervals and days as plain JSON with an exact text: what is stored, compared and audited."""

import json
from collections.abc import Iterable, Mapping
from typing import TypedDict
from uuid import UUID

from domain.ids import BadgeId, SiteId, WorkerId
from domain.intervals import DriveBy, Interval, ParkedSpan, has_happened
from domain.workdays import Cause, Segment, SegmentKind, Workday

Document = dict[str, object]


class StoredDay(TypedDict):
    """The content of a day as its text holds it."""

    segments: list[dict[str, str | int | None]]
    parked: list[dict[str, str | int | None]]
    drive_bys: list[dict[str, str | int | None]]


def text_of(document: object) -> str:
    """The exact text of a document: sorted names, no spaces."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def interval_document(interval: Interval) -> Document:
    """An interval as JSON; instants are epoch seconds."""
    return {
        "badge_id": str(interval.badge_id),
        "worker_id": _text_or_none(interval.worker_id),
        "site_id": str(interval.site_id),
        "boundary_version": interval.boundary_version,
        "from_at": interval.from_at,
        "to_at": interval.to_at,
        "started_by": str(interval.started_by),
        "ended_by": str(interval.ended_by),
        "ambiguous": interval.ambiguous,
        "excursions": [[one.from_at, one.to_at] for one in interval.excursions],
        "fixes_used": interval.fixes_used,
        "fixes_refused": dict(interval.fixes_refused),
        "tags": list(interval.tags),
        "policy_version": interval.policy_version,
    }


def workday_text(day: Workday) -> str:
    """What a revision of a day says: segments, parked spans and the drive-bys that count without asking the time."""
    return text_of(
        {
            "segments": [_segment_document(one) for one in day.segments],
            "parked": [_span_document(one) for one in day.parked],
            "drive_bys": [_span_document(one) for one in day.drive_bys if one.counts_after is None],
        }
    )


def unsettled_text(day: Workday) -> str:
    """The drive-bys at the end of the data: kept beside the revision, and no part of it (presence.md section 5)."""
    open_ones = [one for one in day.drive_bys if one.counts_after is not None]
    return text_of([_span_document(one) | {"counts_after": one.counts_after} for one in open_ones])


EMPTY_DAY = text_of({"segments": [], "parked": [], "drive_bys": []})
"""The text of a day without anything: as a first result it makes no revision."""
NOTHING_UNSETTLED = text_of([])


def differs(day: Workday, stored: str | None, stored_unsettled: str = NOTHING_UNSETTLED) -> bool:
    """Whether a day says something else than its current revision (None: there is none yet).

    A drive-by that was unsettled and now counts by itself reads as before: that is no difference.
    """
    text = workday_text(day)
    if text == (stored or EMPTY_DAY):
        return False
    return text != _settled(stored or EMPTY_DAY, stored_unsettled)


def drive_bys_as_of(drive_bys: Iterable[DriveBy], as_of: int) -> list[DriveBy]:
    """The drive-bys that count as of an instant."""
    return [drive_by for drive_by in drive_bys if has_happened(drive_by, as_of=as_of)]


def segments_from(stored: str) -> tuple[Segment, ...]:
    """The segments of a stored day."""
    content: StoredDay = json.loads(stored)
    return tuple(_segment(one) for one in content["segments"])


def parked_from(stored: str, worker_id: WorkerId) -> tuple[ParkedSpan, ...]:
    """The parked spans of a stored day."""
    content: StoredDay = json.loads(stored)
    return tuple(ParkedSpan(*_span(one, worker_id)) for one in content["parked"])


def drive_bys_from(stored: str, stored_unsettled: str, worker_id: WorkerId) -> tuple[DriveBy, ...]:
    """The drive-bys of a stored day, the unsettled ones among them, in order of time."""
    content: StoredDay = json.loads(stored)
    unsettled: list[dict[str, str | int | None]] = json.loads(stored_unsettled)
    rows = [*content["drive_bys"], *unsettled]
    found = [DriveBy(*_span(one, worker_id), _instant_or_none(one.get("counts_after"))) for one in rows]
    return tuple(sorted(found, key=lambda one: (one.from_at, one.site_id, one.to_at, one.badge_id)))


def _settled(stored: str, stored_unsettled: str) -> str:
    content: StoredDay = json.loads(stored)
    for one in json.loads(stored_unsettled):
        content["drive_bys"].append({name: value for name, value in one.items() if name != "counts_after"})
    content["drive_bys"].sort(key=lambda one: (one["from_at"], one["site_id"], one["to_at"], one["badge_id"]))
    return text_of(content)


def _segment_document(segment: Segment) -> Document:
    return {
        "kind": str(segment.kind),
        "site_id": _text_or_none(segment.site_id),
        "cause": _text_or_none(segment.cause),
        "from_at": segment.from_at,
        "to_at": segment.to_at,
    }


def _span_document(span: ParkedSpan | DriveBy) -> Document:
    return {
        "badge_id": str(span.badge_id),
        "site_id": str(span.site_id),
        "from_at": span.from_at,
        "to_at": span.to_at,
    }


def _segment(row: Mapping[str, str | int | None]) -> Segment:
    site_id, cause = row["site_id"], row["cause"]
    return Segment(
        SegmentKind(str(row["kind"])),
        None if site_id is None else SiteId(UUID(str(site_id))),
        None if cause is None else Cause(str(cause)),
        int(row["from_at"] or 0),
        int(row["to_at"] or 0),
    )


def _span(row: Mapping[str, str | int | None], worker_id: WorkerId) -> tuple[BadgeId, WorkerId, SiteId, int, int]:
    badge_id, site_id = BadgeId(UUID(str(row["badge_id"]))), SiteId(UUID(str(row["site_id"])))
    return badge_id, worker_id, site_id, int(row["from_at"] or 0), int(row["to_at"] or 0)


def _instant_or_none(value: str | int | None) -> int | None:
    return None if value is None else int(value)


def _text_or_none(value: object) -> str | None:
    return None if value is None else str(value)
