"""Where a worker was seen, over all the badges that the worker wore: what section 7 of presence.md walks."""

from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from domain.ids import BadgeId, WorkerId
from domain.periods import Period
from domain.pieces import BadgeStory
from domain.tracks import NO_NUMBER, Fix, Sign
from domain.workdays import Cause

Dated = TypeVar("Dated", Fix, Sign)
BEFORE_ALL = NO_NUMBER - 1
AFTER_ALL = 2**63


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Parked spans that are only named: not walked, but for `edges`, the fixes that bound an interval."""

    spans: Mapping[BadgeId, Sequence[Period]]
    edges: Mapping[BadgeId, Container[int]]


@dataclass(frozen=True, slots=True)
class Footprint:
    """A worker's qualified fixes in order of time, one a second, and the badges that gave them."""

    fixes: Sequence[Fix]
    badges: Sequence[BadgeId]
    at: Sequence[int]
    signs: Mapping[BadgeId, Sequence[Sign]]
    received_numbers: Mapping[BadgeId, Sequence[tuple[int, int]]]

    def cause_between(self, place: int, other: int) -> Cause:
        """Why nothing is known between two neighbouring fixes: the first cause that holds."""
        signs = list(self._signs_between(place, other))
        if any(sign.is_badge_off for sign in signs):
            return Cause.BADGE_OFF
        if signs:
            return Cause.NO_FIX
        return Cause.PENDING if self._misses_number(place, other) else Cause.SILENT

    def _signs_between(self, place: int, other: int) -> Iterator[Sign]:
        """What the worker's badges stated strictly between: of one badge by sequence number within a second too."""
        start, end = self.fixes[place], self.fixes[other]
        for badge, signs in self.signs.items():
            after = (start.at, start.number if badge == self.badges[place] else AFTER_ALL)
            before = (end.at, end.number if badge == self.badges[other] else BEFORE_ALL)
            first = bisect_right(signs, after, key=_order_of_sign)
            yield from signs[first : max(first, bisect_left(signs, before, key=_order_of_sign))]

    def _misses_number(self, place: int, other: int) -> bool:
        """Whether both fixes are of one badge and a number between theirs was never received in any form."""
        low, high = sorted((self.fixes[place].number, self.fixes[other].number))
        if self.badges[place] != self.badges[other] or low == NO_NUMBER:
            return False
        runs = self.received_numbers.get(self.badges[place], ())
        received = sum(max(0, min(last, high - 1) - max(first, low + 1) + 1) for first, last in runs)
        return received < high - low - 1


def footprint_of(
    worker_id: WorkerId,
    stories: Iterable[BadgeStory],
    left_out: LeftOut,
    received_numbers: Mapping[BadgeId, Sequence[tuple[int, int]]],
) -> Footprint:
    """Gather a worker's fixes; of two in one second the smaller `accuracy_m` counts, then the smaller badge id."""
    fixes: dict[BadgeId, list[Fix]] = {}
    signs: dict[BadgeId, list[Sign]] = {}
    for story in stories:
        badge_id, spans = story.badge_id, left_out.spans.get(story.badge_id)
        mine, seen = _worn(story, worker_id, story.track.fixes), _worn(story, worker_id, story.track.signs)
        if spans:
            edges = left_out.edges.get(badge_id, ())
            mine = [fix for fix in mine if fix.at in edges or not _is_within(fix.at, spans)]
            seen = [sign for sign in seen if not _is_within(sign.at, spans)]
        if mine:
            fixes[badge_id] = mine
        if seen:
            signs[badge_id] = seen
    walked, badges = _one_a_second(fixes)
    return Footprint(walked, badges, [fix.at for fix in walked], signs, received_numbers)


def _one_a_second(fixes: Mapping[BadgeId, Sequence[Fix]]) -> tuple[Sequence[Fix], Sequence[BadgeId]]:
    if len(fixes) == 1:  # a badge gives one fix a second already
        ((badge_id, mine),) = fixes.items()
        return mine, [badge_id] * len(mine)
    steps = sorted((fix.at, fix.accuracy_m, badge_id, fix) for badge_id, mine in fixes.items() for fix in mine)
    kept = [step for step, before in zip(steps, [None, *steps], strict=False) if before is None or before[0] != step[0]]
    return [step[3] for step in kept], [step[2] for step in kept]


def _worn(story: BadgeStory, worker_id: WorkerId, dated: Sequence[Dated]) -> list[Dated]:
    """What was stated while the worker wore the badge."""
    worn: list[Dated] = []
    for spell in story.wearing.spells:
        if spell.worker_id == worker_id:
            first, stop = (bisect_left(dated, end, key=_instant) for end in spell[:2])
            worn.extend(dated[first:stop])
    return worn


def _instant(dated: Fix | Sign) -> int:
    return dated.at


def _order_of_sign(sign: Sign) -> tuple[int, int]:
    return sign.at, sign.number


def _is_within(at: int, spans: Iterable[Period]) -> bool:
    return any(span.from_at <= at <= span.to_at for span in spans)
