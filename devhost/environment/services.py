"""The five processes of `make up`: what each is called, how it starts, how one sees that it serves."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

import httpx

from adapters.postgres.migrate import apply_migrations
from devhost.environment import postgres, processes, redis, settings
from devhost.environment.errors import EnvironmentUnreadyError
from devhost.environment.paths import LOCAL, LOGS, ROOT
from devhost.environment.processes import LOOPBACK, Launch, Process
from devhost.environment.settings import API_PORT, DATABASE, IDENTITY_PORT, LocalSettings
from devhost.environment.variables import merge_with_own


@dataclass(frozen=True, slots=True)
class Service:
    """One process of the environment; `port_setting` is set where a taken port may be exchanged for a free one."""

    name: str
    start: Callable[[LocalSettings], Process]
    port: Callable[[LocalSettings], int]
    stop_wait_s: float = 10
    port_setting: str | None = None
    is_postgres: bool = False


def _start_postgres(local: LocalSettings) -> Process:
    postgres.create(local.cluster)
    return postgres.start(local.cluster)


def _start_redis(local: LocalSettings) -> Process:
    return redis.start(local.redis)


def _start_broker(local: LocalSettings) -> Process:
    options = ["--port", str(local.broker_port), "--data", str(LOCAL / "broker"), "--queues", "bicep/queues.json"]
    launch = _python("broker", "devhost.broker", *options, "--port-file", str(LOCAL / "broker.port"))
    return _start_and_wait(launch, lambda: processes.is_listening(local.broker_port))


def _start_identity(_local: LocalSettings) -> Process:
    address = f"http://{LOOPBACK}:{IDENTITY_PORT}/discovery/v2.0/keys"
    return _start_and_wait(_python("identity", "devhost.identity"), lambda: _answers(address))


def _start_host(local: LocalSettings) -> Process:
    launch = _python("host", "devhost.host", variables=settings.read_variables(local))
    return _start_and_wait(launch, lambda: _answers(f"http://{LOOPBACK}:{API_PORT}/devhost/status"))


SERVICES = (
    Service("postgres", _start_postgres, lambda local: local.postgres_port, 30, "postgres_port", is_postgres=True),
    Service("redis", _start_redis, lambda local: local.redis_port, port_setting="redis_port"),
    Service("broker", _start_broker, lambda local: local.broker_port, port_setting="broker_port"),
    Service("identity", _start_identity, lambda _local: IDENTITY_PORT),
    Service("host", _start_host, lambda _local: API_PORT, 25),
)


def prepare_database(local: LocalSettings) -> int:
    """Make roles and the database where they are missing, migrate, and return how many migrations that took."""
    postgres.require_private(local.cluster)
    postgres.create_roles(local.cluster)
    postgres.create_database(local.cluster, DATABASE)
    return apply_migrations(local.cluster.url(DATABASE, role="actual_migrator"))


def require_free_port(service: Service, local: LocalSettings) -> LocalSettings:
    """Settings that give the service a free port; raises EnvironmentUnreadyError for a fixed port that is taken."""
    port = service.port(local)
    if not processes.is_listening(port):
        return local
    if service.port_setting is not None:
        return settings.with_new_port(local, service.port_setting)
    raise EnvironmentUnreadyError(
        f"Port {port} of 127.0.0.1, which the {service.name} needs, is taken by another program: stop that first."
    )


def _python(name: str, module: str, *options: str, variables: dict[str, str] | None = None) -> Launch:
    merged = merge_with_own(variables or {})
    return Launch(name, [sys.executable, "-m", module, *options], LOGS / f"{name}.log", cwd=ROOT, variables=merged)


def _start_and_wait(launch: Launch, ready: Callable[[], bool]) -> Process:
    process = processes.start(launch)
    processes.wait_until_ready(process, ready, launch=launch, wait_s=30)
    return process


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=2, trust_env=False).status_code == HTTPStatus.OK
    except httpx.TransportError:
        return False
