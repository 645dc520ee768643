"""The product's settings during a run."""

from bench.stage import Stage
from bootstrap.clock import SystemClock, new_id
from bootstrap.runtime import Runtime
from bootstrap.settings import settings_from
from devhost.environment.settings import broker_connection, product_variables

NO_BROKER = broker_connection(1)
PROVIDER = "http://127.0.0.1:1"
RECEIPT_KEY = "YmVuY2gtb25seS1iZW5jaC1vbmx5LWJlbmNoLW9ubHk="
ENVIRONMENT = "local"


def variables(stage: Stage, database: str, *, broker: str = NO_BROKER) -> dict[str, str]:
    """The settings of a process that works on a database of the stage."""
    return product_variables(
        database_url=stage.url(database),
        redis_url=stage.redis_url,
        broker=broker,
        provider_url=PROVIDER,
        receipt_key=RECEIPT_KEY,
    )


def a_runtime(stage: Stage, database: str) -> Runtime:
    """The product's adapters in this process; close it."""
    return Runtime(settings_from(variables(stage, database)), SystemClock(), new_id)
