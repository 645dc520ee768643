"""The present instant and fresh ids."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol
from uuid import UUID

NewId = Callable[[], UUID]
"""Makes a UUIDv7."""


class Clock(Protocol):
    """The present instant."""

    def now(self) -> datetime:
        """Aware, in UTC."""
        ...
