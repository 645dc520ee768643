"""Where the environment keeps its files: `.local/` in the clone, and PostgreSQL's data where its user can reach it."""

import hashlib
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCAL = ROOT / ".local"
LOGS = LOCAL / "logs"


def find_data_folder(wanted: Path, *, user: str | None) -> Path:
    """The folder for a server's data: as wanted, or below /var/lib when that server's user cannot enter it."""
    wanted.parent.mkdir(parents=True, exist_ok=True)
    if user is None or can_enter(wanted.parent, user=user):
        return wanted
    mark = hashlib.sha256(str(wanted).encode()).hexdigest()[:10]
    return Path("/var/lib") / f"actual-{mark}" / wanted.name


def can_enter(folder: Path, *, user: str) -> bool:
    """Whether another user of this machine may pass through a folder and everything above it."""
    command = ["/usr/bin/test", "-x", str(folder)]
    asked = subprocess.run(command, user=user, group=user, extra_groups=[], cwd="/", check=False)
    return asked.returncode == 0
