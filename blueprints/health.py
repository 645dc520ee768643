"""Whether the service lives, and whether it can do its work."""

from typing import Literal

from pydantic import BaseModel

from blueprints.edge.live import Live
from blueprints.edge.problems import problems
from blueprints.edge.routing import Router

router = Router(prefix="/v1/health", tags=["health"])


class Health(BaseModel):
    """The service answers."""

    status: Literal["ok"] = "ok"


@router.get("")
async def get_health() -> Health:
    """Whether the service lives; asks nothing of its stores."""
    return Health()


@router.get("/ready", responses=problems(503))
async def get_readiness(live: Live) -> Health:
    """Whether the service can do its work: the database answers."""
    await live.platform.probe()
    return Health()
