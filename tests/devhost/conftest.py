"""The development host with a tiny function app, seen from outside."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.running import RunningBroker, RunningHost

FIXTURE_APP = Path(__file__).parent / "fixture_app"
NOWHERE = "Endpoint=sb://127.0.0.1:9;SharedAccessKeyName=x;SharedAccessKey=y;UseDevelopmentEmulator=true;"


@dataclass(frozen=True, slots=True)
class Served:
    """A running host, a client for it, and the notes that its functions write."""

    host: RunningHost
    client: httpx.Client
    notes_folder: Path

    def notes(self, kind: str) -> list[Any]:
        """What functions have noted of a kind, oldest first."""
        notes = [json.loads(path.read_text()) for path in sorted(self.notes_folder.glob("*.json"))]
        return [note["what"] for note in notes if note["kind"] == kind]


def a_host(folder: Path, *, connection: str = NOWHERE) -> RunningHost:
    """A host for the tiny app, not started yet."""
    notes = folder / "notes"
    notes.mkdir(exist_ok=True)
    variables = {"NOTES": str(notes), "ServiceBusConnection": connection}
    return RunningHost(folder, root=FIXTURE_APP, variables=variables)


def serve(host: RunningHost) -> Iterator[Served]:
    """Start a host for as long as a fixture lives."""
    with host, httpx.Client(base_url=host.url, trust_env=False, timeout=20) as client:
        yield Served(host, client, host.folder / "notes")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One host for the tests of a module that leave it as they found it; without a broker."""
    yield from serve(a_host(tmp_path_factory.mktemp("host")))


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Served]:
    """A host that one test may stop or kill; without a broker."""
    yield from serve(a_host(tmp_path))


@pytest.fixture
def tiny_broker(tmp_path: Path) -> Iterator[RunningBroker]:
    """A broker with the tiny app's queues."""
    with RunningBroker(tmp_path, queues=FIXTURE_APP / "queues.json") as running:
        yield running


@pytest.fixture
def fed(tmp_path: Path, tiny_broker: RunningBroker) -> Iterator[Served]:
    """A host with a broker."""
    yield from serve(a_host(tmp_path, connection=tiny_broker.connection))
