"""The private cluster, its roles and its template database."""

from dataclasses import replace

import psycopg
import pytest
from redis import Redis

from devhost.environment import postgres
from devhost.environment.errors import EnvironmentUnreadyError
from devhost.environment.postgres import Cluster
from tests.environment import Database, OwnCluster


class TestCluster:
    def test_does_not_run_as_root(self, cluster: Cluster) -> None:
        assert (cluster.folder / "PG_VERSION").stat().st_uid != 0

    def test_listens_on_loopback_alone(self, database: Database) -> None:
        with psycopg.connect(database.superuser_url) as connection:
            row = connection.execute("select current_setting('listen_addresses')").fetchone()

        assert row == ("127.0.0.1",)

    def test_refuses_a_wrong_password(self, cluster: Cluster) -> None:
        with pytest.raises(psycopg.OperationalError, match="password"):
            postgres.connect(replace(cluster, password="wrong"), "postgres")

    def test_is_never_mistaken_for_another_one(self, cluster: Cluster) -> None:
        elsewhere = replace(cluster, folder=cluster.folder.parent / "elsewhere")

        with pytest.raises(EnvironmentUnreadyError, match="another PostgreSQL cluster"):
            postgres.require_private(elsewhere)


class TestOwnCluster:
    def test_keeps_what_was_committed_over_a_crash(self, own_cluster: OwnCluster) -> None:
        with psycopg.connect(own_cluster.database.superuser_url) as connection:
            connection.execute("create table kept as select 1 as number")

        own_cluster.restart()

        with psycopg.connect(own_cluster.database.superuser_url) as connection:
            assert connection.execute("select number from kept").fetchone() == (1,)

    def test_commits_to_disk_as_production_does(self, own_cluster: OwnCluster) -> None:
        with psycopg.connect(own_cluster.database.url) as connection:
            row = connection.execute(
                "select current_setting('fsync'), current_setting('synchronous_commit')"
            ).fetchone()

        assert row == ("on", "on")


class TestRoles:
    def test_the_application_has_no_power_over_the_database(self, database: Database) -> None:
        with psycopg.connect(database.url) as connection:
            row = connection.execute(
                "select rolsuper, rolbypassrls, rolinherit, rolcreatedb, rolcreaterole"
                " from pg_roles where rolname = current_user"
            ).fetchone()

        assert row == (False, False, False, False, False)

    def test_the_application_makes_no_tables(self, database: Database) -> None:
        with psycopg.connect(database.url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("create table public.mine (id integer)")

    def test_everything_migrated_belongs_to_the_owner(self, database: Database) -> None:
        with psycopg.connect(database.superuser_url) as connection:
            rows = connection.execute(
                "select distinct tableowner from pg_tables"
                " where schemaname = 'public' and tablename <> 'spatial_ref_sys'"
            ).fetchall()

        assert rows == [("actual_owner",)]

    def test_may_be_made_again(self, cluster: Cluster) -> None:
        postgres.create_roles(cluster)

        assert postgres.is_answering(cluster)


class TestRedis:
    def test_starts_a_test_empty(self, redis_url: str) -> None:
        with Redis.from_url(redis_url) as client:
            assert client.dbsize() == 0
