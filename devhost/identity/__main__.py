"""`python -m devhost.identity`: the provider's discovery document and public keys over HTTP on loopback."""

import argparse
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from devhost.environment.processes import LOOPBACK
from devhost.environment.settings import IDENTITY_PORT
from devhost.identity.local import get_provider
from devhost.identity.signing import Provider

KEYS = "/discovery/v2.0/keys"
DISCOVERY = "/v2.0/.well-known/openid-configuration"


def find_document(provider: Provider, path: str, *, origin: str) -> object | None:
    """The document at a path: the keys, or the discovery document of any tenant; None for anything else."""
    if path.endswith(KEYS):
        return provider.keys()
    if not path.endswith(DISCOVERY):
        return None
    tenant = path.removesuffix(DISCOVERY).strip("/")
    return {
        "issuer": provider.issuer.replace("{tid}", tenant),
        "jwks_uri": f"{origin}{KEYS}",
        "id_token_signing_alg_values_supported": ["RS256"],
        "subject_types_supported": ["pairwise"],
        "response_types_supported": ["code"],
    }


def make_server(provider: Provider, *, port: int) -> ThreadingHTTPServer:
    """A server of the provider's documents on a loopback port (0 for a free one)."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            origin = f"http://{LOOPBACK}:{server.server_port}"
            document = find_document(provider, self.path.partition("?")[0], origin=origin)
            body = b"" if document is None else json.dumps(document).encode()
            self.send_response(404 if document is None else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Nothing to log: the provider only shows public documents."""

    server = ThreadingHTTPServer((LOOPBACK, port), Handler)
    return server


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=IDENTITY_PORT, help="loopback port (default: %(default)s)")
    make_server(get_provider(), port=parser.parse_args().port).serve_forever()


if __name__ == "__main__":
    main()
