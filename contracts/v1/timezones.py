"""Time zones: names of the IANA data base."""

from typing import Annotated

from pydantic import AfterValidator, Field

from domain.companies import check_timezone
from domain.errors import InvalidError


def _known(name: str) -> str:
    try:
        return check_timezone(name)
    except InvalidError as error:
        raise ValueError(error.detail) from error


TimeZone = Annotated[str, AfterValidator(_known), Field(max_length=100, examples=["America/New_York"])]
"""An IANA name that tz data knows."""
