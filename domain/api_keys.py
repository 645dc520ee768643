"""API keys: `act_<environment>_<key id>_<secret>_<checksum>` (api.md section 2, platform.md 5.2)."""

import hashlib
import re
import secrets
import zlib
from dataclasses import dataclass
from datetime import datetime

from domain.tenancy import ApiKeyId, CompanyId, Scope

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
SECRET_BYTES = 32
SECRET_LENGTH = 43
CHECKSUM_LENGTH = 6
SHAPE = re.compile(
    r"act_(?P<environment>[a-z0-9]{1,16})_(?P<key_id>[0-9a-f]{12})_(?P<secret>[0-9A-Za-z]{43})_[0-9A-Za-z]{6}"
)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What we keep of a key: never the secret, only its SHA-256. Instants are UTC."""

    company_id: CompanyId
    id: ApiKeyId
    key_id: str
    name: str
    scopes: frozenset[Scope]
    secret_sha256: bytes
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None
    version: int

    def live(self, at: datetime) -> bool:
        """Neither revoked nor expired at this instant."""
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)


@dataclass(frozen=True, slots=True)
class PresentedKey:
    """The parts of a key as a caller sent it; the checksum held."""

    environment: str
    key_id: str
    secret: str

    def opens(self, key: ApiKey) -> bool:
        """Whether the secret is that of the key, compared in constant time."""
        return secrets.compare_digest(secret_hash(self.secret), key.secret_sha256)


def _base62(number: int, length: int) -> str:
    digits = ""
    for _ in range(length):
        number, digit = divmod(number, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return digits


def _checksum(text: str) -> str:
    return _base62(zlib.crc32(text.encode()), CHECKSUM_LENGTH)


def new_key_text(environment: str) -> tuple[str, PresentedKey]:
    """A fresh key and its parts: 256 random bits in base 62."""
    secret = _base62(int.from_bytes(secrets.token_bytes(SECRET_BYTES)), SECRET_LENGTH)
    key_id = secrets.token_hex(6)
    stem = f"act_{environment}_{key_id}_{secret}"
    return f"{stem}_{_checksum(stem)}", PresentedKey(environment, key_id, secret)


def read_key(text: str) -> PresentedKey | None:
    """The parts of a presented key; None when it is no key of ours or mistyped, told without a look-up."""
    match = SHAPE.fullmatch(text)
    if match is None or not secrets.compare_digest(_checksum(text[: -CHECKSUM_LENGTH - 1]), text[-CHECKSUM_LENGTH:]):
        return None
    return PresentedKey(match["environment"], match["key_id"], match["secret"])


def secret_hash(secret: str) -> bytes:
    """SHA-256: 256 random bits need no slow hash (platform.md 5.2)."""
    return hashlib.sha256(secret.encode()).digest()
