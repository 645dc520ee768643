"""The audit chain in the database: any tampering is named, from the first broken link on."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import uuid4

import psycopg
import pytest
from psycopg.rows import tuple_row

from adapters.postgres.audit import PostgresAudit
from domain.audit import GENESIS, AuditEntry, AuditHead, AuditVerification, audit_body, chain
from domain.tenancy import CompanyId
from tests.environment import Database

COMPANY = CompanyId(uuid4())
AT = datetime(2026, 6, 10, 12, 0, 0, 123_456, tzinfo=UTC)
ODD = {"name": "Ñandú \u2028 \U0001f98a", "quote": '"', "number": 1.5, "zone": datetime(2026, 1, 1, tzinfo=UTC)}


def entries(count: int) -> list[AuditEntry]:
    return [AuditEntry("thing_changed", f"thing:{n}", "user:ana", audit_body({**ODD, "n": n})) for n in range(count)]


async def _append(database: Database, count: int, *, company: CompanyId = COMPANY, at: datetime = AT) -> None:
    async with await psycopg.AsyncConnection.connect(database.url, row_factory=tuple_row) as connection:
        await connection.execute("select set_config('app.company_id', %s, true)", [str(company)])
        await PostgresAudit(connection, company).append(entries(count), at=at)


async def _verify(database: Database, *, company: CompanyId = COMPANY) -> AuditVerification:
    async with await psycopg.AsyncConnection.connect(database.url, row_factory=tuple_row) as connection:
        await connection.execute("select set_config('app.company_id', %s, true)", [str(company)])
        return await PostgresAudit(connection, company).verify()


def _texts(entry: AuditEntry) -> tuple[str, str, str, str]:
    return entry.kind, entry.subject, entry.actor, entry.body


def _tamper(database: Database, statement: str) -> None:
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        connection.execute("alter table audit_entries disable trigger audit_entries_append_only")
        connection.execute(statement)  # type: ignore[call-overload] # a parameter of this test


class TestVerify:
    async def test_holds_for_an_empty_chain(self, database: Database) -> None:
        assert await _verify(database) == AuditVerification(0, GENESIS.hex(), None)

    async def test_holds_over_several_transactions_and_texts_of_any_kind(self, database: Database) -> None:
        for count in (1, 3, 2):
            await _append(database, count)
        await _append(database, 1, at=datetime(2026, 6, 10, 8, tzinfo=timezone(timedelta(hours=-4))))

        verification = await _verify(database)

        assert (verification.checked, verification.first_broken) == (7, None)

    async def test_agrees_with_the_chain_that_the_domain_computes(self, database: Database) -> None:
        await _append(database, 3)

        links = chain(COMPANY, AuditHead(0, GENESIS), entries(3), AT)

        assert (await _verify(database)).head == links[-1].hash.hex()

    @pytest.mark.parametrize(
        "change",
        [
            "kind = 'other'",
            "subject = 'thing:9'",
            "actor = 'user:eve'",
            "body = body || ' '",
            "recorded_at = recorded_at + interval '1 microsecond'",
            "hash = sha256(hash)",
            "previous_hash = sha256(previous_hash)",
        ],
    )
    async def test_names_the_first_link_that_was_changed(self, database: Database, change: str) -> None:
        await _append(database, 5)

        _tamper(database, f"update audit_entries set {change} where number >= 3")

        assert (await _verify(database)).first_broken == 3

    async def test_names_the_link_after_one_that_was_removed(self, database: Database) -> None:
        await _append(database, 5)

        _tamper(database, "delete from audit_entries where number = 2")

        assert (await _verify(database)).first_broken == 3

    async def test_names_the_first_link_of_a_tail_that_was_cut(self, database: Database) -> None:
        await _append(database, 5)

        _tamper(database, "delete from audit_entries where number > 3")

        assert (await _verify(database)).first_broken == 4

    @pytest.mark.parametrize("begin", [5, 3])
    async def test_names_the_end_of_a_tail_that_was_written_anew_with_right_hashes(
        self, database: Database, begin: int
    ) -> None:
        await _append(database, 5)
        honest = chain(COMPANY, AuditHead(0, GENESIS), entries(5), AT)
        forged = [AuditEntry("forged", "thing:0", "user:ana", "{}")] * (6 - begin)
        head = AuditHead(begin - 1, honest[begin - 2].hash)

        with psycopg.connect(database.superuser_url, autocommit=True) as connection:
            connection.execute("alter table audit_entries disable trigger audit_entries_append_only")
            for link in chain(COMPANY, head, forged, AT):
                connection.execute(
                    "update audit_entries set kind = %s, subject = %s, actor = %s, body = %s, previous_hash = %s,"
                    " hash = %s where number = %s",
                    [*_texts(link.entry), link.previous_hash, link.hash, link.number],
                )

        assert (await _verify(database)).first_broken == 5

    async def test_is_not_moved_by_another_companys_broken_chain(self, database: Database) -> None:
        other = CompanyId(uuid4())
        await _append(database, 3)
        await _append(database, 3, company=other)

        _tamper(database, f"update audit_entries set kind = 'x' where company_id = '{other}'")

        assert (await _verify(database)).first_broken is None
        assert (await _verify(database, company=other)).first_broken == 1
