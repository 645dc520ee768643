"""Lists: `limit` and an opaque `cursor`; keyset paging, never an offset."""

import base64
import binascii
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Depends, Query

from blueprints.edge.problems import BadRequestError

R = TypeVar("R")
LARGEST_PAGE = 200
DEFAULT_PAGE = 50
WHOLE_NUMBER = re.compile(r"[0-9]{1,19}")


@dataclass(frozen=True, slots=True)
class PagingRequest:
    """Which page is wanted: `after` is the key of the last row that the caller has."""

    limit: int
    after: str | None

    @property
    def after_id(self) -> UUID | None:
        """The key as an id; raises 400 when the cursor is none of this list."""
        try:
            return None if self.after is None else UUID(self.after)
        except ValueError as error:
            raise foreign_cursor() from error

    def after_number(self, largest: int) -> int | None:
        """The key as a number from 0 to `largest`; raises 400 when the cursor is none of this list."""
        if self.after is None:
            return None
        if WHOLE_NUMBER.fullmatch(self.after) is None or int(self.after) > largest:
            raise foreign_cursor()
        return int(self.after)


def foreign_cursor() -> BadRequestError:
    """What to raise for a cursor of another list."""
    return BadRequestError("This cursor is none of this list; begin without one.")


async def paging(
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE, description="How many items at most.")] = DEFAULT_PAGE,
    cursor: Annotated[str | None, Query(max_length=500, description="`next_cursor` of the page before.")] = None,
) -> PagingRequest:
    """Which page is wanted; raises 400 for a cursor that is none of ours."""
    if cursor is None:
        return PagingRequest(limit, None)
    try:
        return PagingRequest(limit, base64.b64decode(cursor, altchars=b"-_", validate=True).decode())
    except (binascii.Error, ValueError) as error:
        raise foreign_cursor() from error


Paging = Annotated[PagingRequest, Depends(paging)]
"""Which page is wanted."""


def page(rows: Sequence[R], request: PagingRequest, *, key: Callable[[R], str]) -> tuple[list[R], str | None]:
    """The rows of this page and the next cursor, from `limit + 1` rows that were asked for."""
    shown = list(rows[: request.limit])
    if len(rows) <= request.limit:
        return shown, None
    return shown, base64.urlsafe_b64encode(key(shown[-1]).encode()).decode()
