"""One transaction of one company and the repositories that live in it."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from domain.tenancy import CompanyId
from services.ports.api_keys import ApiKeys
from services.ports.audit import Audit
from services.ports.backlog import Backlog
from services.ports.discrepancies import Discrepancies
from services.ports.ingestion import Ingestion
from services.ports.intervals import Intervals
from services.ports.policies import Policies
from services.ports.presence import PresenceEvidence
from services.ports.quarantine import Quarantine
from services.ports.receipts import Receipts
from services.ports.records import AllRecords
from services.ports.workdays import Workdays


class UnitOfWork(AllRecords, Protocol):
    """Leaving it commits, an exception rolls back; there is no other way to commit."""

    @property
    def company_id(self) -> CompanyId:
        """The company whose rows this transaction can see."""
        ...

    @property
    def audit(self) -> Audit:
        """The audit log."""
        ...

    @property
    def api_keys(self) -> ApiKeys:
        """API keys."""
        ...

    @property
    def policies(self) -> Policies:
        """Versions of the policy."""
        ...

    @property
    def presence(self) -> PresenceEvidence:
        """The evidence of presence."""
        ...

    @property
    def intervals(self) -> Intervals:
        """Badges at sites."""
        ...

    @property
    def workdays(self) -> Workdays:
        """Days of workers, in revisions."""
        ...

    @property
    def ingestion(self) -> Ingestion:
        """What a delivery reads and writes."""
        ...

    @property
    def receipts(self) -> Receipts:
        """What became of posts."""
        ...

    @property
    def quarantine(self) -> Quarantine:
        """What could not be used."""
        ...

    @property
    def backlog(self) -> Backlog:
        """Work that waits."""
        ...

    @property
    def discrepancies(self) -> Discrepancies:
        """What differs."""
        ...


class OpenUnitOfWork(Protocol):
    """Opens a unit of work: `async with unit_of_work(company_id) as uow`."""

    def __call__(self, company_id: CompanyId) -> AbstractAsyncContextManager[UnitOfWork]:
        """Begin a transaction of this company; raises UnavailableError when the database cannot be reached."""
        ...
