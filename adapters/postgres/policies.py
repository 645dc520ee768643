"""Versions of a company's policy."""

from datetime import datetime

from psycopg.rows import DictRow

from adapters.postgres.queries import queries
from adapters.postgres.repository import Repository
from domain.policies import Policy, Rounding, Weekday

SQL = queries("policies")


class PostgresPolicies(Repository):
    """Implements services.ports.policies.Policies."""

    async def get_current(self) -> Policy:
        """The newest version; every company has at least the first."""
        (row,) = await self._rows(SQL["get_current_policy"])
        return policy_from_row(row)

    async def lock_current(self) -> Policy:
        """The newest version, held until the transaction ends."""
        await self._rows(SQL["lock_policies"])
        return await self.get_current()

    async def add(self, policy: Policy, *, at: datetime) -> None:
        """Store the next version."""
        await self._run(SQL["add_policy"], **policy_parameters(policy), created_at=at)


def policy_parameters(policy: Policy) -> dict[str, object]:
    """A policy as the columns of its row."""
    return {
        "version": policy.version,
        "dwell_s": policy.dwell_s,
        "min_fixes": policy.min_fixes,
        "exit_buffer_m": policy.exit_buffer_m,
        "max_gap_s": policy.max_gap_s,
        "shift_gap_s": policy.shift_gap_s,
        "stop_radius_m": policy.stop_radius_m,
        "stop_s": policy.stop_s,
        "parked_s": policy.parked_s,
        "workweek_start": policy.workweek_start.number,
        "rounding": str(policy.rounding),
    }


def policy_from_row(row: DictRow) -> Policy:
    """A row as a policy."""
    return Policy(
        version=row["version"],
        dwell_s=row["dwell_s"],
        min_fixes=row["min_fixes"],
        exit_buffer_m=row["exit_buffer_m"],
        max_gap_s=row["max_gap_s"],
        shift_gap_s=row["shift_gap_s"],
        stop_radius_m=row["stop_radius_m"],
        stop_s=row["stop_s"],
        parked_s=row["parked_s"],
        workweek_start=tuple(Weekday)[int(row["workweek_start"])],
        rounding=Rounding(row["rounding"]),
    )
