"""The only place that reads the system clock and makes ids."""

from datetime import UTC, datetime
from uuid import UUID

from uuid_utils.compat import uuid7


class SystemClock:
    """Instants in UTC, aware."""

    def now(self) -> datetime:
        """The present instant in UTC."""
        return datetime.now(UTC)  # noqa: TID251 # the one place


def new_id() -> UUID:
    """A UUIDv7: ids sort by the time they were made (RFC 9562)."""
    return uuid7()
