"""A private Redis on loopback, in memory only: what it holds may be lost."""

from dataclasses import dataclass
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from devhost.environment import processes
from devhost.environment.postgres import find_server_user
from devhost.environment.processes import LOOPBACK, Launch, Process


@dataclass(frozen=True, slots=True)
class Server:
    """One private Redis server."""

    port: int
    password: str
    log: Path

    def url(self, database: int = 0) -> str:
        """The connection URL of one of its numbered databases."""
        return f"redis://:{self.password}@{LOOPBACK}:{self.port}/{database}"


def start(server: Server) -> Process:
    """Start the server and wait until it answers; the password goes through stdin, where no list shows it."""
    settings = f'bind {LOOPBACK}\nport {server.port}\nrequirepass {server.password}\nsave ""\nappendonly no\n'
    launch = Launch("Redis", ["redis-server", "-"], server.log, user=find_server_user(), stdin=settings.encode())
    process = processes.start(launch)
    processes.wait_until_ready(process, lambda: is_answering(server), launch=launch, wait_s=10)
    return process


def is_answering(server: Server) -> bool:
    """Whether the server takes our password."""
    client = Redis(host=LOOPBACK, port=server.port, password=server.password, socket_timeout=2)
    try:
        return bool(client.ping())  # pyright: ignore[reportUnknownMemberType] - redis leaves its kwargs untyped
    except (RedisError, OSError):
        return False
    finally:
        client.close()
