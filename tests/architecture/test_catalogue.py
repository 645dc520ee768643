"""The database catalogue: both locks of tenancy on every table, and roles that can do no more than they must."""

from collections.abc import Iterator

import psycopg
import pytest

from tests.environment import Database

GLOBAL_KEYS = {
    # (table, index): why it may reveal that another company holds the value
    ("companies", "companies_slug_key"): "slugs are given out by our own people",
    ("users", "users_identity_key"): "an identity belongs to one company; only sign-in asks",
    ("api_keys", "api_keys_key_id_key"): "48 random bits, found before the company is known",
    ("device_registrations", "device_registrations_serial_key"): "wire.md 5.1: held by another company is 409",
    ("device_registrations", "device_registrations_device_uid_key"): "wire.md 5.1: held by another company is 409",
}
OWN = "(company_id = ( SELECT (NULLIF(current_setting('app.company_id'::text, true), ''::text))::uuid AS \"nullif\"))"
NOT_OURS = ("spatial_ref_sys", "geography_columns", "geometry_columns", "_yoyo%", "yoyo%")
TABLES = """
select
    c.relname as name, c.relrowsecurity as secured, c.relforcerowsecurity as forced,
    pg_get_userbyid(c.relowner) as owner,
    exists(
        select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'company_id' and not a.attisdropped
    ) as company
from pg_class c
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
    and not (c.relname like any(%s))
order by c.relname
"""


@pytest.fixture(scope="module")
def catalogue(module_database: Database) -> Iterator[psycopg.Connection]:
    with psycopg.connect(module_database.superuser_url) as connection:
        yield connection


def _tables(catalogue: psycopg.Connection) -> list[tuple[str, bool, bool, str, bool]]:
    return catalogue.execute(TABLES, [list(NOT_OURS)]).fetchall()


class TestTables:
    def test_force_row_level_security(self, catalogue: psycopg.Connection) -> None:
        open_tables = [name for name, secured, forced, _, _ in _tables(catalogue) if not (secured and forced)]

        assert open_tables == []

    def test_belong_to_a_company_but_for_two(self, catalogue: psycopg.Connection) -> None:
        without = {name for name, _, _, _, company in _tables(catalogue) if not company}

        assert without == {"companies", "staff"}

    def test_show_the_application_its_own_company_only(self, catalogue: psycopg.Connection) -> None:
        rows = catalogue.execute(
            "select tablename, qual, with_check, cmd from pg_policies where 'actual_app' = any(roles)"
        ).fetchall()
        policies = {table: (using, check, command) for table, using, check, command in rows}

        companies = {name for name, _, _, _, company in _tables(catalogue) if company}
        assert companies <= set(policies)
        assert {table: policy for table, policy in policies.items() if policy != (OWN, OWN, "ALL")} == {
            "companies": (OWN.replace("(company_id", "(id"), OWN.replace("(company_id", "(id"), "ALL")
        }

    def test_give_no_policy_to_everybody(self, catalogue: psycopg.Connection) -> None:
        rows = catalogue.execute(
            "select tablename from pg_policies where schemaname = 'public' and not roles <@ %s::name[]",
            [["actual_app", "actual_platform"]],
        ).fetchall()

        assert rows == []

    def test_are_owned_by_the_owner(self, catalogue: psycopg.Connection) -> None:
        assert {owner for _, _, _, owner, _ in _tables(catalogue)} == {"actual_owner"}

    def test_have_the_company_in_every_unique_key(self, catalogue: psycopg.Connection) -> None:
        rows = catalogue.execute(
            """
            select t.relname, i.relname
            from pg_index x
            join pg_class t on t.oid = x.indrelid
            join pg_class i on i.oid = x.indexrelid
            where x.indisunique and t.relnamespace = 'public'::regnamespace and not (t.relname like any(%s))
                and t.relname not in ('companies', 'staff')
                and not exists (
                    select 1 from pg_attribute a
                    where a.attrelid = t.oid and a.attnum = any(x.indkey) and a.attname = 'company_id'
                )
            """,
            [list(NOT_OURS)],
        ).fetchall()

        assert set(rows) == set(GLOBAL_KEYS) - {("companies", "companies_slug_key")}

    def test_have_the_company_in_every_foreign_key(self, catalogue: psycopg.Connection) -> None:
        rows = catalogue.execute(
            """
            select conrelid::regclass::text, conname
            from pg_constraint c
            where contype = 'f' and connamespace = 'public'::regnamespace
                and not exists (
                    select 1 from pg_attribute a
                    where a.attrelid = c.conrelid and a.attnum = any(c.conkey) and a.attname = 'company_id'
                )
            """
        ).fetchall()

        assert rows == []

    def test_have_an_index_for_every_foreign_key_that_a_delete_would_check(self, catalogue: psycopg.Connection) -> None:
        rows = catalogue.execute(
            """
            select conrelid::regclass::text, conname
            from pg_constraint c
            where contype = 'f' and connamespace = 'public'::regnamespace and confdeltype <> 'r'
                and not exists (
                    select 1 from pg_index x
                    where x.indrelid = c.conrelid
                        and (x.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey
                )
            """
        ).fetchall()

        assert rows == []

    def test_grant_nothing_on_partitions_themselves(self, catalogue: psycopg.Connection) -> None:
        rows = catalogue.execute(
            """
            select c.relname from pg_class c
            where c.relispartition and (
                has_table_privilege('actual_app', c.oid, 'select, insert, update, delete, truncate')
                or has_table_privilege('actual_platform', c.oid, 'select, insert, update, delete, truncate')
            )
            """
        ).fetchall()

        assert rows == []


