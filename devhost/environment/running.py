"""Which processes `make up` has started: kept in .local/state.json, changed by one command at a time."""

import fcntl
import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict

from devhost.environment import postgres, processes, services
from devhost.environment.paths import LOCAL
from devhost.environment.processes import Process
from devhost.environment.services import SERVICES, Service
from devhost.environment.settings import get_settings

STATE = LOCAL / "state.json"


def bring_up() -> list[str]:
    """Start what does not run yet, migrate the database, and return the names of what was started."""
    with _one_at_a_time():
        known, local, started = _read(), get_settings(), list[str]()
        missing = [service for service in SERVICES if not _runs(service, known)]
        for service in missing:
            # All ports before the first start: a taken one leaves nothing half up.
            local = services.require_free_port(service, local)
        for service in SERVICES:
            if service in missing:
                known[service.name] = service.start(local)
                started.append(service.name)
                _write(known)
            if service.is_postgres:
                services.prepare_database(local)
        return started


def take_down() -> list[str]:
    """Stop what `bring_up` started, last one first, and return the names of what ran."""
    with _one_at_a_time():
        known, stopped = _read(), list[str]()
        for service in reversed(SERVICES):
            process = known.pop(service.name, None)
            if process is not None and processes.is_alive(process):
                if service.is_postgres:
                    postgres.stop(process)
                else:
                    processes.stop(process, wait_s=service.stop_wait_s)
                stopped.append(service.name)
            _write(known)
        return stopped


def is_up() -> bool:
    """Whether every process of the environment is alive."""
    known = _read()
    return all(_runs(service, known) for service in SERVICES)


def _runs(service: Service, known: dict[str, Process]) -> bool:
    process = known.get(service.name)
    return process is not None and processes.is_alive(process)


def _read() -> dict[str, Process]:
    if not STATE.exists():
        return {}
    return {name: Process(**fields) for name, fields in json.loads(STATE.read_text()).items()}


def _write(known: dict[str, Process]) -> None:
    aside = STATE.with_suffix(".new")
    aside.write_text(json.dumps({name: asdict(process) for name, process in known.items()}, indent=2))
    aside.replace(STATE)


@contextmanager
def _one_at_a_time() -> Generator[None]:
    LOCAL.mkdir(exist_ok=True)
    with (LOCAL / "up.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
