"""The register of devices: which company holds which serial and device uid."""

from datetime import datetime
from typing import Protocol

from domain.badges import Badge


class Devices(Protocol):
    """Serials and device uids are held once in the whole world, by whichever company."""

    async def register(self, badge: Badge, *, at: datetime) -> None:
        """Hold the device of a new badge from now on; raises DeviceHeldError, whoever holds it."""
        ...

    async def release(self, badge: Badge, *, at: datetime) -> None:
        """Give the device free."""
        ...
