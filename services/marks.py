"""Wake the recompute of marked workdays; the minute timer finds what a lost nudge left."""

import json
import logging

from domain.errors import UnavailableError
from domain.tenancy import CompanyId
from services.ports.bus import MessageBus, PendingMessage
from services.ports.system import NewId

logger = logging.getLogger("actual.marks")
WORKFLOW = "workflow"


async def nudge(company_id: CompanyId, *, bus: MessageBus, new_id: NewId) -> None:
    """Tell queue `workflow` that a company has marks; a broker that is away is logged, never an error."""
    body = json.dumps({"kind": "workdays_marked", "company_id": str(company_id)}).encode()
    try:
        await bus.send(WORKFLOW, [PendingMessage(str(new_id()), body)])
    except UnavailableError:
        logger.warning("Unable to nudge the recompute", extra={"company_id": str(company_id)})
