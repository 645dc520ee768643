"""The companies of the workload, made by the product's own services under a clock that says last January."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from bench.workload import BADGES_PER_COMPANY, TIMEZONE, Badge, Company
from bootstrap.clock import new_id
from bootstrap.runtime import Runtime
from domain import badges
from domain.boundaries import SiteKind
from domain.ids import AssignmentId, BadgeId, WorkerId
from domain.master_data import Worker
from domain.tenancy import PLATFORM_COMPANY, Actor, CompanyId, Scope
from services import api_keys, companies, master_data, sites
from services.badges import assign_badge, register_badge
from services.master_data import Means
from services.nouns import WORKERS
from services.ports.bus import PendingMessage

MADE_AT = datetime(2026, 1, 2, tzinfo=UTC)
"""Badges are registered and boundaries drawn long before the measured day, as they are in life."""


class Past:
    """A clock that stands still in the past."""

    def now(self) -> datetime:
        """The instant at which everything is made."""
        return MADE_AT


class NoQueue:
    """A queue that leads nowhere: nothing waits yet that a change could touch or release."""

    async def send(self, queue: str, messages: Sequence[PendingMessage]) -> None:
        """Drop the messages."""


@dataclass(frozen=True, slots=True)
class Account:
    """A company as it was made: its id and a key that may ingest."""

    company_id: CompanyId
    key: str


async def make_companies(runtime: Runtime, wanted: Sequence[Company]) -> dict[str, Account]:
    """Make every company with its sites, workers, badges and a key; the accounts by slug."""
    means = Means(runtime.unit_of_work, NoQueue(), Past(), new_id, runtime.receipt_ids)
    return {company.slug: await _make(runtime, means, company) for company in wanted}


async def _make(runtime: Runtime, means: Means, company: Company) -> Account:
    made = await companies.create_company(
        name=f"Bench {company.number}",
        slug=company.slug,
        timezone=TIMEZONE,
        identity_tenant_id=None,
        policy={},
        actor=Actor(PLATFORM_COMPANY, "system:bench"),
        platform=runtime.platform,
        clock=means.clock,
        new_id=means.new_id,
    )
    actor = Actor(made.id, "system:bench")
    await _make_sites(company, actor, means)
    for number in range(BADGES_PER_COMPANY):
        await _make_badge(Badge(company, number), actor, means)
    issued = await api_keys.issue(
        name="Notehub route",
        scopes=frozenset({Scope.INGEST}),
        expires_at=None,
        environment=runtime.settings.key_environment,
        actor=actor,
        unit_of_work=means.unit_of_work,
        clock=means.clock,
        new_id=means.new_id,
    )
    return Account(made.id, issued.text)


async def _make_sites(company: Company, actor: Actor, means: Means) -> None:
    for place in company.places:
        await sites.create_site(
            name=place.name,
            kind=SiteKind(place.kind),
            boundary=company.boundary(place),
            valid_from=MADE_AT,
            actor=actor,
            means=means,
        )


async def _make_badge(badge: Badge, actor: Actor, means: Means) -> None:
    worker = await master_data.create(WORKERS, _worker(badge), actor=actor, means=means)
    registered, _ = await register_badge(_registered(badge), actor=actor, means=means)
    assign = partial(_assignment, badge_id=registered.id, worker_id=worker.id)
    await assign_badge(registered.id, assign, actor=actor, means=means)


def _worker(badge: Badge) -> Callable[[UUID, datetime], Worker]:
    name = f"Worker {badge.number:02}"
    return lambda id_, at: Worker(id=WorkerId(id_), name=name, code=f"W{badge.number:02}", created_at=at)


def _registered(badge: Badge) -> Callable[[UUID, datetime], badges.Badge]:
    return lambda id_, at: badges.Badge(
        id=BadgeId(id_),
        serial=badge.serial,
        device_uid=badge.device_uid,
        kind=badges.BadgeKind.BADGE,
        created_at=at,
    )


def _assignment(id_: UUID, at: datetime, *, badge_id: BadgeId, worker_id: WorkerId) -> badges.BadgeAssignment:
    return badges.BadgeAssignment(
        id=AssignmentId(id_), badge_id=badge_id, worker_id=worker_id, from_at=at, created_at=at
    )
