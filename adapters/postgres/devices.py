"""The register of devices."""

from collections.abc import Collection
from datetime import datetime

from adapters.postgres.queries import queries
from adapters.postgres.repository import Repository
from domain.badges import Badge, BadgeState, DeviceHeldError
from domain.ids import BadgeId

SQL = queries("devices")


class PostgresDevices(Repository):
    """Implements services.ports.devices.Devices."""

    async def register(self, badge: Badge, *, at: datetime) -> None:
        """Hold the device of a new badge from now on; raises DeviceHeldError, whoever holds it."""
        held = await self._run(
            SQL["register_device"],
            badge_id=badge.id,
            serial=badge.serial,
            device_uid=badge.device_uid,
            registered_at=at,
        )
        if not held:
            raise DeviceHeldError

    async def release(self, badge: Badge, *, at: datetime) -> None:
        """Give the device free."""
        await self._run(SQL["release_device"], badge_id=badge.id, released_at=at)

    async def list_states(self, badge_ids: Collection[BadgeId]) -> dict[BadgeId, BadgeState]:
        """What these badges last said of themselves, those that were ever heard."""
        rows = await self._rows(SQL["list_badge_states"], badge_ids=list(badge_ids))
        return {BadgeId(row.pop("badge_id")): BadgeState(**row) for row in rows}
