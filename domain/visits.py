"""Arrivals, stays and departures of one badge: the states that its fixes go through (presence.md section 5)."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from domain.intervals import EndedBy

NOWHERE = -1
"""The site of a fix that no boundary covers."""


@dataclass(frozen=True, slots=True)
class Trace:
    """A badge's qualified fixes in order of time: when, at which site (or NOWHERE), and near which ones."""

    at: Sequence[int]
    site: Sequence[int]
    near: Mapping[int, Container[int]]
    """For a fix that is nowhere: the sites that hold it."""
    heard_later: bool
    """Whether a qualified fix follows, beyond a gap."""


class Dwelling(NamedTuple):
    """What proves an arrival or a departure: presence.md section 3."""

    dwell_s: int
    min_fixes: int
    max_gap_s: int


class Visit(NamedTuple):
    """A stay at a site from its first to its last held fix (places in the trace), and the excursions between."""

    site: int
    first: int
    last: int
    excursions: tuple[tuple[int, int], ...]
    ended_by: EndedBy


class Pass(NamedTuple):
    """An arrival run that ended too soon; `is_open` when only the end of the data ended it."""

    site: int
    first: int
    last: int
    is_open: bool


class _Arrival(NamedTuple):
    last: int
    counts: bool


def read_visits(trace: Trace, rule: Dwelling) -> tuple[list[Visit], list[Pass]]:
    """The visits and the passes of a trace, in order of time.

    A fix that ended a run, and every fix of a departure run that led away, is judged afresh as an outside fix.
    """
    visits: list[Visit] = []
    passes: list[Pass] = []
    place, count = 0, len(trace.at)
    while place < count:
        if trace.site[place] == NOWHERE:
            place += 1
            continue
        arrival = _arrive(trace, rule, place)
        if arrival.counts:
            visit, place = _stay(trace, rule, place, arrival.last)
            visits.append(visit)
        else:
            is_open = arrival.last == count - 1 and not trace.heard_later
            passes.append(Pass(trace.site[place], place, arrival.last, is_open))
            place = arrival.last + 1
    return visits, passes


def _arrive(trace: Trace, rule: Dwelling, first: int) -> _Arrival:
    """Follow an arrival run to the fix that proves it, or to its last fix."""
    at, site = trace.at, trace.site
    here, start = site[first], at[first]
    confirmed, last = 0, first
    for place in range(first, len(at)):
        if at[place] - at[last] > rule.max_gap_s:
            break
        if site[place] == here:
            confirmed += 1
        elif site[place] != NOWHERE or here not in trace.near.get(place, ()):
            break
        last = place
        if confirmed >= rule.min_fixes and at[place] - start >= rule.dwell_s:
            return _Arrival(last, counts=True)
    return _Arrival(last, counts=False)


def _stay(trace: Trace, rule: Dwelling, first: int, proven: int) -> tuple[Visit, int]:
    """Follow a stay to its end; also the place from which the fixes are judged afresh.

    `leaving` is the first fix of an open departure run. At the end of the data an open run changes nothing.
    """
    at, site = trace.at, trace.site
    here, last, leaving, before = site[first], proven, None, at[proven]
    excursions: list[tuple[int, int]] = []
    for place in range(proven + 1, len(at)):
        now = at[place]
        if now - before > rule.max_gap_s:
            return _leave(Visit(here, first, last, tuple(excursions), EndedBy.LOST), leaving, place)
        before = now
        if site[place] == here or (site[place] == NOWHERE and here in trace.near.get(place, ())):
            if leaving is not None:
                excursions.append((leaving, place - 1))
                leaving = None
            last = place
            continue
        if leaving is None:
            leaving = place
        if now - at[leaving] >= rule.dwell_s:
            return _leave(Visit(here, first, last, tuple(excursions), EndedBy.LOST), leaving, place)
    if trace.heard_later:
        return _leave(Visit(here, first, last, tuple(excursions), EndedBy.LOST), leaving, len(at))
    return Visit(here, first, last, tuple(excursions), EndedBy.END_OF_DATA), len(at)


def _leave(lost: Visit, leaving: int | None, place: int) -> tuple[Visit, int]:
    """A visit with an open departure run ends as `moved`, and that run is judged afresh; else it is lost at `place`."""
    return (lost, place) if leaving is None else (lost._replace(ended_by=EndedBy.MOVED), leaving)
