"""What the machine itself must have, installed where we may: `python3 -m devhost.environment.packages`.

Runs on the system's own Python, before there is a virtual environment: the standard library only.
"""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from devhost.environment.errors import EnvironmentUnreadyError

OLDEST_POSTGRES = 15
SERVERS = Path("/usr/lib/postgresql")
ELSEWHERE = (
    "On this system, install PostgreSQL 15 or newer with PostGIS, redis-server and Python's venv module yourself;"
    " then run it again."
)


def find_postgres_programs() -> Path | None:
    """The folder with the programs of the newest PostgreSQL (15 or newer) that has PostGIS, or None."""
    versions = sorted((int(path.name) for path in SERVERS.glob("[0-9]*") if path.name.isdigit()), reverse=True)
    for version in versions:
        extension = Path(f"/usr/share/postgresql/{version}/extension/postgis.control")
        programs = SERVERS / str(version) / "bin"
        if version >= OLDEST_POSTGRES and extension.exists() and (programs / "initdb").exists():
            return programs
    return _find_programs_on_path()


def list_missing() -> list[str]:
    """What is missing, in words for a person."""
    return [
        name
        for name, present in (
            ("PostgreSQL 15 or newer with PostGIS", find_postgres_programs() is not None),
            ("redis-server", shutil.which("redis-server") is not None),
            ("Python's venv module", importlib.util.find_spec("ensurepip") is not None),
        )
        if not present
    ]


def ensure_packages() -> None:
    """Install what is missing with apt; raises EnvironmentUnreadyError where we may not or cannot."""
    missing = list_missing()
    if not missing:
        return
    if shutil.which("apt-get") is None:
        raise EnvironmentUnreadyError(f"Missing: {', '.join(missing)}. {ELSEWHERE}")
    rise = _find_way_to_root()
    if rise is None:
        raise EnvironmentUnreadyError(
            f"Missing: {', '.join(missing)}. This needs root: run `sudo make setup` once, or install them by hand."
        )
    _run([*rise, "apt-get", "update", "-q"])
    _run([*rise, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-q", "-y", *_choose_packages()])
    still = list_missing()
    if still:
        raise EnvironmentUnreadyError(f"Still missing after apt-get install: {', '.join(still)}. {ELSEWHERE}")


def _choose_packages() -> list[str]:
    listed = subprocess.run(
        ["/usr/bin/apt-cache", "search", "--names-only", "^postgresql-[0-9]+-postgis-3$"],
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    versions = [int(number) for number in re.findall(r"^postgresql-(\d+)-postgis-3 ", listed, re.MULTILINE)]
    fitting = [version for version in versions if version >= OLDEST_POSTGRES]
    if not fitting:
        raise EnvironmentUnreadyError(f"apt knows no PostgreSQL {OLDEST_POSTGRES} or newer with PostGIS. {ELSEWHERE}")
    version = max(fitting)
    return [f"postgresql-{version}", f"postgresql-{version}-postgis-3", "redis-server", "python3-venv"]


def _find_way_to_root() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    return None


def _find_programs_on_path() -> Path | None:
    initdb, config = shutil.which("initdb"), shutil.which("pg_config")
    if initdb is None or config is None:
        return None
    share = subprocess.run([config, "--sharedir"], capture_output=True, check=True, text=True).stdout.strip()
    version = subprocess.run([initdb, "--version"], capture_output=True, check=True, text=True).stdout
    number = re.search(r"(\d+)", version)
    fits = number is not None and int(number[1]) >= OLDEST_POSTGRES
    return Path(initdb).resolve().parent if fits and Path(share, "extension/postgis.control").exists() else None


def _run(command: Sequence[str]) -> None:
    done = subprocess.run(command, check=False)
    if done.returncode != 0:
        raise EnvironmentUnreadyError(f"`{' '.join(command)}` failed; install by hand what it could not.")


def main() -> None:
    """Install, or say in one sentence what to do."""
    try:
        ensure_packages()
    except EnvironmentUnreadyError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
