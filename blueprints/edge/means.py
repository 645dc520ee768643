"""What a change of master data needs from outside, as a dependency of handlers."""

from typing import Annotated

from fastapi import Depends

from blueprints.edge.live import Live
from services.master_data import Means


async def _means(live: Live) -> Means:
    return Means(
        unit_of_work=live.unit_of_work,
        bus=live.bus,
        clock=live.clock,
        new_id=live.new_id,
        receipt_ids=live.receipt_ids,
    )


LiveMeans = Annotated[Means, Depends(_means)]
"""Transactions, queues, the clock and fresh ids."""
