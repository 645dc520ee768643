"""The clockwork: each tick is repeatable and finds its own backlog, for a timer is not retried when it fails."""

import azure.functions as func

from blueprints.edge.live import runtime
from services import backlog, quarantine
from services.backlog import Means

blueprint = func.Blueprint()


@blueprint.function_name("recompute_marked_workdays")
@blueprint.timer_trigger(arg_name="timer", schedule="30 * * * * *", run_on_startup=False, use_monitor=True)
async def recompute_marked_workdays(timer: func.TimerRequest) -> None:  # noqa: ARG001 # the tick says all
    """Wake the recompute of every company with marks, and ask for replays that are due: either may have been lost."""
    live = runtime()
    await backlog.nudge_marked(platform=live.platform, bus=live.bus, new_id=live.new_id)
    await quarantine.replay_known(
        platform=live.platform, unit_of_work=live.unit_of_work, bus=live.bus, receipt_ids=live.receipt_ids
    )


@blueprint.function_name("blank_positions")
@blueprint.timer_trigger(arg_name="timer", schedule="0 30 7 * * *", run_on_startup=False, use_monitor=True)
async def blank_positions(timer: func.TimerRequest) -> None:  # noqa: ARG001 # the tick says all
    """Blank the positions outside of work evidence that are older than 30 days."""
    live = runtime()
    means = Means(live.unit_of_work, live.clock, live.new_id)
    await backlog.blank_old_positions(platform=live.platform, means=means)
