"""Instants of the API: RFC 3339 in UTC with Z, whole seconds."""

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, PlainSerializer

DATED = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]")
YEARS = range(1900, 2200)
"""Of instants that anybody means; the edges of the calendar overflow in another zone."""


def _is_text(value: object) -> object:
    """Refuse bare numbers, which pydantic would take for seconds since 1970."""
    if isinstance(value, datetime) or (isinstance(value, str) and DATED.match(value)):
        return value
    message = "an instant is a text of RFC 3339, as 2026-06-10T12:00:00Z"
    raise ValueError(message)


def _whole_seconds(value: datetime) -> datetime:
    if value.microsecond:
        message = "an instant has whole seconds"
        raise ValueError(message)
    if value.year not in YEARS:
        message = f"an instant lies in the years {YEARS.start} to {YEARS.stop - 1}"
        raise ValueError(message)
    return value.astimezone(UTC)


def text_of(value: datetime) -> str:
    """RFC 3339 in UTC with Z, fractions cut off."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


Instant = Annotated[
    AwareDatetime,
    BeforeValidator(_is_text),
    AfterValidator(_whole_seconds),
    PlainSerializer(text_of, return_type=str, when_used="json"),
]
"""An instant with a zone; sent and answered in whole seconds, answered in UTC with Z."""

RecordedInstant = Annotated[AwareDatetime, PlainSerializer(text_of, return_type=str, when_used="json")]
"""An instant that we recorded ourselves, with fractions inside; answered in whole seconds."""
