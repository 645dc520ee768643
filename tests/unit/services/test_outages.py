"""Waiting for a database that is away, and not asking it all the time."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from domain.errors import UnavailableError
from services.outages import ASK_AGAIN, AT_ONCE, Outage, outlast, outlast_each

NOW = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)


class Flaky:
    """Fails a few times."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.tries = 0

    async def attempt(self) -> None:
        """Fail or succeed."""
        self.tries += 1
        if self.tries <= self.failures:
            raise UnavailableError("away")


class TestOutlast:
    async def test_tries_until_it_succeeds(self) -> None:
        flaky = Flaky(2)

        await outlast(flaky.attempt, pauses_s=(0, 0, 0))

        assert flaky.tries == 3

    async def test_gives_up_when_the_pauses_are_used_up(self) -> None:
        flaky = Flaky(9)

        with pytest.raises(UnavailableError):
            await outlast(flaky.attempt, pauses_s=(0, 0))

        assert flaky.tries == 3

    async def test_does_not_repeat_what_fails_for_another_reason(self) -> None:
        tries: list[int] = []

        async def break_() -> None:
            tries.append(1)
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await outlast(break_, pauses_s=(0, 0))
        assert len(tries) == 1


class TestOutlastEach:
    async def test_tries_all_and_tells_which_failed(self) -> None:
        steady = Flaky(0)

        async def breaks() -> None:
            raise ValueError("a bug")

        with pytest.RaisesGroup(ValueError):
            await outlast_each([breaks, steady.attempt], what="Unable")

        assert steady.tries == 1

    async def test_lets_nobody_wait_for_the_pauses_of_others(self) -> None:
        tried: list[str] = []
        patient = [Flaky(1) for _ in range(AT_ONCE)]

        def told(name: str, flaky: Flaky) -> Callable[[], Awaitable[None]]:
            async def attempt() -> None:
                await flaky.attempt()
                tried.append(name)

            return attempt

        await outlast_each([*(told("later", each) for each in patient), told("at once", Flaky(0))], what="Unable")

        assert tried == ["at once", *["later"] * AT_ONCE]


class TestOutage:
    def test_asks_until_it_learns_of_an_outage(self) -> None:
        outage = Outage()

        assert outage.should_ask(NOW)
        assert outage.should_ask(NOW)

    def test_lets_one_caller_ask_every_few_seconds(self) -> None:
        outage = Outage()
        outage.note_away(NOW)

        assert not outage.should_ask(NOW + timedelta(seconds=1))
        assert outage.should_ask(NOW + ASK_AGAIN)
        assert not outage.should_ask(NOW + ASK_AGAIN)

    def test_is_over_once_the_database_answers(self) -> None:
        outage = Outage()
        outage.note_away(NOW)
        outage.note_back()

        assert outage.should_ask(NOW)
        assert outage.should_ask(NOW)
