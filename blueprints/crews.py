"""Crews and their members."""

from functools import partial
from uuid import UUID

from fastapi import APIRouter, Response, status

from blueprints.edge.identity import Caller
from blueprints.edge.means import LiveMeans
from blueprints.edge.paging import Paging, page
from blueprints.edge.preconditions import SeenVersion, etag
from blueprints.edge.problems import problems
from blueprints.edge.routing import Router
from contracts.v1.crews import (
    CrewChange,
    CrewIn,
    CrewMemberChange,
    CrewMemberIn,
    CrewMemberOut,
    CrewOut,
)
from contracts.v1.paging import Page
from services import master_data
from services.nouns import CREW_MEMBERS, CREWS

router: APIRouter = Router(prefix="/v1/crews", tags=["crews"])


@router.post("", status_code=status.HTTP_201_CREATED, responses=problems(422))
async def create_crew(body: CrewIn, caller: Caller, means: LiveMeans, response: Response) -> CrewOut:
    """Make a crew."""
    crew = await master_data.create(CREWS, body.record, actor=caller, means=means)
    response.headers["ETag"] = etag(crew.version)
    return CrewOut.of(crew)


@router.get("")
async def list_crews(paging: Paging, caller: Caller, means: LiveMeans) -> Page[CrewOut]:
    """The crews of your company."""
    found = await master_data.list_page(CREWS, after=paging.after_id, limit=paging.limit + 1, actor=caller, means=means)
    shown, cursor = page(found, paging, key=lambda crew: str(crew.id))
    return Page(items=[CrewOut.of(crew) for crew in shown], next_cursor=cursor)


@router.get("/{crew_id}", responses=problems(404))
async def get_crew(crew_id: UUID, caller: Caller, means: LiveMeans, response: Response) -> CrewOut:
    """One crew."""
    crew = await master_data.get(CREWS, crew_id, actor=caller, means=means)
    response.headers["ETag"] = etag(crew.version)
    return CrewOut.of(crew)


@router.patch("/{crew_id}", responses=problems(404, 412, 422, 428))
async def change_crew(
    *, crew_id: UUID, body: CrewChange, seen_version: SeenVersion, caller: Caller, means: LiveMeans, response: Response
) -> CrewOut:
    """Change a crew."""
    crew = await master_data.change(
        CREWS, crew_id, body.applied_to, seen_version=seen_version, actor=caller, means=means
    )
    response.headers["ETag"] = etag(crew.version)
    return CrewOut.of(crew)


@router.post("/{crew_id}/members", status_code=status.HTTP_201_CREATED, responses=problems(404, 409, 422))
async def add_crew_member(
    crew_id: UUID, body: CrewMemberIn, caller: Caller, means: LiveMeans, response: Response
) -> CrewMemberOut:
    """Add a worker to a crew for a time; the days that the crew's jobs decide are computed anew."""
    member = await master_data.create(CREW_MEMBERS, partial(body.record_in, crew_id), actor=caller, means=means)
    response.headers["ETag"] = etag(member.version)
    return CrewMemberOut.of(member)


@router.get("/{crew_id}/members", responses=problems(404))
async def list_crew_members(crew_id: UUID, paging: Paging, caller: Caller, means: LiveMeans) -> Page[CrewMemberOut]:
    """The members of a crew, former ones too."""
    found = await master_data.list_within(
        CREW_MEMBERS, CREWS, crew_id, after=paging.after_id, limit=paging.limit + 1, actor=caller, means=means
    )
    shown, cursor = page(found, paging, key=lambda member: str(member.id))
    return Page(items=[CrewMemberOut.of(member) for member in shown], next_cursor=cursor)


@router.get("/{crew_id}/members/{member_id}", responses=problems(404))
async def get_crew_member(
    crew_id: UUID, member_id: UUID, caller: Caller, means: LiveMeans, response: Response
) -> CrewMemberOut:
    """One membership."""
    member = await master_data.get(CREW_MEMBERS, member_id, actor=caller, means=means, within=crew_id)
    response.headers["ETag"] = etag(member.version)
    return CrewMemberOut.of(member)


@router.patch("/{crew_id}/members/{member_id}", responses=problems(404, 409, 412, 422, 428))
async def change_crew_member(
    *,
    crew_id: UUID,
    member_id: UUID,
    body: CrewMemberChange,
    seen_version: SeenVersion,
    caller: Caller,
    means: LiveMeans,
    response: Response,
) -> CrewMemberOut:
    """Change a membership; most often its end."""
    member = await master_data.change(
        CREW_MEMBERS,
        member_id,
        body.applied_to,
        seen_version=seen_version,
        actor=caller,
        means=means,
        within=crew_id,
    )
    response.headers["ETag"] = etag(member.version)
    return CrewMemberOut.of(member)


@router.delete(
    "/{crew_id}/members/{member_id}", status_code=status.HTTP_204_NO_CONTENT, responses=problems(404, 412, 428)
)
async def remove_crew_member(
    crew_id: UUID, member_id: UUID, seen_version: SeenVersion, caller: Caller, means: LiveMeans
) -> None:
    """Take a membership away as if it had never been; to end one, change its `to`."""
    await master_data.remove(
        CREW_MEMBERS, member_id, seen_version=seen_version, actor=caller, means=means, within=crew_id
    )
