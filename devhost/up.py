"""`make up`: start everything on loopback in the background, and return when it is ready."""

import sys

from devhost.environment.errors import EnvironmentUnreadyError
from devhost.environment.paths import LOCAL, LOGS
from devhost.environment.running import bring_up
from devhost.environment.settings import API_PORT, get_settings


def main() -> None:
    """Start what is missing and say where things are; one sentence and exit status 1 when it cannot be."""
    try:
        started = bring_up()
    except EnvironmentUnreadyError as error:
        sys.exit(str(error))
    print(f"Started: {', '.join(started) if started else 'nothing, everything runs already'}.")
    if LOCAL not in (folder := get_settings().cluster.folder).parents:
        print(f"PostgreSQL's own user cannot enter this folder, so its data is in {folder}.")
    print(f"API: http://127.0.0.1:{API_PORT}/api/v1   logs: {LOGS}")


if __name__ == "__main__":
    main()
