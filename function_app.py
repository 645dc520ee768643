"""Entry point: collects routers and blueprints, nothing else."""

import azure.durable_functions as df
import azure.functions as func

from blueprints import (
    api_keys,
    audit,
    badges,
    branches,
    companies,
    crews,
    discrepancies,
    documentation,
    health,
    ingest,
    job_types,
    jobs,
    messages,
    presence,
    quarantine,
    sites,
    tags,
    timers,
    workdays,
    workers,
    zones,
)
from blueprints.edge.api import new_api
from blueprints.edge.bridge import functions_from, unknown_route
from bootstrap.telemetry import configure_logging

configure_logging()

ROUTERS = (
    health.router,
    documentation.router,
    companies.router,
    api_keys.router,
    audit.router,
    branches.router,
    sites.router,
    workers.router,
    crews.router,
    badges.router,
    zones.router,
    tags.router,
    job_types.router,
    jobs.router,
    ingest.router,
    quarantine.router,
    presence.router,
    workdays.router,
    discrepancies.router,
)
BLUEPRINTS: tuple[func.Blueprint, ...] = (messages.blueprint, timers.blueprint)

api = new_api()
app = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)
for router in ROUTERS:
    app.register_functions(functions_from(router, served_by=api))
for blueprint in BLUEPRINTS:
    app.register_functions(blueprint)
app.register_functions(unknown_route(served_by=api))
