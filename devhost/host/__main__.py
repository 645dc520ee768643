"""`python -m devhost.host`: serve the function app of a folder on loopback."""

import argparse
import logging
from pathlib import Path

import uvloop

from devhost.environment.paths import LOCAL, ROOT
from devhost.host.server import Options, serve, serve_queues

PORT = 7071


def main() -> None:
    """Read the options and serve until asked to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=PORT, help="loopback port (default: %(default)s)")
    parser.add_argument("--root", type=Path, default=ROOT, help="folder of function_app.py and host.json")
    parser.add_argument("--module", default="function_app", help="module with the attribute `app`")
    parser.add_argument("--data", type=Path, default=LOCAL / "host", help="folder for timers' notes and keys")
    parser.add_argument("--queues-only", action="store_true", help="be the second process, which consumes the queues")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for name in ("azure", "uvicorn"):
        logging.getLogger(name).setLevel(logging.WARNING)
    options = Options(root=arguments.root, data=arguments.data, port=arguments.port, module=arguments.module)
    uvloop.run(serve_queues(options) if arguments.queues_only else serve(options))


if __name__ == "__main__":
    main()
