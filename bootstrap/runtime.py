"""The adapters of this process, built once and lazily; module state is a cache, never truth."""

from dataclasses import dataclass
from functools import cache, cached_property

import httpx
from psycopg_pool import AsyncConnectionPool
from redis.asyncio import Redis

from adapters.entra.tokens import EntraTokens, TokenRules
from adapters.postgres.platform import PostgresPlatform
from adapters.postgres.pool import new_pool
from adapters.postgres.unit_of_work import PostgresUnitsOfWork
from adapters.redis.key_cache import RedisKeyCache
from adapters.service_bus.client import ServiceBusAddress, ServiceBusMessages
from bootstrap.clock import SystemClock, new_id
from bootstrap.settings import Settings, settings
from bootstrap.telemetry import set_log_level
from domain.receipts import ReceiptIds
from services.identity import Identification
from services.ports.system import NewId
from services.storing import DeviceHistories

HTTP_TIMEOUT_S = 10.0
REDIS_TIMEOUT_S = 1.0


@dataclass(frozen=True)
class Runtime:
    """What handlers and triggers ask for; nothing is opened before it is used."""

    settings: Settings
    clock: SystemClock
    new_id: NewId

    @cached_property
    def _pool(self) -> AsyncConnectionPool:
        return new_pool(self.settings.database_url.get_secret_value(), size=self.settings.database_pool_size)

    @cached_property
    def unit_of_work(self) -> PostgresUnitsOfWork:
        """Opens transactions of a company."""
        return PostgresUnitsOfWork(self._pool)

    @cached_property
    def platform(self) -> PostgresPlatform:
        """What crosses companies."""
        return PostgresPlatform(self._pool)

    @cached_property
    def bus(self) -> ServiceBusMessages:
        """Our queues."""
        connection = self.settings.servicebusconnection
        return ServiceBusMessages(
            ServiceBusAddress(
                connection_string=None if connection is None else connection.get_secret_value(),
                namespace=self.settings.servicebusconnection__fullyqualifiednamespace,
                client_id=self.settings.azure_client_id,
            )
        )

    @cached_property
    def _redis(self) -> Redis:
        return Redis.from_url(  # pyright: ignore[reportUnknownMemberType] # its keywords are untyped
            self.settings.redis_url.get_secret_value(),
            socket_timeout=REDIS_TIMEOUT_S,
            socket_connect_timeout=REDIS_TIMEOUT_S,
        )

    @cached_property
    def device_histories(self) -> DeviceHistories:
        """What the platform said of devices before."""
        return DeviceHistories()

    @cached_property
    def receipt_ids(self) -> ReceiptIds:
        """Makes and checks the ids of receipts."""
        return ReceiptIds(self.settings.receipt_key.get_secret_value().encode(), self.new_id)

    @cached_property
    def key_cache(self) -> RedisKeyCache:
        """API keys that were read before."""
        return RedisKeyCache(self._redis)

    @cached_property
    def _http(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(timeout=HTTP_TIMEOUT_S)

    @cached_property
    def tokens(self) -> EntraTokens:
        """Checks access tokens."""
        rules = TokenRules(
            issuer=self.settings.oidc_issuer,
            jwks_url=self.settings.oidc_jwks_url,
            audience=self.settings.oidc_audience,
            client_ids=frozenset(self.settings.oidc_client_ids.split(",")),
        )
        return EntraTokens(rules, self._http)

    @cached_property
    def identification(self) -> Identification:
        """What it takes to know a caller."""
        return Identification(
            platform=self.platform,
            tokens=self.tokens,
            key_cache=self.key_cache,
            unit_of_work=self.unit_of_work,
            clock=self.clock,
            platform_tenant_id=self.settings.platform_tenant_id,
            key_environment=self.settings.key_environment,
        )

    async def close(self) -> None:
        """Close what was opened; the host ends a process without asking, so only tests and tools need it."""
        opened = self.__dict__
        if "_pool" in opened:
            await self._pool.close()
        if "_redis" in opened:
            await self._redis.aclose()
        if "_http" in opened:
            await self._http.aclose()
        if "bus" in opened:
            await self.bus.close()


@cache
def runtime() -> Runtime:
    """The runtime of this process; from now on the log keeps the level of the settings."""
    set_log_level(settings().log_level)
    return Runtime(settings(), SystemClock(), new_id)
