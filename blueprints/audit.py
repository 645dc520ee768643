"""The audit log."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from blueprints.edge.identity import Caller
from blueprints.edge.live import Live
from blueprints.edge.paging import Paging, page
from blueprints.edge.problems import problems
from blueprints.edge.routing import Router
from contracts.v1.audit import AuditEntryOut, AuditVerificationOut
from contracts.v1.instants import Instant
from contracts.v1.paging import Page
from contracts.v1.texts import FilterText
from services import audit

router: APIRouter = Router(prefix="/v1/audit-entries", tags=["audit"])
LARGEST_NUMBER = 2**63 - 1


@router.get("")
async def list_audit_entries(  # noqa: PLR0917 # each is a filter of the list
    paging: Paging,
    caller: Caller,
    live: Live,
    subject: Annotated[FilterText | None, Query(examples=["site:0190..."])] = None,
    since: Annotated[Instant | None, Query(alias="from", description="Recorded at or after this instant.")] = None,
    until: Annotated[Instant | None, Query(alias="to", description="Recorded before this instant.")] = None,
) -> Page[AuditEntryOut]:
    """What changed, by whom and when; newest first."""
    found = await audit.list_entries(
        subject=subject,
        since=since,
        until=until,
        before=paging.after_number(LARGEST_NUMBER),
        limit=paging.limit + 1,
        actor=caller,
        unit_of_work=live.unit_of_work,
    )
    shown, cursor = page(found, paging, key=lambda link: str(link.number))
    return Page(items=[AuditEntryOut.of(link) for link in shown], next_cursor=cursor)


@router.get("/verification")
async def verify_audit_entries(caller: Caller, live: Live) -> AuditVerificationOut:
    """Check every link of your company's chain and name the first that does not hold."""
    return AuditVerificationOut.of(await audit.verify(actor=caller, unit_of_work=live.unit_of_work))


@router.get("/{number}", responses=problems(404))
async def get_audit_entry(
    number: Annotated[int, Path(ge=1, le=LARGEST_NUMBER)], caller: Caller, live: Live
) -> AuditEntryOut:
    """One link of the chain."""
    return AuditEntryOut.of(await audit.get_entry(number, actor=caller, unit_of_work=live.unit_of_work))
