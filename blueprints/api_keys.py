"""API keys of machines."""

from uuid import UUID

from fastapi import APIRouter, Response, status

from blueprints.edge.identity import Caller
from blueprints.edge.live import Live
from blueprints.edge.paging import Paging, page
from blueprints.edge.preconditions import SeenVersion, etag
from blueprints.edge.problems import problems
from blueprints.edge.routing import Router
from contracts.v1.api_keys import ApiKeyIn, ApiKeyOut, IssuedApiKeyOut
from contracts.v1.paging import Page
from domain.tenancy import ApiKeyId
from services import api_keys

router: APIRouter = Router(prefix="/v1/api-keys", tags=["api-keys"])


@router.post("", status_code=status.HTTP_201_CREATED, responses=problems(422))
async def issue_api_key(body: ApiKeyIn, caller: Caller, live: Live, response: Response) -> IssuedApiKeyOut:
    """Issue a key for a machine; the answer is the only place that ever shows it."""
    issued = await api_keys.issue(
        name=body.name,
        scopes=frozenset(body.scopes),
        expires_at=body.expires_at,
        environment=live.settings.key_environment,
        actor=caller,
        unit_of_work=live.unit_of_work,
        clock=live.clock,
        new_id=live.new_id,
    )
    response.headers["ETag"] = etag(issued.key.version)
    shown = ApiKeyOut.of(issued.key, environment=live.settings.key_environment)
    return IssuedApiKeyOut(**shown.model_dump(), key=issued.text)


@router.get("")
async def list_api_keys(paging: Paging, caller: Caller, live: Live) -> Page[ApiKeyOut]:
    """The keys of your company, revoked ones too, without their secrets."""
    found = await api_keys.list_keys(
        actor=caller, after=paging.after_id, limit=paging.limit + 1, unit_of_work=live.unit_of_work
    )
    shown, cursor = page(found, paging, key=lambda key: str(key.id))
    environment = live.settings.key_environment
    return Page(items=[ApiKeyOut.of(key, environment=environment) for key in shown], next_cursor=cursor)


@router.get("/{api_key_id}", responses=problems(404))
async def get_api_key(api_key_id: UUID, caller: Caller, live: Live, response: Response) -> ApiKeyOut:
    """One key without its secret."""
    key = await api_keys.get_key(ApiKeyId(api_key_id), actor=caller, unit_of_work=live.unit_of_work)
    response.headers["ETag"] = etag(key.version)
    return ApiKeyOut.of(key, environment=live.settings.key_environment)


@router.delete("/{api_key_id}", status_code=status.HTTP_204_NO_CONTENT, responses=problems(404, 412, 428))
async def revoke_api_key(api_key_id: UUID, seen_version: SeenVersion, caller: Caller, live: Live) -> None:
    """Revoke a key for good and at once."""
    await api_keys.revoke(
        ApiKeyId(api_key_id),
        seen_version=seen_version,
        actor=caller,
        unit_of_work=live.unit_of_work,
        key_cache=live.key_cache,
        clock=live.clock,
    )
