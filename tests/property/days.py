"""Days of two workers and two badges, drawn at random: walks between sites, silence, jitter, motion, handovers."""

from dataclasses import dataclass
from itertools import count
from typing import NamedTuple

from hypothesis import strategies as st

from domain.observations import ObservationKind, Refusal
from domain.policies import Policy
from tests.scenes import Point, Scene, a_rect

PLACES: tuple[Point, ...] = (
    (0, 0),  # the yard
    (150, 50),  # lot a
    (250, 50),  # lot b, adjoining a
    (205, 50),  # just inside b, near a
    (700, 700),  # campus
    (750, 750),  # garden inside campus
    (320, 50),  # 20 m beyond b
    (335, 120),  # beyond the reach of most fixes
    (2000, 0),  # nowhere
    (2040, 30),  # nowhere, 50 m further
)
KINDS = ("stay", "stay", "stay", "stay", "go", "go", "silence", "heartbeat", "reboot", "hole", "spike", "refused")
BADGES = ("b1", "b2")
WORKERS = ("ana", "luis")


class Leg(NamedTuple):
    """A piece of a badge's day."""

    kind: str
    place: int
    minutes: int
    every: int
    accuracy: int
    motion: bool | None


class Change(NamedTuple):
    """A badge changes hands some minutes after the start; None takes it from everybody."""

    badge: str
    worker: str | None
    minute: int
    by_shift: bool


@dataclass(frozen=True)
class Plan:
    """What happens on a day; `build` makes evidence of it."""

    legs: tuple[tuple[Leg, ...], tuple[Leg, ...]]
    start_hours: tuple[int, int]
    changes: tuple[Change, ...]
    jobs: tuple[tuple[int, int], ...]
    has_both: bool
    """Ana wears both badges to begin with."""

    def build(self, *, day: str = "2026-06-08", seed: int = 0) -> Scene:
        """The scene of this plan."""
        scene = Scene(day=day, seed=seed, policy=Policy(parked_s=3600, shift_gap_s=7200))
        has_sites(scene)
        for worker in WORKERS:
            scene.has_worker(worker)
        for number, badge in enumerate(BADGES):
            self._walk(scene, badge, number)
            self._wear(scene, badge, number)
        for site, minute in self.jobs:
            start = scene.at("05:00") + minute * 60 + site
            scene.plan(("campus", "garden")[site], start, start + 7200, workers=WORKERS[:1])  # type: ignore[arg-type]
        return scene

    def _walk(self, scene: Scene, badge: str, number: int) -> None:
        at = scene.at("05:00") + self.start_hours[number] * 3600 + number * 7
        before: Point = PLACES[0]
        for leg in self.legs[number]:
            if leg.motion is not None:
                scene.state(badge, ObservationKind.MOTION, at + 1, moving=leg.motion)
            at = _take(scene, badge, leg, at, before)
            before = PLACES[leg.place]

    def _wear(self, scene: Scene, badge: str, number: int) -> None:
        mine = sorted({change.minute: change for change in self.changes if change.badge == badge}.items())
        ends = [minute for minute, change in mine if not change.by_shift]
        start, worker = scene.at("00:00") - 86_400 * 3, WORKERS[0 if self.has_both else number]
        owners: list[tuple[int, str | None]] = [(start, worker)]
        owners += [
            (scene.at("05:00") + minute * 60 + number, change.worker) for minute, change in mine if not change.by_shift
        ]
        for place, (begin, owner) in enumerate(owners):
            if owner is not None:
                stop = owners[place + 1][0] if place < len(ends) else None
                scene.assign(badge, owner, begin, stop)  # type: ignore[arg-type]
        for minute, change in mine:
            if change.by_shift and change.worker is not None:
                at = scene.at("05:00") + minute * 60 + 30
                scene.state(badge, ObservationKind.SHIFT_START, at, worker_code=change.worker.upper())


def has_sites(scene: Scene, *, moved_from: str | None = None) -> None:
    """Six sites: adjoining lots, a garden inside a campus; from an instant on, lot a may lie elsewhere."""
    scene.has_yard()
    scene.has_site("a", a_rect(100, 0, 200, 101), valid_to=moved_from)
    if moved_from is not None:
        scene.has_site("a", a_rect(1950, -50, 2050, 51), valid_from=moved_from)
    scene.has_site("b", a_rect(200, 0, 300, 102))
    scene.has_site("campus", a_rect(600, 600, 900, 900))
    scene.has_site("garden", a_rect(720, 720, 780, 780))


def _take(scene: Scene, badge: str, leg: Leg, at: int, before: Point) -> int:
    """Play a leg; the instant after it."""
    end, place = at + leg.minutes * 60, PLACES[leg.place]
    if leg.kind == "stay":
        for number, moment in enumerate(range(at, end, leg.every)):
            away = (number * 37 % 11 - 5) * 2
            scene.fix(badge, moment, (place[0] + away, place[1] - away), acc=leg.accuracy)
    elif leg.kind == "go":
        for moment in range(at, end, leg.every):
            part = (moment - at) / (end - at)
            step = (before[0] + (place[0] - before[0]) * part, before[1] + (place[1] - before[1]) * part)
            scene.fix(badge, moment, step, acc=leg.accuracy)
    elif leg.kind in {"heartbeat", "reboot"}:
        scene.state(badge, ObservationKind(leg.kind), at + 5)
    elif leg.kind == "hole":
        next(scene.numbers.setdefault(badge, count(1)))
    elif leg.kind == "spike":
        scene.fix(badge, at, place, acc=leg.accuracy)
        return at + 60
    elif leg.kind == "refused":
        scene.refused(badge, at, place, Refusal.STALE)
        return at + 30
    return end


legs = st.lists(
    st.builds(
        Leg,
        kind=st.sampled_from(KINDS),
        place=st.integers(0, len(PLACES) - 1),
        minutes=st.one_of(st.integers(4, 40), st.integers(1, 25), st.sampled_from([19, 20, 21, 61, 90, 119, 121, 130])),
        every=st.sampled_from([30, 60, 60, 61, 119, 300]),
        accuracy=st.sampled_from([4, 8, 30, 100]),
        motion=st.sampled_from([None, True, True, False]),
    ),
    min_size=1,
    max_size=14,
).map(tuple)
changes = st.lists(
    st.builds(
        Change,
        badge=st.sampled_from(BADGES),
        worker=st.sampled_from([*WORKERS, None]),
        minute=st.integers(0, 400),
        by_shift=st.booleans(),
    ),
    max_size=6,
).map(tuple)
plans = st.builds(
    Plan,
    legs=st.tuples(legs, legs),
    start_hours=st.tuples(st.integers(0, 3), st.integers(0, 5)),
    changes=changes,
    jobs=st.lists(st.tuples(st.integers(0, 1), st.integers(0, 600)), max_size=2).map(tuple),
    has_both=st.booleans(),
)
