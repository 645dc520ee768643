"""What devices send, and what became of it (wire.md section 2)."""

from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter, Request, Response, status

from blueprints.edge.identity import Caller
from blueprints.edge.live import Live
from blueprints.edge.preconditions import etag
from blueprints.edge.problems import EdgeError, TooLargeError, problems
from blueprints.edge.routing import Router
from bootstrap.runtime import Runtime
from contracts.posts import read_post
from contracts.v1.ingestion import AcceptedOut, ReceiptOut, RejectedItemOut
from domain.posts import Endpoint, OversizedPostError, UnreadablePostError
from domain.tenancy import Actor
from services import ingestion, receipts

router: APIRouter = Router(prefix="/v1/ingest", tags=["ingest"])
PARTIAL: dict[int | str, dict[str, object]] = {207: {"model": AcceptedOut, "description": "Some items were rejected"}}
ENVELOPE: dict[str, object] = {"type": "object", "description": "An envelope of Notehub."}
EVENT: dict[str, object] = {"type": "object", "description": "A badge event."}


class PostRefusedError(EdgeError):
    """The post as a whole cannot be read."""

    def __init__(self, code: str, detail: str) -> None:
        self.code = code
        super().__init__(detail)


def _body(schema: dict[str, object]) -> dict[str, object]:
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


@router.post(
    "/notehub",
    status_code=status.HTTP_202_ACCEPTED,
    responses={**PARTIAL, **problems(400, 413)},
    openapi_extra=_body({"oneOf": [ENVELOPE, {"type": "array", "items": ENVELOPE, "minItems": 1, "maxItems": 500}]}),
)
async def receive_notehub_events(request: Request, caller: Caller, live: Live, response: Response) -> AcceptedOut:
    """Take an envelope of a Notehub route, or an array of up to 500; what cannot be used is quarantined, never lost."""
    return await _receive(Endpoint.NOTEHUB, request, caller, live, response)


@router.post(
    "/events",
    status_code=status.HTTP_202_ACCEPTED,
    responses={**PARTIAL, **problems(400, 413)},
    openapi_extra=_body({"type": "array", "items": EVENT, "minItems": 1, "maxItems": 500}),
)
async def receive_badge_events(request: Request, caller: Caller, live: Live, response: Response) -> AcceptedOut:
    """Take 1 to 500 badge events of one device from a direct sender."""
    return await _receive(Endpoint.EVENTS, request, caller, live, response)


@router.get("/receipts/{receipt_id}", responses=problems(404))
async def get_receipt(receipt_id: UUID, caller: Caller, live: Live, response: Response) -> ReceiptOut:
    """What became of a post: `queued` until it is stored, then what counted and what was quarantined."""
    receipt = await receipts.get_receipt(
        receipt_id, actor=caller, receipt_ids=live.receipt_ids, unit_of_work=live.unit_of_work
    )
    response.headers["ETag"] = etag(0 if receipt.processed_at is None else 1)
    return ReceiptOut.of(receipt)


async def _receive(
    endpoint: Endpoint, request: Request, caller: Actor, live: Runtime, response: Response
) -> AcceptedOut:
    body = await request.body()
    received_at = live.clock.now()
    try:
        read = read_post(endpoint, body, received_at=int(received_at.timestamp()), with_batches=False)
    except OversizedPostError as error:
        raise TooLargeError(error.detail) from error
    except UnreadablePostError as error:
        raise PostRefusedError(error.code, error.detail) from error
    accepted = await ingestion.accept(
        endpoint,
        body,
        read,
        received_at=received_at,
        actor=caller,
        bus=live.bus,
        receipt_ids=live.receipt_ids,
    )
    if accepted.is_partial:
        response.status_code = HTTPStatus.MULTI_STATUS
    return _answer(accepted)


def _answer(accepted: ingestion.Acceptance) -> AcceptedOut:
    rejected = [
        RejectedItemOut(index=item.index, sequence_number=item.sequence_number, code=item.code)
        for item in accepted.rejected
    ]
    return AcceptedOut(receipt_id=accepted.receipt_id, accepted=accepted.accepted, duplicates=None, rejected=rejected)
