"""This clone's provider."""

from devhost.environment.paths import LOCAL
from devhost.environment.processes import LOOPBACK
from devhost.environment.settings import AUDIENCE, CLIENT, IDENTITY_PORT
from devhost.identity.signing import Provider, get_key

ISSUER = f"http://{LOOPBACK}:{IDENTITY_PORT}" + "/{tid}/v2.0"


def get_provider() -> Provider:
    """The provider with the key under .local/identity."""
    return Provider(get_key(LOCAL / "identity" / "signing-key.pem"), ISSUER, AUDIENCE, CLIENT)
