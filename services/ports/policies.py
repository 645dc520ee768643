"""Versions of a company's policy."""

from datetime import datetime
from typing import Protocol

from domain.policies import Policy


class Policies(Protocol):
    """The newest version counts."""

    async def get_current(self) -> Policy:
        """The newest version; every company has at least the first."""
        ...

    async def lock_current(self) -> Policy:
        """The newest version, held until the transaction ends."""
        ...

    async def add(self, policy: Policy, *, at: datetime) -> None:
        """Store the next version."""
        ...
