"""How long a fresh process takes to import the function index and list its functions."""

import subprocess
import sys
from statistics import median

from devhost.environment.paths import ROOT

CODE = """
import time
began = time.perf_counter()
import function_app
functions = function_app.app.get_functions()
print((time.perf_counter() - began) * 1000)
"""


def measure_import(repeats: int) -> float:
    """The median of some fresh processes in milliseconds, after one that fills the byte code cache."""
    return median([_once() for _ in range(repeats + 1)][1:])


def _once() -> float:
    done = subprocess.run([sys.executable, "-c", CODE], cwd=ROOT, check=True, capture_output=True, text=True)
    return float(done.stdout.split()[-1])
