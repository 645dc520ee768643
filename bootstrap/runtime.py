"""The adapters of this process, built once and lazily; module state is a cache, never truth."""

from dataclasses import dataclass
from functools import cache, cached_property

import httpx
from redis.asyncio import Redis

from adapters.entra.tokens import EntraTokens, TokenRules
from adapters.postgres.platform import PostgresPlatform
from adapters.postgres.pool import new_pool
from adapters.postgres.unit_of_work import PostgresUnitsOfWork
from adapters.redis.key_cache import RedisKeyCache
from adapters.service_bus.client import ServiceBusAddress, ServiceBusMessages
from bootstrap.clock import SystemClock, new_id
from bootstrap.settings import Settings, settings
from services.identity import Identification
from services.ports.system import NewId

HTTP_TIMEOUT_S = 10.0
REDIS_TIMEOUT_S = 1.0


@dataclass(frozen=True)
class Runtime:
    """What handlers and triggers ask for; nothing is opened before it is used."""

    settings: Settings
    clock: SystemClock
    new_id: NewId

    @cached_property
    def _postgres(self) -> tuple[PostgresUnitsOfWork, PostgresPlatform]:
        pool = new_pool(self.settings.database_url.get_secret_value(), size=self.settings.database_pool_size)
        return PostgresUnitsOfWork(pool), PostgresPlatform(pool)

    @property
    def unit_of_work(self) -> PostgresUnitsOfWork:
        """Opens transactions of a company."""
        return self._postgres[0]

    @property
    def platform(self) -> PostgresPlatform:
        """What crosses companies."""
        return self._postgres[1]

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
    def key_cache(self) -> RedisKeyCache:
        """API keys that were read before."""
        redis = Redis.from_url(
            self.settings.redis_url.get_secret_value(),
            socket_timeout=REDIS_TIMEOUT_S,
            socket_connect_timeout=REDIS_TIMEOUT_S,
        )
        return RedisKeyCache(redis)

    @cached_property
    def tokens(self) -> EntraTokens:
        """Checks access tokens."""
        rules = TokenRules(
            issuer=self.settings.oidc_issuer,
            jwks_url=self.settings.oidc_jwks_url,
            audience=self.settings.oidc_audience,
            client_ids=frozenset(self.settings.oidc_client_ids.split(",")),
        )
        return EntraTokens(rules, httpx.AsyncClient(timeout=HTTP_TIMEOUT_S))

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


@cache
def runtime() -> Runtime:
    """The runtime of this process."""
    return Runtime(settings(), SystemClock(), new_id)
