"""Access tokens: what is refused, and how often the keys are fetched."""

import base64
import json
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from adapters.entra import tokens
from adapters.entra.tokens import EntraTokens, TokenRules
from domain.errors import UnavailableError
from services.ports.tokens import Identity

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
TENANT = UUID("11111111-1111-4111-8111-111111111111")
SUBJECT = UUID("22222222-2222-4222-8222-222222222222")
AUDIENCE = "api://actual"
ISSUER = "https://login.test/{tid}/v2.0"
PUBLIC_PEM = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
Change = Callable[[dict[str, Any]], None]


class Keys:
    """The provider's key endpoint, which counts its calls and can be away."""

    def __init__(self) -> None:
        self.calls = 0
        self.away = False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.calls += 1
        if self.away:
            return httpx.Response(503)
        key = jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True)
        return httpx.Response(200, json={"keys": [{**key, "kid": "k1", "use": "sig", "alg": "RS256"}]})


@pytest.fixture
def keys() -> Keys:
    return Keys()


@pytest.fixture
def checked(keys: Keys) -> EntraTokens:
    rules = TokenRules(ISSUER, "https://login.test/keys", AUDIENCE, frozenset({"client"}))
    return EntraTokens(rules, httpx.AsyncClient(transport=httpx.MockTransport(keys)))


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    content: dict[str, Any] = {
        "aud": AUDIENCE,
        "iss": ISSUER.replace("{tid}", str(TENANT)),
        "iat": now,
        "nbf": now,
        "exp": now + 600,
        "tid": str(TENANT),
        "oid": str(SUBJECT),
        "azp": "client",
        "scp": "access_as_user",
        "ver": "2.0",
        **changes,
    }
    return {name: value for name, value in content.items() if value is not None}


def a_token(content: dict[str, Any], *, key: Any = KEY, algorithm: str = "RS256", **header: Any) -> str:
    return jwt.encode(content, key, algorithm=algorithm, headers={"kid": "k1", **header})


def _part(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


OTHER = "99999999-9999-4999-8999-999999999999"
NOW = int(time.time())
REFUSED = {
    "no token at all": "",
    "not three parts": "a.b",
    "not base64": "ä.ö.ü",
    "alg none": f"{_part({'alg': 'none', 'kid': 'k1'})}.{_part(claims())}.",
    "alg none with a signature": f"{_part({'alg': 'none', 'kid': 'k1'})}.{_part(claims())}.c2ln",
    "HS384": a_token(claims(), key="0" * 64, algorithm="HS384"),
    "PS256 with the right key": a_token(claims(), algorithm="PS256"),
    "another key of the same id": a_token(claims(), key=OTHER_KEY),
    "unknown key id": a_token(claims(), kid="k2"),
    "key id that is a path": a_token(claims(), kid="../../k1"),
    "key id that is no text": f"{_part({'alg': 'RS256', 'kid': 1})}.{_part(claims())}.c2ln",
    "its own key in the header": a_token(claims(), key=OTHER_KEY, jwk={"kty": "RSA"}, kid="k2"),
    "its own key set in the header": a_token(claims(), key=OTHER_KEY, jku="https://evil.test/keys", kid="k2"),
    "another audience": a_token(claims(aud="api://other")),
    "a list of audiences": a_token(claims(aud=[AUDIENCE, "api://other"])),
    "no audience": a_token(claims(aud=None)),
    "another issuer": a_token(claims(iss="https://evil.test/v2.0")),
    "issuer of another tenant": a_token(claims(tid=OTHER)),
    "a version 1 issuer": a_token(claims(iss=f"https://sts.windows.net/{TENANT}/")),
    "version 1": a_token(claims(ver="1.0")),
    "no version": a_token(claims(ver=None)),
    "expired": a_token(claims(exp=NOW - 3600)),
    "no expiry": a_token(claims(exp=None)),
    "not yet valid": a_token(claims(nbf=NOW + 3600)),
    "no not-before": a_token(claims(nbf=None)),
    "issued in the future": a_token(claims(iat=NOW + 3600)),
    "no issue time": a_token(claims(iat=None)),
    "no tenant": a_token(claims(tid=None)),
    "no subject": a_token(claims(oid=None)),
    "a subject that is no id": a_token(claims(oid="ana@green-acres.test")),
    "an ID token": a_token(claims(scp=None, nonce="n")),
    "another client": a_token(claims(azp="other")),
    "no client": a_token(claims(azp=None)),
    "oversized": a_token(claims(padding="x" * 9000)),
}


class TestIdentify:
    async def test_names_who_a_valid_token_speaks_for(self, checked: EntraTokens) -> None:
        assert await checked.identify(a_token(claims())) == Identity(TENANT, SUBJECT)

    @pytest.mark.parametrize("token", REFUSED.values(), ids=REFUSED.keys())
    async def test_refuses(self, checked: EntraTokens, token: str) -> None:
        assert await checked.identify(token) is None

    async def test_refuses_hs256_with_the_public_key(self, checked: EntraTokens) -> None:
        import hashlib  # noqa: PLC0415 # PyJWT refuses to sign such a token, so it is forged by hand
        import hmac  # noqa: PLC0415

        signed = f"{_part({'alg': 'HS256', 'kid': 'k1'})}.{_part(claims())}"
        digest = hmac.new(PUBLIC_PEM, signed.encode(), hashlib.sha256).digest()
        forged = f"{signed}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"

        assert await checked.identify(forged) is None

    async def test_refuses_a_payload_that_was_changed(self, checked: EntraTokens) -> None:
        header, _, signature = a_token(claims()).split(".")

        assert await checked.identify(f"{header}.{_part(claims(oid=OTHER))}.{signature}") is None


class TestKeys:
    async def test_are_fetched_once_for_many_tokens(self, checked: EntraTokens, keys: Keys) -> None:
        for _ in range(5):
            await checked.identify(a_token(claims()))

        assert keys.calls == 1

    async def test_are_fetched_once_however_many_unknown_ids_come(self, checked: EntraTokens, keys: Keys) -> None:
        for number in range(50):
            await checked.identify(a_token(claims(), kid=f"unknown-{number}"))

        assert keys.calls == 1

    async def test_are_fetched_again_for_a_new_id_after_the_cool_down(
        self, checked: EntraTokens, keys: Keys, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await checked.identify(a_token(claims()))
        monkeypatch.setattr(tokens, "COOL_DOWN_S", 0.0)

        await checked.identify(a_token(claims(), kid="new"))

        assert keys.calls == 2

    async def test_that_cannot_be_fetched_are_our_fault_and_not_the_callers(
        self, checked: EntraTokens, keys: Keys
    ) -> None:
        keys.away = True

        with pytest.raises(UnavailableError):
            await checked.identify(a_token(claims()))

    async def test_serve_on_while_the_provider_is_away(
        self, checked: EntraTokens, keys: Keys, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await checked.identify(a_token(claims()))
        keys.away = True
        monkeypatch.setattr(tokens, "COOL_DOWN_S", 0.0)
        await checked.identify(a_token(claims(), kid="new"))

        assert await checked.identify(a_token(claims())) == Identity(TENANT, SUBJECT)
