"""Consumers of our queues. They raise when a company could not be served, so that the broker delivers again."""

import logging
from collections.abc import Iterable, Iterator
from functools import partial

import azure.functions as func
from pydantic import ValidationError

from blueprints.edge.live import runtime
from contracts import posts
from contracts.messages import IngestMessage, read_message
from contracts.workflow import read_workflow_message
from domain.posts import PostPart, Replay
from domain.tenancy import CompanyId
from services import backlog, ingestion
from services.backlog import Means
from services.ingestion import Delivery
from services.outages import outlast_each

blueprint = func.Blueprint()
logger = logging.getLogger("actual.messages")


@blueprint.function_name("store_events")
@blueprint.service_bus_queue_trigger(
    arg_name="messages", queue_name="ingest", connection="ServiceBusConnection", cardinality=func.Cardinality.MANY
)
async def store_events(messages: list[func.ServiceBusMessage]) -> None:
    """Store what was accepted, one transaction per company, each company on its own."""
    live = runtime()
    store = partial(
        ingestion.store,
        reader=posts,
        unit_of_work=live.unit_of_work,
        platform=live.platform,
        clock=live.clock,
        new_id=live.new_id,
        histories=live.device_histories,
    )
    deliveries = _deliveries(_readable(messages))
    await outlast_each([partial(store, each) for each in deliveries], what="Unable to store some deliveries")


@blueprint.function_name("dispatch_workflow_message")
@blueprint.service_bus_queue_trigger(
    arg_name="messages", queue_name="workflow", connection="ServiceBusConnection", cardinality=func.Cardinality.MANY
)
async def dispatch_workflow_message(messages: list[func.ServiceBusMessage]) -> None:
    """Do what the facts ask for: recompute the marked days of companies, each on its own."""
    live = runtime()
    recompute = partial(backlog.recompute_marked, means=Means(live.unit_of_work, live.clock, live.new_id), bus=live.bus)
    companies = dict.fromkeys(_marked_companies(messages))
    await outlast_each([partial(recompute, each) for each in companies], what="Unable to recompute some companies")


def _marked_companies(messages: Iterable[func.ServiceBusMessage]) -> Iterator[CompanyId]:
    for message in messages:
        try:
            yield CompanyId(read_workflow_message(message.get_body()).company_id)
        except ValidationError:
            logger.exception("Unable to read a message of queue workflow", extra={"message_id": message.message_id})


def _readable(messages: Iterable[func.ServiceBusMessage]) -> list[IngestMessage]:
    """Messages of ours; what we never sent is logged and done with, since a repeat would not mend it."""
    read: list[IngestMessage] = []
    for message in messages:
        try:
            read.append(read_message(message.get_body()))
        except ValidationError:
            logger.exception("Unable to read a message of queue ingest", extra={"message_id": message.message_id})
    return read


def _deliveries(messages: Iterable[IngestMessage]) -> list[Delivery]:
    by_company: dict[object, tuple[IngestMessage, list[PostPart], list[Replay]]] = {}
    for message in messages:
        _, parts, replays = by_company.setdefault(message.company_id, (message, [], []))
        if isinstance(message.content, PostPart):
            parts.append(message.content)
        else:
            replays.append(message.content)
    return [Delivery(first.company_id, parts, replays) for first, parts, replays in by_company.values()]
