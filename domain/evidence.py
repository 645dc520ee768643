"""All that presence is computed from: what must be loaded for one window, and nothing that reads the clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.boundaries import BoundaryVersion
from domain.ids import BadgeId, WorkerId
from domain.observations import Observation
from domain.periods import Period
from domain.policies import Policy
from domain.schedules import CrewMembership, Job
from domain.wearing import Assignment


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that the badges and workers of one window stated and were given.

    `window` comes from `domain/reach.py`: silence lies around it, so that nothing crosses its edges. Observations may
    come in any order and repeated. Those before the window matter only as context: motion up to `shift_gap_s`, shift
    events up to 16 h. Fixes outside the window are left out.
    """

    window: Period
    policy: Policy
    observations: Sequence[Observation]
    boundaries: Sequence[BoundaryVersion]
    """Every version in force at some time of the window that lies within reach of a fix; more do no harm."""
    assignments: Sequence[Assignment]
    """Those of the badges in `observations` that touch the window."""
    jobs: Sequence[Job]
    memberships: Sequence[CrewMembership]
    worker_codes: Mapping[str, WorkerId]
    """The known codes of shift events; a code that is missing assigns nobody."""
    zones: Mapping[WorkerId, str]
    """The workers whose days are wanted, with their IANA zone; all their badges must be in `observations`."""
    received_numbers: Mapping[BadgeId, Sequence[tuple[int, int]]]
    """The sequence numbers received in any form, as [first, last] runs: from the lowest to the highest here."""
    heard_later: frozenset[BadgeId]
    """Badges with a qualified fix at or after the end of the window: their last silence here is a gap."""
