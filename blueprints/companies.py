"""Companies and their policies."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Response, status

from blueprints.edge.identity import Caller
from blueprints.edge.live import Live
from blueprints.edge.paging import Paging, page
from blueprints.edge.preconditions import SeenVersion, etag
from blueprints.edge.problems import problems
from blueprints.edge.routing import Router
from contracts.v1.companies import CompanyIn, CompanyOut, PolicyIn, PolicyOut
from contracts.v1.paging import Page
from domain.tenancy import CompanyId
from services import companies

router: APIRouter = Router(prefix="/v1", tags=["companies"])


@router.post("/companies", status_code=status.HTTP_201_CREATED, responses=problems(409, 422))
async def create_company(body: CompanyIn, caller: Caller, live: Live, response: Response) -> CompanyOut:
    """Make a company with its first policy; only our own platform people may."""
    company = await companies.create_company(
        name=body.name,
        slug=body.slug,
        timezone=body.timezone,
        identity_tenant_id=body.identity_tenant_id,
        policy=body.policy,
        actor=caller,
        platform=live.platform,
        clock=live.clock,
        new_id=live.new_id,
    )
    response.headers["ETag"] = etag(company.version)
    return CompanyOut.of(company)


@router.get("/companies")
async def list_companies(paging: Paging, caller: Caller, live: Live) -> Page[CompanyOut]:
    """The companies that you may see: your own, or all for our platform people."""
    found = await companies.list_companies(
        actor=caller, after=paging.after_id, limit=paging.limit + 1, platform=live.platform
    )
    shown, cursor = page(found, paging, key=lambda company: str(company.id))
    return Page(items=[CompanyOut.of(company) for company in shown], next_cursor=cursor)


@router.get("/companies/{company_id}", responses=problems(404))
async def get_company(company_id: UUID, caller: Caller, live: Live, response: Response) -> CompanyOut:
    """One company."""
    company = await companies.get_company(CompanyId(company_id), actor=caller, platform=live.platform)
    response.headers["ETag"] = etag(company.version)
    return CompanyOut.of(company)


@router.get("/policy")
async def get_policy(caller: Caller, live: Live, response: Response) -> PolicyOut:
    """The policy of your company: the figures by which presence is judged."""
    policy = await companies.get_policy(actor=caller, unit_of_work=live.unit_of_work)
    response.headers["ETag"] = etag(policy.version)
    return PolicyOut.of(policy)


@router.put("/policy", responses=problems(412, 422, 428))
async def replace_policy(
    body: Annotated[PolicyIn, Body(examples=[{"dwell_s": 240, "workweek_start": "monday"}])],
    seen_version: SeenVersion,
    caller: Caller,
    live: Live,
    response: Response,
) -> PolicyOut:
    """Replace the policy by a new version; every day with evidence is computed anew with it."""
    policy = await companies.replace_policy(
        body.model_dump(),
        seen_version=seen_version,
        actor=caller,
        unit_of_work=live.unit_of_work,
        bus=live.bus,
        clock=live.clock,
        new_id=live.new_id,
    )
    response.headers["ETag"] = etag(policy.version)
    return PolicyOut.of(policy)
