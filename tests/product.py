"""The whole product as a test sees it from outside: host, broker, identity provider and database, all its own."""

import base64
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import ThreadingHTTPServer
from pathlib import Path

import httpx
import psycopg

from devhost.environment.settings import AUDIENCE, CLIENT, product_variables
from devhost.identity.__main__ import make_server
from devhost.identity.people import Person, ensure_person
from devhost.identity.signing import Provider, TokenRequest, get_key
from tests.environment import Database
from tests.running import QUEUES, RunningBroker, RunningHost

RECEIPT_KEY = base64.b64encode(bytes(32)).decode()


@dataclass(frozen=True, slots=True)
class Product:
    """A running product; `host` and `broker` may be killed and started again, the database is the test's own."""

    host: RunningHost
    broker: RunningBroker
    database: Database
    provider: Provider

    def token(self, role: str, company: str | None = None, *, user: str | None = None, with_mfa: bool = False) -> str:
        """A bearer token as `make token` prints it; the person is made on the way."""
        with psycopg.connect(self.database.superuser_url, autocommit=True) as connection:
            subject = ensure_person(connection, Person(role, company, user))
        return self.provider.sign(TokenRequest(subject.tenant_id, subject.subject_id, with_mfa=with_mfa))

    def client(self, token: str | None = None) -> httpx.Client:
        """A client for `/api/v1/...`, with a bearer token if one is given; close it."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return httpx.Client(base_url=self.host.url, headers=headers, trust_env=False, timeout=30)


@contextmanager
def a_product(folder: Path, *, database: Database, redis_url: str, queues: Path = QUEUES) -> Generator[Product]:
    """Start everything for as long as the context lasts."""
    with _a_provider(folder) as (server, provider), RunningBroker(folder, queues=queues) as broker:
        variables = product_variables(
            database_url=database.url,
            redis_url=redis_url,
            broker=broker.connection,
            provider_url=_url(server),
            receipt_key=RECEIPT_KEY,
        )
        with RunningHost(folder, variables=variables) as host:
            yield Product(host, broker, database, provider)


@contextmanager
def _a_provider(folder: Path) -> Generator[tuple[ThreadingHTTPServer, Provider]]:
    key = get_key(folder / "signing-key.pem")
    server = make_server(Provider(key, "", AUDIENCE, CLIENT), port=0)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server, Provider(key, _url(server) + "/{tid}/v2.0", AUDIENCE, CLIENT)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _url(server: ThreadingHTTPServer) -> str:
    return f"http://127.0.0.1:{server.server_address[1]}"
