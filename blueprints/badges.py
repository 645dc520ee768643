"""Badges and gateways: registered, moved through their life, given to workers."""

from functools import partial
from uuid import UUID

from fastapi import APIRouter, Response, status

from blueprints.edge.identity import Caller
from blueprints.edge.means import LiveMeans
from blueprints.edge.paging import Paging, page
from blueprints.edge.preconditions import SeenVersion, etag
from blueprints.edge.problems import problems
from blueprints.edge.routing import Router
from contracts.v1.badges import (
    BadgeAssignmentChange,
    BadgeAssignmentIn,
    BadgeAssignmentOut,
    BadgeChange,
    BadgeIn,
    HeardBadgeOut,
    LifecycleIn,
    RegisteredBadgeOut,
)
from contracts.v1.paging import Page
from contracts.v1.texts import FilterText
from domain.badges import BadgeKind, Lifecycle
from services import badges, master_data
from services.nouns import BADGE_ASSIGNMENTS, BADGES

router: APIRouter = Router(prefix="/v1/badges", tags=["badges"])


@router.post("", status_code=status.HTTP_201_CREATED, responses=problems(409, 422), response_model_exclude_none=True)
async def register_badge(body: BadgeIn, caller: Caller, means: LiveMeans, response: Response) -> RegisteredBadgeOut:
    """Register a badge or gateway, in stock; what its device sent before is replayed by itself."""
    badge, receipt_id = await badges.register_badge(body.record, actor=caller, means=means)
    response.headers["ETag"] = etag(badge.version)
    return RegisteredBadgeOut.of(badge).model_copy(update={"receipt_id": receipt_id})


@router.get("")
async def list_badges(
    *,
    paging: Paging,
    caller: Caller,
    means: LiveMeans,
    serial: FilterText | None = None,
    device_uid: FilterText | None = None,
    lifecycle: Lifecycle | None = None,
    kind: BadgeKind | None = None,
) -> Page[HeardBadgeOut]:
    """The badges of your company, retired ones too, with what each last said of itself."""
    filters = {"serial": serial, "device_uid": device_uid, "lifecycle": lifecycle, "kind": kind}
    found = await badges.list_badges(filters, after=paging.after_id, limit=paging.limit + 1, actor=caller, means=means)
    shown, cursor = page(found, paging, key=lambda pair: str(pair[0].id))
    return Page(items=[HeardBadgeOut.with_state(badge, state) for badge, state in shown], next_cursor=cursor)


@router.get("/{badge_id}", responses=problems(404))
async def get_badge(badge_id: UUID, caller: Caller, means: LiveMeans, response: Response) -> HeardBadgeOut:
    """One badge with what it last said of itself, which does not change its ETag."""
    badge, state = await badges.get_badge(badge_id, actor=caller, means=means)
    response.headers["ETag"] = etag(badge.version)
    return HeardBadgeOut.with_state(badge, state)


@router.patch("/{badge_id}", responses=problems(404, 412, 422, 428))
async def change_badge(
    *,
    badge_id: UUID,
    body: BadgeChange,
    seen_version: SeenVersion,
    caller: Caller,
    means: LiveMeans,
    response: Response,
) -> HeardBadgeOut:
    """Change what a badge is; another device is another badge."""
    await master_data.change(BADGES, badge_id, body.applied_to, seen_version=seen_version, actor=caller, means=means)
    return await get_badge(badge_id, caller, means, response)


@router.post("/{badge_id}/transitions", responses=problems(404, 409, 412, 422, 428))
async def change_badge_lifecycle(
    *,
    badge_id: UUID,
    body: LifecycleIn,
    seen_version: SeenVersion,
    caller: Caller,
    means: LiveMeans,
    response: Response,
) -> HeardBadgeOut:
    """Move a badge between stock, active and lost, or retire it for good, which gives its device free."""
    await badges.change_lifecycle(
        badge_id, body.lifecycle, reason=body.reason, seen_version=seen_version, actor=caller, means=means
    )
    return await get_badge(badge_id, caller, means, response)


@router.post("/{badge_id}/assignments", status_code=status.HTTP_201_CREATED, responses=problems(404, 409, 422))
async def assign_badge(
    badge_id: UUID, body: BadgeAssignmentIn, caller: Caller, means: LiveMeans, response: Response
) -> BadgeAssignmentOut:
    """Give a badge to a worker for a time; a badge in stock becomes active. Its days are computed anew."""
    assignment = await badges.assign_badge(badge_id, partial(body.record_in, badge_id), actor=caller, means=means)
    response.headers["ETag"] = etag(assignment.version)
    return BadgeAssignmentOut.of(assignment)


@router.get("/{badge_id}/assignments", responses=problems(404))
async def list_badge_assignments(
    badge_id: UUID, paging: Paging, caller: Caller, means: LiveMeans
) -> Page[BadgeAssignmentOut]:
    """Who was given a badge, and when."""
    found = await master_data.list_within(
        BADGE_ASSIGNMENTS, BADGES, badge_id, after=paging.after_id, limit=paging.limit + 1, actor=caller, means=means
    )
    shown, cursor = page(found, paging, key=lambda assignment: str(assignment.id))
    return Page(items=[BadgeAssignmentOut.of(assignment) for assignment in shown], next_cursor=cursor)


@router.get("/{badge_id}/assignments/{assignment_id}", responses=problems(404))
async def get_badge_assignment(
    badge_id: UUID, assignment_id: UUID, caller: Caller, means: LiveMeans, response: Response
) -> BadgeAssignmentOut:
    """One assignment."""
    assignment = await master_data.get(BADGE_ASSIGNMENTS, assignment_id, actor=caller, means=means, within=badge_id)
    response.headers["ETag"] = etag(assignment.version)
    return BadgeAssignmentOut.of(assignment)


@router.patch("/{badge_id}/assignments/{assignment_id}", responses=problems(404, 409, 412, 422, 428))
async def change_badge_assignment(
    *,
    badge_id: UUID,
    assignment_id: UUID,
    body: BadgeAssignmentChange,
    seen_version: SeenVersion,
    caller: Caller,
    means: LiveMeans,
    response: Response,
) -> BadgeAssignmentOut:
    """Change an assignment; most often its end."""
    assignment = await badges.change_assignment(
        badge_id, assignment_id, body.applied_to, seen_version=seen_version, actor=caller, means=means
    )
    response.headers["ETag"] = etag(assignment.version)
    return BadgeAssignmentOut.of(assignment)


@router.delete(
    "/{badge_id}/assignments/{assignment_id}", status_code=status.HTTP_204_NO_CONTENT, responses=problems(404, 412, 428)
)
async def remove_badge_assignment(
    badge_id: UUID, assignment_id: UUID, seen_version: SeenVersion, caller: Caller, means: LiveMeans
) -> None:
    """Take an assignment away as if it had never been; to end one, change its `to`."""
    await master_data.remove(
        BADGE_ASSIGNMENTS, assignment_id, seen_version=seen_version, actor=caller, means=means, within=badge_id
    )
