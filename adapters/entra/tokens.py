"""Access tokens of Entra ID, checked as platform.md 5.1 says."""

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import jwt

from domain.errors import UnavailableError
from services.ports.tokens import Identity

logger = logging.getLogger("actual.tokens")
LEEWAY_S = 60
COOL_DOWN_S = 30.0
"""Unknown key ids cause at most one fetch in this time, however many tokens name them."""
KEYS_ARE_FRESH_S = 86_400.0
LONGEST_TOKEN = 8192
REQUIRED = ["exp", "nbf", "iat", "iss", "aud", "tid", "oid", "ver"]


@dataclass(frozen=True, slots=True)
class TokenRules:
    """Whose tokens we take: `issuer` is a template with {tid}."""

    issuer: str
    jwks_url: str
    audience: str
    client_ids: frozenset[str]


class EntraTokens:
    """Implements services.ports.tokens.Tokens; keys are cached per process."""

    def __init__(self, rules: TokenRules, http: httpx.AsyncClient) -> None:
        self._rules = rules
        self._http = http
        self._keys: Mapping[str, jwt.PyJWK] = {}
        self._fetched_at = float("-inf")
        self._fetching = asyncio.Lock()

    async def identify(self, token: str) -> Identity | None:
        """The identity of a valid access token, None for any other; raises UnavailableError without keys."""
        kid = _key_id(token)
        if kid is None:
            return None
        key = await self._find_key(kid)
        if key is None:
            return None
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key.key,
                algorithms=["RS256"],
                audience=self._rules.audience,
                leeway=LEEWAY_S,
                options={"require": REQUIRED, "strict_aud": True},
            )
        except jwt.InvalidTokenError:
            return None
        return self._identity(claims)

    def _identity(self, claims: Mapping[str, Any]) -> Identity | None:
        tenant, subject = claims["tid"], claims["oid"]
        access = bool(claims.get("scp") or claims.get("roles"))
        issued_here = claims["iss"] == self._rules.issuer.replace("{tid}", str(tenant))
        known_client = claims.get("azp") in self._rules.client_ids
        if not (access and issued_here and known_client and claims["ver"] == "2.0"):
            return None
        try:
            return Identity(UUID(tenant), UUID(subject))
        except (ValueError, AttributeError, TypeError):
            return None

    async def _find_key(self, kid: str) -> jwt.PyJWK | None:
        if kid not in self._keys or self._age() > KEYS_ARE_FRESH_S:
            async with self._fetching:
                if self._age() > (COOL_DOWN_S if kid not in self._keys else KEYS_ARE_FRESH_S):
                    await self._fetch()
        return self._keys.get(kid)

    def _age(self) -> float:
        return time.monotonic() - self._fetched_at

    async def _fetch(self) -> None:
        try:
            answer = await self._http.get(self._rules.jwks_url)
            answer.raise_for_status()
            keys = jwt.PyJWKSet.from_dict(answer.json()).keys
        except (httpx.HTTPError, ValueError, jwt.PyJWTError) as error:
            logger.warning("Unable to read the signing keys", extra={"error": type(error).__name__})
            if self._keys:
                self._fetched_at = time.monotonic()
                return
            message = "The sign-in provider cannot be reached now; try again."
            raise UnavailableError(message) from error
        self._keys = {key.key_id: key for key in keys if key.key_id}
        self._fetched_at = time.monotonic()


def _key_id(token: str) -> str | None:
    """The `kid` of an RS256 token; `jku`, `x5u` and `jwk` are never looked at."""
    if len(token) > LONGEST_TOKEN:
        return None
    try:
        header = jwt.get_unverified_header(token)
    except jwt.InvalidTokenError:
        return None
    kid = header.get("kid")
    return kid if header.get("alg") == "RS256" and isinstance(kid, str) else None
