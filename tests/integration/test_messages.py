"""One call of a consumer brings messages of many companies: what breaks one must not keep the others waiting."""

import json
from uuid import UUID

import azure.functions as func
import psycopg
import pytest

from services import backlog
from tests.index import Api, Home, functions
from tests.posts import a_yard, an_envelope, an_event, hand_over

BREAK = """
create function break_it() returns trigger language plpgsql as $$ begin raise 'a bug'; end; $$;
create trigger breaks before insert on receipts for each row when (new.company_id = '{company}')
execute function break_it();
"""


def break_for(api: Api, home: Home) -> None:
    """Let every post of one company fail."""
    with psycopg.connect(api.database.superuser_url, autocommit=True) as connection:
        connection.execute(BREAK.format(company=home.id).encode())


class TestStoreEvents:
    async def test_processes_the_posts_of_other_companies_when_one_cannot_be_served(self, api: Api) -> None:
        broken = await a_yard(api)
        well = await a_yard(api, register=False)
        break_for(api, broken.home)
        posts = [await yard.post(an_envelope(an_event(1))) for yard in (broken, well)]
        messages = [*broken.bus.take("ingest"), *well.bus.take("ingest")]

        with pytest.RaisesGroup(psycopg.errors.RaiseException):
            await hand_over(messages)

        receipts = [
            await yard.receipt(post.json["receipt_id"]) for yard, post in zip((broken, well), posts, strict=True)
        ]
        assert [receipt["status"] for receipt in receipts] == ["queued", "processed"]


class TestDispatchWorkflowMessage:
    async def test_recomputes_for_other_companies_when_one_cannot_be_served(
        self, api: Api, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        homes = [await api.make_company() for _ in range(2)]
        served: list[str] = []

        async def recompute(company_id: UUID, **_: object) -> None:
            if str(company_id) == str(homes[0].id):
                raise LookupError
            served.append(str(company_id))

        monkeypatch.setattr(backlog, "recompute_marked", recompute)
        bodies = [json.dumps({"kind": "workdays_marked", "company_id": str(home.id)}).encode() for home in homes]
        received = [func.ServiceBusMessage(body=body) for body in bodies]  # pyright: ignore[reportCallIssue]

        with pytest.RaisesGroup(LookupError):
            await functions()["dispatch_workflow_message"].get_user_function()(messages=received)

        assert served == [str(homes[1].id)]
