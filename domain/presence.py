"""Presence: evidence in, intervals and days out; a pure function (presence.md)."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.evidence import Evidence
from domain.footprints import footprint_of
from domain.ids import BadgeId, WorkerId
from domain.intervals import DriveBy, Interval, ParkedSpan
from domain.periods import Period
from domain.pieces import BadgeStory, tell_story
from domain.schedules import Schedule
from domain.sightings import SiteMap, see_sites
from domain.timelines import count_once, part_parked, segments_of
from domain.tracks import Track, read_tracks
from domain.wearing import Wearing, wearing_of
from domain.workdays import BadgeConflict, Segment, Workday, shifts_of, workdays_of


@dataclass(frozen=True, slots=True)
class Presence:
    """What the evidence of one window tells, in an order that depends on nothing but the result."""

    intervals: tuple[Interval, ...]
    """By badge and time; split at handovers and cut by parked spans."""
    parked: tuple[ParkedSpan, ...]
    drive_bys: tuple[DriveBy, ...]
    workdays: tuple[Workday, ...]
    """By worker and date: every local date that lies wholly inside the window and has anything to tell."""
    conflicts: tuple[BadgeConflict, ...]
    shifts: tuple[tuple[WorkerId, Period], ...]
    """First and last work evidence of each shift: outside of them positions are private (wire.md section 5, rule 9)."""


def compute(evidence: Evidence) -> Presence:
    """Establish what the evidence tells: first each badge, then each worker over all the badges worn."""
    stories = tell_stories(evidence)
    days: list[Workday] = []
    conflicts: list[BadgeConflict] = []
    shifts: list[tuple[WorkerId, Period]] = []
    for worker_id in sorted(evidence.zones):
        segments, lost = _time_of(worker_id, stories, evidence)
        conflicts.extend(lost)
        shifts.extend((worker_id, shift) for shift in shifts_of(segments))
        days.extend(_days_of(worker_id, stories, segments, evidence))
    return Presence(
        intervals=tuple(interval for story in stories for interval in story.intervals),
        parked=tuple(span for story in stories for span in story.parked),
        drive_bys=tuple(drive_by for story in stories for drive_by in story.drive_bys),
        workdays=tuple(days),
        conflicts=tuple(conflicts),
        shifts=tuple(shifts),
    )


def tell_stories(evidence: Evidence) -> list[BadgeStory]:
    """What each badge saw, by badge id."""
    policy = evidence.policy
    site_map = SiteMap(evidence.boundaries)
    schedule = Schedule(evidence.jobs, evidence.memberships)
    tracks = read_tracks(evidence.observations, evidence.window, motion_lasts_s=policy.shift_gap_s)
    return [_story(track, site_map, schedule, evidence) for track in tracks.values()]


def _story(track: Track, site_map: SiteMap, schedule: Schedule, evidence: Evidence) -> BadgeStory:
    wearing = _wearing(evidence, track)
    sightings = see_sites(
        track,
        site_map,
        schedule,
        wearing,
        exit_buffer_m=evidence.policy.exit_buffer_m,
        heard_later=track.badge_id in evidence.heard_later,
    )
    return tell_story(track, wearing, sightings, site_map, evidence.policy)


def wearing_in(evidence: Evidence, badge_id: BadgeId) -> Wearing:
    """Who wore a badge, by the evidence."""
    mine = [one for one in evidence.observations if one.badge_id == badge_id]
    tracks = read_tracks(mine, evidence.window, motion_lasts_s=evidence.policy.shift_gap_s)
    return _wearing(evidence, tracks.get(badge_id) or Track(badge_id))


def _wearing(evidence: Evidence, track: Track) -> Wearing:
    assignments = [one for one in evidence.assignments if one.badge_id == track.badge_id]
    return wearing_of(assignments, track.shift_events, evidence.worker_codes)


def _time_of(
    worker_id: WorkerId, stories: Sequence[BadgeStory], evidence: Evidence
) -> tuple[list[Segment], list[BadgeConflict]]:
    intervals = [one for story in stories for one in story.intervals if one.worker_id == worker_id]
    parked = [one for story in stories for one in story.parked if one.worker_id == worker_id]
    stays, conflicts = count_once(intervals, worker_id)
    rests, left_out = part_parked(intervals, parked)
    footprint = footprint_of(worker_id, stories, left_out, evidence.received_numbers)
    kinds = {version.site_id: version.site_kind for version in evidence.boundaries}
    return segments_of([*stays, *rests], footprint, kinds, evidence.policy), conflicts


def _days_of(
    worker_id: WorkerId, stories: Sequence[BadgeStory], segments: Sequence[Segment], evidence: Evidence
) -> list[Workday]:
    return workdays_of(
        worker_id,
        evidence.zones[worker_id],
        evidence.window,
        segments=segments,
        parked=[one for story in stories for one in story.parked if one.worker_id == worker_id],
        drive_bys=[one for story in stories for one in story.drive_bys if one.worker_id == worker_id],
    )
