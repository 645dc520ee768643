"""The provider's RSA key, made once under .local/identity, and the tokens it signs."""

import base64
import hashlib
import json
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

LIFETIME_S = 3600
BITS = 2048
MFA_CONTEXT = "c1"


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """Who a token is for: tenant and subject are the whole identity, never a name or an address."""

    tenant_id: UUID
    subject_id: UUID
    with_mfa: bool = False
    lifetime_s: int = LIFETIME_S


@dataclass(frozen=True)
class Provider:
    """A provider with its key; `issuer` is a template with {tid}."""

    key: rsa.RSAPrivateKey
    issuer: str
    audience: UUID
    client_id: UUID

    @cached_property
    def key_id(self) -> str:
        """The key's thumbprint (RFC 7638)."""
        public = self._public()
        canonical = json.dumps(
            {name: public[name] for name in ("e", "kty", "n")}, separators=(",", ":"), sort_keys=True
        )
        return base64.urlsafe_b64encode(hashlib.sha256(canonical.encode()).digest()).rstrip(b"=").decode()

    def keys(self) -> dict[str, Any]:
        """The public keys as a JSON Web Key Set."""
        return {"keys": [{**self._public(), "kid": self.key_id, "use": "sig", "alg": "RS256"}]}

    def sign(self, request: TokenRequest) -> str:
        """An access token of version 2.0, valid from now on for its lifetime (seconds)."""
        now = int(time.time())
        claims: dict[str, Any] = {
            "aud": str(self.audience),
            "iss": self.issuer.replace("{tid}", str(request.tenant_id)),
            "iat": now,
            "nbf": now,
            "exp": now + request.lifetime_s,
            "azp": str(self.client_id),
            "azpacr": "0",
            "oid": str(request.subject_id),
            "sub": str(request.subject_id),
            "tid": str(request.tenant_id),
            "scp": "access_as_user",
            "ver": "2.0",
        }
        if request.with_mfa:
            claims["acrs"] = [MFA_CONTEXT]
        return jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": self.key_id})

    def _public(self) -> dict[str, Any]:
        whole = RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {name: whole[name] for name in ("kty", "n", "e")}


def get_key(path: Path) -> rsa.RSAPrivateKey:
    """The signing key, made on first use and readable by its owner alone."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        made = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
        path.write_bytes(
            made.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError(f"{path} does not hold an RSA key.")
    return key