class TestViews:
    def test_are_all_those_of_postgis_or_security_invokers(self, catalogue: psycopg.Connection) -> None:
        rows = catalogue.execute(
            """
            select relname from pg_class
            where relnamespace = 'public'::regnamespace and relkind in ('v', 'm')
                and not (relname like any(%s))
                and (relkind = 'm' or not coalesce(reloptions @> array['security_invoker=true'], false))
            """,
            [list(NOT_OURS)],
        ).fetchall()

        assert rows == []


class TestFunctions:
    def test_none_of_ours_runs_as_its_definer(self, catalogue: psycopg.Connection) -> None:
        rows = catalogue.execute(
            """
            select proname from pg_proc
            where pronamespace = 'public'::regnamespace and prosecdef
                and pg_get_userbyid(proowner) like 'actual%'
            """
        ).fetchall()

        assert rows == []


class TestRoles:
    @pytest.mark.parametrize("role", ["actual_app", "actual_platform", "actual_owner"])
    def test_cannot_pass_row_level_security(self, catalogue: psycopg.Connection, role: str) -> None:
        row = catalogue.execute(
            "select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb from pg_roles where rolname = %s", [role]
        ).fetchone()

        assert row == (False, False, False, False)

    def test_the_application_inherits_nothing_and_owns_nothing(self, catalogue: psycopg.Connection) -> None:
        inherits = catalogue.execute("select rolinherit from pg_roles where rolname = 'actual_app'").fetchone()
        owned = catalogue.execute(
            "select relname from pg_class where pg_get_userbyid(relowner) in ('actual_app', 'actual_platform')"
        ).fetchall()

        assert (inherits, owned) == ((False,), [])

    def test_the_application_can_make_no_table(self, module_database: Database) -> None:
        with (
            psycopg.connect(module_database.url) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute("create table mine (id integer)")

    def test_the_application_without_a_company_sees_nothing(self, module_database: Database) -> None:
        with psycopg.connect(module_database.superuser_url) as connection:
            connection.execute(
                "insert into companies (id, slug, name, timezone, created_at) "
                "values ('00000000-0000-7000-8000-000000000001', 'seen', 'Seen', 'UTC', '2026-01-01Z')"
            )
        with psycopg.connect(module_database.url) as connection:
            assert connection.execute("select count(*) from companies").fetchone() == (0,)


class TestAuditEntries:
    @pytest.mark.parametrize(
        "statement",
        [
            "update audit_entries set kind = 'x'",
            "delete from audit_entries",
            "truncate audit_entries",
        ],
    )
    def test_refuse_the_application_any_change(self, module_database: Database, statement: str) -> None:
        with (
            psycopg.connect(module_database.url) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute(statement)  # type: ignore[call-overload] # a parameter of this test

    def test_refuse_even_their_owner(self, module_database: Database) -> None:
        with (
            psycopg.connect(module_database.superuser_url) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"),
        ):
            connection.execute("delete from audit_entries")
