"""One call of a consumer brings messages of many companies: what breaks one must not keep the others waiting."""

import json
from uuid import uuid4

import azure.functions as func
import psycopg
import pytest

from tests.index import Api, Home, functions
from tests.posts import a_yard, an_envelope, an_event, hand_over

BREAK = """
create function break_it() returns trigger language plpgsql as $$ begin raise 'a bug'; end; $$;
create trigger breaks before {change} on {table} for each row when ({row}.company_id = '{company}')
execute function break_it();
"""


def break_for(api: Api, home: Home, *, table: str, change: str) -> None:
    """Let a change of the table fail for one company."""
    row = "old" if change == "delete" else "new"
    statement = BREAK.format(change=change, table=table, row=row, company=home.id)
    with psycopg.connect(api.database.superuser_url, autocommit=True) as connection:
        connection.execute(statement.encode())


class TestStoreEvents:
    async def test_processes_the_posts_of_other_companies_when_one_cannot_be_served(self, api: Api) -> None:
        broken = await a_yard(api)
        well = await a_yard(api, register=False)
        break_for(api, broken.home, table="receipts", change="insert")
        posts = [await yard.post(an_envelope(an_event(1))) for yard in (broken, well)]
        messages = [*broken.bus.take("ingest"), *well.bus.take("ingest")]

        with pytest.RaisesGroup(psycopg.errors.RaiseException):
            await hand_over(messages)

        receipts = [
            await yard.receipt(post.json["receipt_id"]) for yard, post in zip((broken, well), posts, strict=True)
        ]
        assert [receipt["status"] for receipt in receipts] == ["queued", "processed"]


class TestDispatchWorkflowMessage:
    async def test_recomputes_for_other_companies_when_one_cannot_be_served(self, api: Api) -> None:
        homes = [await api.make_company() for _ in range(2)]
        break_for(api, homes[0], table="recompute_marks", change="delete")
        mark = "insert into recompute_marks (company_id, subject_kind, subject_id, day) values (%s, 'worker', %s, %s)"
        with psycopg.connect(api.database.superuser_url, autocommit=True) as connection:
            for home in homes:
                connection.execute(mark, [home.id, uuid4(), "2026-06-10"])

        bodies = [json.dumps({"kind": "workdays_marked", "company_id": str(home.id)}).encode() for home in homes]
        received = [func.ServiceBusMessage(body=body) for body in bodies]  # pyright: ignore[reportCallIssue]
        with pytest.RaisesGroup(psycopg.errors.RaiseException):
            await functions()["dispatch_workflow_message"].get_user_function()(messages=received)

        with psycopg.connect(api.database.superuser_url) as connection:
            left = connection.execute("select company_id::text from recompute_marks").fetchall()
        assert left == [(str(homes[0].id),)]
