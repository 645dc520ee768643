"""How much memory a process holds."""

from pathlib import Path


def resident_mb(pid: int | str = "self") -> float:
    """The resident set of a process in MiB, shared libraries included."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024
