"""The broker and the development host of a run, on free ports and with files of their own."""

import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from devhost.environment import processes
from devhost.environment.paths import ROOT
from devhost.environment.processes import LOOPBACK, Launch
from devhost.environment.variables import merge_with_own

QUEUES = ROOT / "bicep" / "queues.json"
HTTP_ONLY = {"AzureWebJobs.store_events.Disabled": "1"}
"""Azure scales HTTP functions apart from Service Bus functions; so a host may serve HTTP alone."""


@contextmanager
def a_broker(folder: Path) -> Generator[int]:
    """The stand-in broker; its port."""
    port = processes.find_free_port()
    options = ["--port", str(port), "--data", str(folder / "broker"), "--queues", str(QUEUES)]
    launch = Launch("broker", [sys.executable, "-m", "devhost.broker", *options], folder / "broker.log", cwd=ROOT)
    process = processes.start(launch)
    processes.wait_until_ready(process, lambda: processes.is_listening(port), launch=launch, wait_s=30)
    try:
        yield port
    finally:
        processes.stop(process, wait_s=10)


@contextmanager
def a_host(folder: Path, *, variables: Mapping[str, str]) -> Generator[str]:
    """The development host with these settings; its address."""
    port = processes.find_free_port()
    address = f"http://{LOOPBACK}:{port}"
    launch = Launch(
        "host",
        [sys.executable, "-m", "devhost.host", "--port", str(port), "--data", str(folder / "host")],
        folder / "host.log",
        cwd=ROOT,
        variables=merge_with_own(variables),
    )
    process = processes.start(launch)
    processes.wait_until_ready(process, lambda: _serves(address), launch=launch, wait_s=30)
    try:
        yield address
    finally:
        processes.stop(process, wait_s=20)


def _serves(address: str) -> bool:
    try:
        return httpx.get(f"{address}/devhost/status", trust_env=False, timeout=5).is_success
    except httpx.TransportError:
        return False
