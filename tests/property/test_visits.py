"""Arrivals and departures against a second, literal reading of presence.md section 5."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from domain.intervals import EndedBy
from domain.visits import NOWHERE, Dwelling, Pass, Trace, Visit, read_visits

SITES = {"A": 0, "B": 1}
NEAR = {"a": {0}, "b": {1}, "x": {0, 1}}

rules = st.builds(Dwelling, st.sampled_from([0, 60, 180]), st.integers(1, 3), st.sampled_from([90, 300]))
steps = st.lists(st.tuples(st.sampled_from("AAABBabx.."), st.sampled_from([15, 30, 60, 60, 90, 91, 301])), max_size=40)


def a_trace(drawn: list[tuple[str, int]], *, heard_later: bool) -> Trace:
    """A trace of letters: A and B at a site, a and b near one, x near both."""
    at, now = [], 0
    for _, wait in drawn:
        now += wait
        at.append(now)
    site = [SITES.get(letter, NOWHERE) for letter, _ in drawn]
    return Trace(at, site, {place: NEAR.get(letter, set()) for place, (letter, _) in enumerate(drawn)}, heard_later)


class Literal:
    """Sections of the contract as they are written; slow, and built of sets instead of states."""

    def __init__(self, trace: Trace, rule: Dwelling) -> None:
        self.trace, self.rule, self.count = trace, rule, len(trace.at)

    def is_held(self, place: int, site: int) -> bool:
        here = self.trace.site[place]
        return here == site or (here == NOWHERE and site in self.trace.near[place])

    def gap_after(self, place: int) -> bool:
        """A gap follows this fix: seen here, or known of beyond the window."""
        if place == self.count - 1:
            return self.trace.heard_later
        return self.trace.at[place + 1] - self.trace.at[place] > self.rule.max_gap_s

    def span(self, first: int, last: int) -> int:
        return self.trace.at[last] - self.trace.at[first]

    def connected(self, first: int) -> int:
        """The last fix before the next gap."""
        return next(place for place in range(first, self.count) if self.gap_after(place) or place == self.count - 1)

    def read(self) -> tuple[list[Visit], list[Pass]]:
        visits, passes, place = list[Visit](), list[Pass](), 0
        while place < self.count:
            site = self.trace.site[place]
            if site == NOWHERE:
                place += 1
                continue
            horizon = self.connected(place)
            run = [place]
            while run[-1] < horizon and self.is_held(run[-1] + 1, site):
                run.append(run[-1] + 1)
            if self.proof(run, site) is None:
                is_open = run[-1] == self.count - 1 and not self.trace.heard_later
                passes.append(Pass(site, place, run[-1], is_open))
                place = run[-1] + 1
            else:
                visit, place = self.stay(run, site, horizon)
                visits.append(visit)
        return visits, passes

    def proof(self, run: list[int], site: int) -> int | None:
        """The first fix by which a run counts."""
        for last in run:
            confirmed = sum(1 for place in run if place <= last and self.trace.site[place] == site)
            if confirmed >= self.rule.min_fixes and self.span(run[0], last) >= self.rule.dwell_s:
                return last
        return None

    def stay(self, run: list[int], site: int, horizon: int) -> tuple[Visit, int]:
        held = [place for place in range(run[0], horizon + 1) if self.is_held(place, site)]
        for last, after in zip(held, [*held[1:], horizon + 1], strict=True):
            away = list(range(last + 1, after))
            has_left = bool(away) and self.span(away[0], away[-1]) >= self.rule.dwell_s
            stays_away = bool(away) and after == horizon + 1 and self.gap_after(horizon)
            if has_left or stays_away:
                return Visit(site, run[0], last, self.excursions(held, last), EndedBy.MOVED), away[0]
        ended_by = EndedBy.LOST if self.gap_after(horizon) else EndedBy.END_OF_DATA
        return Visit(site, run[0], held[-1], self.excursions(held, held[-1]), ended_by), horizon + 1

    @staticmethod
    def excursions(held: list[int], last: int) -> tuple[tuple[int, int], ...]:
        pairs = pairwise(held)
        return tuple((one + 1, other - 1) for one, other in pairs if other <= last and other - one > 1)


class TestReadVisits:
    @given(steps, rules, st.booleans())
    def test_reads_as_it_is_written(self, drawn: list[tuple[str, int]], rule: Dwelling, heard_later: bool) -> None:  # noqa: FBT001
        trace = a_trace(drawn, heard_later=heard_later)

        assert read_visits(trace, rule) == Literal(trace, rule).read()
