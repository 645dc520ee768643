"""Token or API key -> Actor, then the permission table; the only place that gives a request its Actor."""

from typing import Annotated

from fastapi import Depends, Request

from blueprints.edge.problems import NotAuthenticatedError
from bootstrap.runtime import runtime
from domain.permissions import PERMISSIONS, require
from domain.tenancy import Actor
from services.identity import identify_key, identify_token

KEY_HEADER = "X-Actual-Api-Key"
KEY_PREFIX = "act_"


async def identify(request: Request, operation: str) -> None:
    """Put the proven Actor on the request; raises 401 for a stranger and 403 for one who may not do this."""
    if PERMISSIONS[operation].public:
        return
    credential = _credential(request)
    if credential.startswith(KEY_PREFIX):
        actor = await identify_key(credential, by=runtime().identification)
    else:
        actor = await identify_token(credential, by=runtime().identification)
    if actor is None:
        raise NotAuthenticatedError
    require(actor, operation)
    request.state.actor = actor


def _credential(request: Request) -> str:
    """The one credential of the request; raises 401 when there is none, or more than one."""
    keys = request.headers.getlist(KEY_HEADER)
    bearers = request.headers.getlist("Authorization")
    if len(keys) + len(bearers) != 1:
        raise NotAuthenticatedError
    if keys:
        return keys[0] if keys[0].startswith(KEY_PREFIX) else _refuse()
    scheme, _, value = bearers[0].partition(" ")
    return value.strip() if scheme.lower() == "bearer" and value else _refuse()


def _refuse() -> str:
    raise NotAuthenticatedError


async def _caller(request: Request) -> Actor:
    actor: Actor = request.state.actor
    return actor


Caller = Annotated[Actor, Depends(_caller)]
"""Who is calling, proven at the door."""
