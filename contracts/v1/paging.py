"""One page of a list."""

from typing import Generic, TypeVar

from pydantic import BaseModel

T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    """The items, and the cursor of the next page: null when this is the last one."""

    items: list[T]
    next_cursor: str | None
