"""At which site each fix of a badge is (presence.md section 4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from domain.boundaries import BoundaryVersion
from domain.ids import SiteId
from domain.matching import Fixes, Matches, match_fixes
from domain.periods import FOREVER
from domain.schedules import Schedule
from domain.tracks import Track
from domain.visits import NOWHERE, Trace
from domain.wearing import Wearing


class SiteMap:
    """The sites of a company by number, in the order of their ids, and the versions of their boundaries."""

    def __init__(self, boundaries: Sequence[BoundaryVersion]) -> None:
        self.versions = [one for one in boundaries if one.valid_to is None or one.valid_from < one.valid_to]
        self.ids: list[SiteId] = sorted({version.site_id for version in self.versions})
        self._numbers = {site_id: number for number, site_id in enumerate(self.ids)}
        self.number_of_version = [self._numbers[version.site_id] for version in self.versions]
        self._by_number: list[list[BoundaryVersion]] = [[] for _ in self.ids]
        for version in sorted(self.versions, key=lambda version: version.valid_from):
            self._by_number[self._numbers[version.site_id]].append(version)

    def number_of(self, site_id: SiteId) -> int:
        """The number of a site."""
        return self._numbers[site_id]

    def version_at(self, number: int, at: int) -> BoundaryVersion:
        """The version in force at an instant; between two versions (as a handover may lie) the earlier one."""
        versions = self._by_number[number]
        past = [version for version in versions if version.valid_from <= at]
        standing = [version for version in past if at < (FOREVER if version.valid_to is None else version.valid_to)]
        return (standing or past or versions[:1])[-1]


@dataclass(frozen=True, slots=True)
class Sightings:
    """The trace of a badge through the sites, and which of its fixes several boundaries covered."""

    trace: Trace
    crowded: Mapping[int, tuple[BoundaryVersion, ...]]
    """The place of a fix, and the versions of the different sites that covered it: two or more."""


def see_sites(
    track: Track,
    site_map: SiteMap,
    schedule: Schedule,
    wearing: Wearing,
    *,
    exit_buffer_m: float,
    heard_later: bool,
) -> Sightings:
    """Match the fixes of a track with the boundaries in force, and settle the site of each."""
    matches = match_fixes(_columns(track), site_map.versions, exit_buffer_m=exit_buffer_m)
    site, crowded = _sites(matches, len(track.at), site_map)
    for place, versions in crowded.items():
        at = track.at[place]
        site[place] = site_map.number_of(schedule.choose(versions, wearing.worker_at(at), at).version.site_id)
    near: dict[int, set[int]] = {}
    for place, version in matches.near:
        near.setdefault(place, set()).add(site_map.number_of_version[version])
    return Sightings(Trace(track.at, site, near, heard_later), crowded)


def _columns(track: Track) -> Fixes:
    at, accuracy_m, _, lat, lon = zip(*track.fixes, strict=True) if track.fixes else ((),) * 5
    return Fixes(np.array(at, dtype=np.int64), *(np.array(one, dtype=np.float64) for one in (lat, lon, accuracy_m)))


def _sites(matches: Matches, count: int, site_map: SiteMap) -> tuple[list[int], dict[int, tuple[BoundaryVersion, ...]]]:
    numbers = site_map.number_of_version
    site = [NOWHERE] * count
    version_of = [NOWHERE] * count
    several: dict[int, list[int]] = {}
    for place, version in matches.covered:
        if site[place] == NOWHERE:
            site[place], version_of[place] = numbers[version], version
        elif site[place] != numbers[version]:
            several.setdefault(place, [version_of[place]]).append(version)
    crowded = {place: tuple(site_map.versions[one] for one in sorted(found)) for place, found in several.items()}
    return site, crowded
