"""The local provider's tokens, and the people they speak for."""

import stat
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
import jwt
import psycopg
import pytest

from devhost.identity.__main__ import make_server
from devhost.identity.people import Person, PersonUnknownError, ensure_person
from devhost.identity.signing import Provider, TokenRequest, get_key
from tests.environment import Database

ISSUER = "http://127.0.0.1:7072/{tid}/v2.0"
TENANT, SUBJECT, AUDIENCE, CLIENT = (uuid.uuid4() for _ in range(4))


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Provider:
    """A provider with a key of its own."""
    return Provider(get_key(tmp_path_factory.mktemp("identity") / "key.pem"), ISSUER, AUDIENCE, CLIENT)


@pytest.fixture
def origin(provider: Provider) -> Iterator[str]:
    """The provider over HTTP."""
    server = make_server(provider, port=0)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def connection(database: Database) -> Iterator[psycopg.Connection]:
    """The superuser's connection, with two companies."""
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        connection.execute(
            "insert into companies (id, slug, name, timezone, created_at)"
            " select gen_random_uuid(), slug, slug, 'UTC', now() from unnest(array['green', 'other']) as slug"
        )
        yield connection


class TestToken:
    def test_is_verified_with_the_published_keys(self, provider: Provider, origin: str) -> None:
        token = provider.sign(TokenRequest(TENANT, SUBJECT))

        keys = jwt.PyJWKSet.from_dict(httpx.get(f"{origin}/discovery/v2.0/keys", trust_env=False).json())
        claims = jwt.decode(
            token, keys[jwt.get_unverified_header(token)["kid"]].key, algorithms=["RS256"], audience=str(AUDIENCE)
        )

        assert (claims["tid"], claims["oid"], claims["azp"]) == (str(TENANT), str(SUBJECT), str(CLIENT))
        assert (claims["iss"], claims["ver"]) == (f"http://127.0.0.1:7072/{TENANT}/v2.0", "2.0")

    def test_never_names_a_person(self, provider: Provider) -> None:
        claims = jwt.decode(provider.sign(TokenRequest(TENANT, SUBJECT)), options={"verify_signature": False})

        assert not {"email", "preferred_username", "upn", "name", "unique_name"} & set(claims)

    @pytest.mark.parametrize(("with_mfa", "expected"), [(True, ["c1"]), (False, None)])
    def test_carries_the_step_up_only_when_asked(self, provider: Provider, *, with_mfa: bool, expected: object) -> None:
        token = provider.sign(TokenRequest(TENANT, SUBJECT, with_mfa=with_mfa))

        assert jwt.decode(token, options={"verify_signature": False}).get("acrs") == expected


class TestDiscovery:
    def test_leads_to_the_keys(self, origin: str) -> None:
        document = httpx.get(f"{origin}/{TENANT}/v2.0/.well-known/openid-configuration", trust_env=False).json()

        assert document["issuer"] == f"http://127.0.0.1:7072/{TENANT}/v2.0"
        assert document["jwks_uri"].endswith("/discovery/v2.0/keys")

    def test_publishes_no_private_part(self, origin: str) -> None:
        (key,) = httpx.get(f"{origin}/discovery/v2.0/keys", trust_env=False).json()["keys"]

        assert set(key) == {"kty", "n", "e", "kid", "use", "alg"}


class TestGetKey:
    def test_makes_one_key_and_keeps_it_private(self, tmp_path: Path) -> None:
        path = tmp_path / "identity" / "key.pem"

        assert get_key(path).private_numbers() == get_key(path).private_numbers()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


class TestEnsurePerson:
    def test_makes_a_user_once_and_keeps_the_identity(self, connection: psycopg.Connection) -> None:
        first = ensure_person(connection, Person("operator", "green"))
        again = ensure_person(connection, Person("operator", "green"))

        assert first == again
        assert _count(connection, "select count(*) from users") == 1

    def test_knows_people_apart(self, connection: psycopg.Connection) -> None:
        people = [
            Person("operator", "green"),
            Person("viewer", "green"),
            Person("operator", "other"),
            Person("operator", "green", "ann"),
        ]

        assert len({ensure_person(connection, person).subject_id for person in people}) == len(people)

    def test_gives_the_local_admin_every_grant(self, connection: psycopg.Connection) -> None:
        ensure_person(connection, Person("admin", "green"))

        assert connection.execute("select grants from users").fetchone() == (["approver", "payroll"],)

    def test_gives_others_the_grants_they_ask_for(self, connection: psycopg.Connection) -> None:
        ensure_person(connection, Person("operator,approver", "green"))

        assert connection.execute("select role, grants from users").fetchone() == ("operator", ["approver"])

    def test_lets_a_disabled_user_in_again(self, connection: psycopg.Connection) -> None:
        ensure_person(connection, Person("viewer", "green"))
        connection.execute("update users set disabled_at = now()")

        ensure_person(connection, Person("viewer", "green"))

        assert _count(connection, "select count(*) from users where disabled_at is null") == 1

    def test_makes_staff_without_a_company(self, connection: psycopg.Connection) -> None:
        ensure_person(connection, Person("platform"))

        assert connection.execute("select role from staff").fetchone() == ("platform",)

    @pytest.mark.parametrize(
        ("person", "sentence"),
        [
            (Person("owner", "green"), "no role 'owner'"),
            (Person("platform,approver", "green"), "no role"),
            (Person("admin,king", "green"), "no role"),
            (Person("admin", "nowhere"), "no company 'nowhere'"),
            (Person("admin"), "COMPANY=<slug>"),
        ],
    )
    def test_says_what_is_unknown(self, connection: psycopg.Connection, person: Person, sentence: str) -> None:
        with pytest.raises(PersonUnknownError, match=sentence):
            ensure_person(connection, person)


def _count(connection: psycopg.Connection, query: str) -> int:
    row = connection.execute(query.encode()).fetchone()
    return 0 if row is None else int(row[0])
