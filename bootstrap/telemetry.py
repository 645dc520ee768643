"""Log entries: a constant sentence and allowed fields, as one JSON line; no payload, position, name or token."""

import json
import logging
import sys
from datetime import UTC, datetime

ALLOWED = frozenset(
    {
        "accepted",
        "badge_id",
        "code",
        "company_id",
        "correlation_id",
        "count",
        "delivery_count",
        "duplicates",
        "duration_ms",
        "error",
        "events",
        "function",
        "kind",
        "marks",
        "message_id",
        "metric",
        "operation",
        "quarantined",
        "queue",
        "reason",
        "receipt_id",
        "status",
        "subject",
        "worker_id",
    }
)
"""Fields that may be logged; anything else is left out."""


class JsonLines(logging.Formatter):
    """One entry, one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The entry with its allowed fields; a traceback only for bugs."""
        entry: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        entry |= {name: value for name, value in record.__dict__.items() if name in ALLOWED}
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return json.dumps(entry, default=str)


def configure_logging() -> None:
    """Send the product's own log entries to standard error; the host's and libraries' stay as they are."""
    logger = logging.getLogger("actual")
    if not logger.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(JsonLines())
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)


def set_log_level(level: str) -> None:
    """Write entries from this level on; before the settings are read it is INFO."""
    logging.getLogger("actual").setLevel(level.upper())
