"""On what a run was measured."""

import os
import platform
from pathlib import Path

from bench.stage import Stage

SETTINGS = ("server_version", "synchronous_commit", "fsync", "full_page_writes", "shared_buffers")


def describe_machine(stage: Stage) -> dict[str, object]:
    """Cores, processor, versions, and the server's settings that a commit depends on."""
    with stage.connect("postgres") as connection:
        settings = {
            name: _setting(connection.execute("select current_setting(%s)", [name]).fetchone()) for name in SETTINGS
        }
    return {
        "cores": os.cpu_count(),
        "processor": _processor(),
        "python": platform.python_version(),
        "load_average_before_5_min": os.getloadavg()[1],
        **{f"postgres_{name}": value for name, value in settings.items()},
    }


def _setting(row: tuple[str, ...] | None) -> str:
    return "" if row is None else row[0]


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
