"""The register of devices: which company holds which serial and device uid."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from domain.badges import Badge, BadgeState
from domain.ids import BadgeId


class Devices(Protocol):
    """Serials and device uids are held once in the whole world, by whichever company."""

    async def register(self, badge: Badge, *, at: datetime) -> None:
        """Hold the device of a new badge from now on; raises DeviceHeldError, whoever holds it."""
        ...

    async def release(self, badge: Badge, *, at: datetime) -> None:
        """Give the device free."""
        ...

    async def list_states(self, badge_ids: Collection[BadgeId]) -> dict[BadgeId, BadgeState]:
        """What these badges last said of themselves, those that were ever heard."""
        ...
