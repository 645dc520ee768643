"""The function index, called as the worker calls it: real tokens, real database, the application's own role."""

import asyncio
import json
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import azure.functions as func
import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from bootstrap.runtime import runtime
from bootstrap.settings import settings
from devhost.environment.settings import AUDIENCE, CLIENT, PLATFORM_TENANT
from devhost.identity.__main__ import make_server
from devhost.identity.people import Person, ensure_person
from devhost.identity.signing import Provider, TokenRequest
from tests.environment import Database

ISSUER = "http://identity.test/{tid}/v2.0"
ORIGIN = "http://api.test"


@cache
def functions() -> Mapping[str, func.Function]:
    """Every function by its name; the index is built once per process, since it refuses a second call."""
    import function_app  # noqa: PLC0415 # the index must be importable without settings, so nothing imports it earlier

    return {str(function.get_function_name()): function for function in function_app.app.get_functions()}


@cache
def bindings(name: str) -> list[dict[str, Any]]:
    """The bindings of a function as the host reads them."""
    return [json.loads(raw) for raw in functions()[name].get_raw_bindings()]


@dataclass(frozen=True, slots=True)
class Answer:
    """What an HTTP-triggered function answered."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.content)

    @property
    def etag(self) -> str:
        """The entity tag; raises KeyError without one."""
        return self.headers["etag"]

    @property
    def comparable(self) -> tuple[int, str]:
        """Status and body without what differs from request to request."""
        body = self.json
        for name in ("correlation_id", "instance"):
            body.pop(name, None)
        return self.status, json.dumps(body, sort_keys=True)


@dataclass
class Api:
    """Calls operations of the index; `tokens` signs for whoever is wanted."""

    database: Database
    provider: Provider
    _tokens: dict[Person, str] = field(default_factory=dict[Person, str])

    def token(self, person: Person) -> str:
        """A bearer token of a person, who is made when there is none."""
        if person not in self._tokens:
            with psycopg.connect(self.database.superuser_url, autocommit=True) as connection:
                subject = ensure_person(connection, person)
            request = TokenRequest(subject.tenant_id, subject.subject_id, with_mfa=True)
            self._tokens[person] = self.provider.sign(request)
        return self._tokens[person]

    async def call(
        self,
        method: str,
        path: str,
        *,
        as_: Person | None = None,
        json_: object = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request to the function whose route it matches, as the host would."""
        sent = {"host": "api.test", **{name.lower(): value for name, value in (headers or {}).items()}}
        if as_ is not None:
            sent["authorization"] = f"Bearer {self.token(as_)}"
        body = content if content is not None else b"" if json_ is None else json.dumps(json_).encode()
        if body:
            sent.setdefault("content-type", "application/json")
        url = urlsplit(path)
        parameters = dict(pair.partition("=")[::2] for pair in url.query.split("&") if pair)
        request = func.HttpRequest(method, ORIGIN + path, headers=sent, params=parameters, body=body)
        answer: func.HttpResponse = await _function_of(method, url.path).get_user_function()(req=request)
        found = {name.lower(): value for name, value in answer.headers.items()}
        return Answer(answer.status_code, found, answer.get_body())

    async def make(self, path: str, body: object, *, as_: Person) -> dict[str, Any]:
        """POST something that must be made; its body, with the ETag under `etag`."""
        answer = await self.call("POST", path, as_=as_, json_=body)
        assert answer.status == 201, answer.content
        return {**answer.json, "etag": answer.etag}

    async def make_company(self, slug: str | None = None, timezone: str = "America/New_York", **more: object) -> "Home":
        """A new company with people of every role."""
        chosen = slug or f"c-{uuid.uuid4().hex[:12]}"
        body = {"name": f"Company {chosen}", "slug": chosen, "timezone": timezone, **more}
        made = await self.make("/api/v1/companies", body, as_=PLATFORM)
        return Home(uuid.UUID(made["id"]), chosen)


@dataclass(frozen=True, slots=True)
class Home:
    """A company and its people."""

    id: uuid.UUID
    slug: str

    @property
    def admin(self) -> Person:
        """An administrator."""
        return Person("admin", self.slug)

    @property
    def operator(self) -> Person:
        """An operations manager."""
        return Person("operator", self.slug)

    @property
    def viewer(self) -> Person:
        """An executive, who only reads."""
        return Person("viewer", self.slug)


PLATFORM = Person("platform")


def _function_of(method: str, path: str) -> func.Function:
    """The function that the host would choose: most literal segments first, else the catch-all."""
    wanted = path.removeprefix("/api/").split("/")
    matching = [
        (sum(part.startswith("{") for part in route.split("/")), name)
        for name, route in _routes(method)
        if len(route.split("/")) == len(wanted)
        and all(part.startswith("{") or part == given for part, given in zip(route.split("/"), wanted, strict=True))
    ]
    return functions()[min(matching)[1] if matching else "answer_unknown_route"]


@cache
def _routes(method: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name in functions():
        trigger = bindings(name)[0]
        if trigger["type"] == "httpTrigger" and method in trigger["methods"] and "*" not in trigger["route"]:
            found.append((name, trigger["route"]))
    return found


@cache
def _signing_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def identity_server() -> tuple[Provider, str]:
    """A provider of tokens and the address of its keys; one per process."""
    provider = Provider(_signing_key(), ISSUER, AUDIENCE, CLIENT)
    server: ThreadingHTTPServer = make_server(provider, port=0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return provider, f"http://127.0.0.1:{server.server_port}/discovery/v2.0/keys"


NO_BROKER = "Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=local;SharedAccessKey=local;UseDevelopmentEmulator=true;"


def variables(database: Database, redis_url: str, *, broker: str = NO_BROKER) -> dict[str, str]:
    """The settings of a runtime under test."""
    _, keys = identity_server()
    return {
        "DATABASE_URL": database.url,
        "DATABASE_POOL_SIZE": "4",
        "REDIS_URL": redis_url,
        "ServiceBusConnection": broker,
        "OIDC_ISSUER": ISSUER,
        "OIDC_JWKS_URL": keys,
        "OIDC_AUDIENCE": str(AUDIENCE),
        "OIDC_CLIENT_IDS": str(CLIENT),
        "PLATFORM_TENANT_ID": str(PLATFORM_TENANT),
        "RECEIPT_KEY": "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk=",
        "KEY_ENVIRONMENT": "test",
    }


@contextmanager
def live_runtime(patch: pytest.MonkeyPatch, given: Mapping[str, str]) -> Iterator[None]:
    """The process's runtime on these settings; afterwards nothing of it is left."""
    for name, value in given.items():
        patch.setenv(name, value)
    settings.cache_clear()
    runtime.cache_clear()
    yield
    settings.cache_clear()
    runtime.cache_clear()


async def close_runtime() -> None:
    """Close what the runtime of a test opened, in the test's own loop."""
    await runtime().close()
    await asyncio.sleep(0)
