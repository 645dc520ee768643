"""What this clone keeps between two starts: its ports, its passwords, and the settings that the host process gets."""

import base64
import json
import secrets
import uuid
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from devhost.environment import processes, redis
from devhost.environment.paths import LOCAL, LOGS, find_data_folder
from devhost.environment.postgres import Cluster, find_server_user
from devhost.environment.processes import LOOPBACK

API_PORT = 7071
IDENTITY_PORT = 7072
DATABASE = "actual"
NAMESPACE = uuid.UUID("6c1f2f0e-3a0b-5c53-9a55-0d5f5b1a7071")
PLATFORM_TENANT = uuid.uuid5(NAMESPACE, "tenant:platform")
AUDIENCE = uuid.uuid5(NAMESPACE, "audience:api")
CLIENT = uuid.uuid5(NAMESPACE, "client:local")
SETTINGS = LOCAL / "settings.json"


@dataclass(frozen=True, slots=True)
class LocalSettings:
    """Ports and secrets of this clone; nothing of it leaves `.local/`."""

    postgres_port: int
    redis_port: int
    broker_port: int
    password: str
    receipt_key: str
    postgres_folder: str

    @property
    def cluster(self) -> Cluster:
        """The private cluster."""
        return Cluster(Path(self.postgres_folder), self.postgres_port, self.password, LOGS / "postgres.log")

    @property
    def redis(self) -> redis.Server:
        """The private Redis."""
        return redis.Server(self.redis_port, self.password, LOGS / "redis.log")


def get_settings() -> LocalSettings:
    """Read the settings of this clone, made on first use."""
    if not SETTINGS.exists():
        save(_make())
    return LocalSettings(**json.loads(SETTINGS.read_text()))


def save(settings: LocalSettings) -> None:
    """Keep the settings, readable by their owner alone."""
    LOCAL.mkdir(exist_ok=True)
    SETTINGS.touch(mode=0o600)
    SETTINGS.write_text(json.dumps(asdict(settings), indent=2))


def with_new_port(settings: LocalSettings, name: str) -> LocalSettings:
    """The same settings with another free port for one server, kept for the next start too."""
    changed = replace(settings, **{name: processes.find_free_port()})
    save(changed)
    return changed


def read_variables(settings: LocalSettings) -> dict[str, str]:
    """The product's settings for this clone."""
    return product_variables(
        database_url=settings.cluster.url(DATABASE, role="actual_app"),
        redis_url=settings.redis.url(),
        broker=broker_connection(settings.broker_port),
        provider_url=f"http://{LOOPBACK}:{IDENTITY_PORT}",
        receipt_key=settings.receipt_key,
    )


def product_variables(
    *, database_url: str, redis_url: str, broker: str, provider_url: str, receipt_key: str
) -> dict[str, str]:
    """The product's settings at home, by the names of docs/configuration.md."""
    return {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "ServiceBusConnection": broker,
        "OIDC_ISSUER": provider_url + "/{tid}/v2.0",
        "OIDC_JWKS_URL": f"{provider_url}/discovery/v2.0/keys",
        "OIDC_AUDIENCE": str(AUDIENCE),
        "OIDC_CLIENT_IDS": str(CLIENT),
        "PLATFORM_TENANT_ID": str(PLATFORM_TENANT),
        "RECEIPT_KEY": receipt_key,
        "KEY_ENVIRONMENT": "local",
    }


def broker_connection(port: int) -> str:
    """The connection string of the stand-in broker; the real SDK takes it as an emulator's."""
    return (
        f"Endpoint=sb://{LOOPBACK}:{port};SharedAccessKeyName=local;SharedAccessKey=local;UseDevelopmentEmulator=true;"
    )


def _make() -> LocalSettings:
    return LocalSettings(
        postgres_port=processes.find_free_port(),
        redis_port=processes.find_free_port(),
        broker_port=processes.find_free_port(),
        password=secrets.token_urlsafe(24),
        receipt_key=base64.b64encode(secrets.token_bytes(32)).decode(),
        postgres_folder=str(find_data_folder(LOCAL / "postgres", user=find_server_user())),
    )
