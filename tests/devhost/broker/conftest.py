"""Brokers for the tests of the broker itself; others use the fixture of the same name further out."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.devhost.broker.processes import BrokerProcess


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrokerProcess]:
    """A broker that the tests of one module share; each takes queues of its own."""
    process = BrokerProcess(tmp_path_factory.mktemp("broker")).start()
    yield process
    assert process.end(signal.SIGTERM) == 0


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[BrokerProcess]:
    """A broker of the test's own, to be killed and started again."""
    process = BrokerProcess(tmp_path).start()
    yield process
    process.kill()
