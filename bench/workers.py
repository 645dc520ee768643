"""Worker processes that share the deliveries of a file, started together and timed as one."""

import json
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from devhost.environment.paths import ROOT
from devhost.environment.variables import merge_with_own

PROCESSES = 2
"""What two cores serve best; PostgreSQL shares them."""


class WorkerFailedError(Exception):
    """A worker process ended without a result."""


@dataclass(frozen=True, slots=True)
class Worked:
    """What the processes took: wall seconds of all together, their CPU seconds, seconds of each call.

    `memory` holds MiB after each call, by process.
    """

    wall_s: float
    cpu_s: float
    times: list[float]
    memory: list[list[float]]


def work(file: Path, *, variables: Mapping[str, str], log: Path, processes: int = PROCESSES, batch: int = 0) -> Worked:
    """Let the processes consume the file to its end; each call of one process follows its last."""
    with log.open("ab") as errors:
        started = [
            _start(file, share=share, of=processes, batch=batch, variables=variables, errors=errors)
            for share in range(processes)
        ]
        try:
            return _together(started, log)
        finally:
            for process in started:
                process.kill()
                process.wait()


def _start(
    file: Path, *, share: int, of: int, batch: int, variables: Mapping[str, str], errors: IO[bytes]
) -> subprocess.Popen[str]:
    options = ["--share", str(share), "--of", str(of), "--batch", str(batch)]
    return subprocess.Popen(
        [sys.executable, "-m", "bench.consumer", str(file), *options],
        cwd=ROOT,
        env=merge_with_own(variables),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
    )


def _together(started: list[subprocess.Popen[str]], log: Path) -> Worked:
    for process in started:
        _line(process, log)
    begin = time.perf_counter()
    for process in started:
        if process.stdin is not None:
            process.stdin.write("go\n")
            process.stdin.flush()
    results = [json.loads(_line(process, log)) for process in started]
    wall_s = time.perf_counter() - begin
    return Worked(
        wall_s=wall_s,
        cpu_s=sum(result["cpu_s"] for result in results),
        times=[each for result in results for each in result["times"]],
        memory=[result["memory"] for result in results],
    )


def _line(process: subprocess.Popen[str], log: Path) -> str:
    line = process.stdout.readline() if process.stdout else ""
    if not line:
        message = f"A worker ended without a result; look at {log}."
        raise WorkerFailedError(message)
    return line
