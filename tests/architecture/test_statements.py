"""Every statement of sql/queries: it prepares on the migrated schema, is used, and names the company."""

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from adapters.postgres.queries import QUERIES, queries
from tests.architecture.companies import tables_without_company
from tests.environment import Database

ROOT = Path(__file__).parents[2]
ACROSS_COMPANIES = {"platform", "unit_of_work"}
TOUCHES_NO_TABLE = {"wait_long"}
STATEMENTS = [
    (path.stem, name, text) for path in sorted(QUERIES.glob("*.sql")) for name, text in queries(path.stem).items()
]
PLATFORM_GRANTS = {
    "api_keys": {"select"},
    "audit_entries": {"select", "insert"},
    "audit_heads": {"select", "insert", "update"},
    "companies": {"select", "insert"},
    "device_registrations": {"select"},
    "policies": {"select", "insert"},
    "recompute_marks": {"select"},
    "staff": {"select"},
    "users": {"select"},
}
"""All that the one role which sees every company may do."""
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


@pytest.fixture(scope="module")
def connection(module_database: Database) -> Iterator[psycopg.Connection]:
    with psycopg.connect(module_database.url, autocommit=True) as opened:
        yield opened


def _numbered(text: str) -> str:
    names: list[str] = []
    for name in PLACEHOLDER.findall(text):
        if name not in names:
            names.append(name)
    return PLACEHOLDER.sub(lambda match: f"${names.index(match[1]) + 1}", text).replace("%%", "%")


@pytest.mark.parametrize(("noun", "name", "text"), STATEMENTS, ids=[f"{noun}.{name}" for noun, name, _ in STATEMENTS])
class TestStatement:
    def test_prepares(self, connection: psycopg.Connection, noun: str, name: str, text: str) -> None:
        if noun == "platform" and not name.startswith(("enter", "leave")):
            connection.execute("set role actual_platform")
        if name.startswith(("enter", "leave")):
            return
        try:
            connection.execute(f"prepare probe as {_numbered(text)}")  # type: ignore[call-overload] # our own files
            connection.execute("deallocate probe")
        finally:
            connection.execute("reset role")

    def test_names_the_company(self, connection: psycopg.Connection, noun: str, name: str, text: str) -> None:
        assert noun in ACROSS_COMPANIES or name in TOUCHES_NO_TABLE or "%(company_id)s::uuid" in text

    def test_ties_every_table_to_the_company(
        self, connection: psycopg.Connection, noun: str, name: str, text: str
    ) -> None:
        assert noun in ACROSS_COMPANIES or tables_without_company(_numbered(text)) == []

    def test_says_why(self, connection: psycopg.Connection, noun: str, name: str, text: str) -> None:
        assert text.strip().startswith("-- ")

    def test_is_used(self, connection: psycopg.Connection, noun: str, name: str, text: str) -> None:
        code = "".join(path.read_text() for path in (ROOT / "adapters").rglob("*.py"))

        assert f'"{name}"' in code

    def test_casts_its_parameters(self, connection: psycopg.Connection, noun: str, name: str, text: str) -> None:
        bare = re.findall(r"%\(\w+\)s(?!::)", text)

        assert bare == [] or name == "set_company"


class TestTablesWithoutCompany:
    @pytest.mark.parametrize(
        ("statement", "tables"),
        [
            ("select 1 from a where company_id = $1", []),
            ("select 1 from a inner join b on a.id = b.id where a.company_id = $1", ["b"]),
            ("select 1 from a where company_id = $1 and exists (select 1 from b where b.id = a.id)", ["b"]),
            ("select 1 from companies where id = $1", []),
            ("with c as (select 1 from d) select 1 from c", ["d"]),
            ("update a set x = 1 where id = $1", ["a"]),
            ("delete from a using b where a.company_id = $1 and b.id = a.id", ["b"]),
            ("insert into a (id) values ($1)", ["a"]),
        ],
    )
    def test_names_each_that_is_not_tied(self, statement: str, tables: list[str]) -> None:
        assert tables_without_company(statement) == tables


class TestPlatformRole:
    def test_is_granted_exactly_what_crosses_companies(self, connection: psycopg.Connection) -> None:
        grants = connection.execute(
            "select relname, array_agg(lower(privilege_type) order by privilege_type) from pg_class"
            " cross join lateral aclexplode(relacl) as granted"
            " where granted.grantee = 'actual_platform'::regrole group by relname"
        ).fetchall()
        columns = connection.execute(
            "select attrelid::regclass::text, attname from pg_attribute"
            " cross join lateral aclexplode(attacl) as granted"
            " where granted.grantee = 'actual_platform'::regrole"
        ).fetchall()

        assert {table: set(privileges) for table, privileges in grants} == PLATFORM_GRANTS
        assert columns == []
