"""Kill tests in their short form; `make faults` runs them long."""

import asyncio
import time
from collections.abc import Iterator

import pytest

from bench.workload import Upload, all_badges, all_companies, all_uploads
from tests.faults.rounds import Outcome, replay
from tests.faults.senders import send_all
from tests.faults.stage import Round, Stage, a_round, a_stage
from tests.running import eventually

pytestmark = pytest.mark.slow
EVENTS = 20
COMPANIES = 2
UPLOADS = 8
OUTAGE_S = 10
RECOVERY_S = 2


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with a_stage(all_companies()[:COMPANIES]) as made:
        yield made


@pytest.fixture(scope="module")
def uploads() -> list[Upload]:
    return list(all_uploads(all_badges(all_companies()[:COMPANIES]), count=UPLOADS, events=EVENTS))


@pytest.fixture(scope="module")
def undisturbed(stage: Stage, uploads: list[Upload]) -> Outcome:
    return replay(stage, "undisturbed", uploads)


class TestKills:
    @pytest.mark.parametrize("seed", [1, 2])
    def test_of_host_and_database_lose_and_double_nothing(
        self, stage: Stage, uploads: list[Upload], undisturbed: Outcome, seed: int
    ) -> None:
        outcome = replay(stage, f"killed_{seed}", uploads, faults=("host", "fast", "immediate"), seed=seed)

        assert (outcome.days, outcome.intervals) == (undisturbed.days, undisturbed.intervals)

    def test_of_the_broker_lose_and_double_nothing(
        self, stage: Stage, uploads: list[Upload], undisturbed: Outcome
    ) -> None:
        outcome = replay(stage, "broker_killed", uploads, faults=("broker",), seed=3)

        assert (outcome.days, outcome.intervals) == (undisturbed.days, undisturbed.intervals)


class TestOutage:
    def test_of_the_database_does_not_stop_accepting(self, stage: Stage, uploads: list[Upload]) -> None:
        first = uploads[: COMPANIES * 10]
        with a_round(stage, "outage") as around:
            asyncio.run(send_all(around.product.host.url, first, stage.accounts))
            eventually(lambda: not around.has_messages("ingest"))
            stage.server.stop()
            sent = asyncio.run(send_all(around.product.host.url, uploads[len(first) :], stage.accounts))
            time.sleep(OUTAGE_S)
            stage.server.start()

            time.sleep(RECOVERY_S)

            assert sent.again == 0
            assert ask(around) == [200] * 10
            eventually(lambda: not around.has_messages("ingest"), wait_s=120)
            assert not around.has_messages("ingest", dead=True)


def ask(around: Round) -> list[int]:
    """The statuses of some requests that read the database."""
    with around.product.client(around.product.token("platform")) as client:
        return [client.get("/api/v1/companies").status_code for _ in range(10)]
