"""Timers through the development host: ticks, firing by hand, missed ticks, one holder at a time."""

import json
from pathlib import Path

from tests.devhost.conftest import Served, a_host
from tests.running import eventually

LONG_AGO = {
    "Last": "2020-01-01T03:00:00+00:00",
    "Next": "2020-01-02T03:00:00+00:00",
    "LastUpdated": "2020-01-01T03:00:00+00:00",
}


class TestTimer:
    def test_ticks_by_itself(self, own: Served) -> None:
        eventually(lambda: len(own.notes("every_second")) >= 2)

        assert own.notes("every_second")[:2] == [False, False]

    def test_is_fired_by_hand(self, own: Served) -> None:
        response = own.client.post("/devhost/timers/nightly")

        assert (response.status_code, own.notes("nightly")) == (204, [False])

    def test_that_fails_says_so(self, own: Served) -> None:
        assert own.client.post("/devhost/timers/failing").status_code == 500

    def test_that_nobody_knows_is_not_found(self, own: Served) -> None:
        assert own.client.post("/devhost/timers/echo").status_code == 404

    def test_that_was_missed_comes_once_and_past_due(self, tmp_path: Path) -> None:
        host = a_host(tmp_path)
        timers = tmp_path / "host" / "timers"
        timers.mkdir(parents=True)
        (timers / "nightly.json").write_text(json.dumps(LONG_AGO))

        with host:
            served = Served(host, None, tmp_path / "notes")  # type: ignore[arg-type] # no client needed
            eventually(lambda: served.notes("nightly"))
            host.kill()
            host.start()
            eventually(lambda: len(served.notes("every_second")) >= 2)

        assert served.notes("nightly") == [True]

    def test_is_left_alone_by_a_second_host_until_the_first_is_gone(self, own: Served, tmp_path: Path) -> None:
        eventually(lambda: own.notes("every_second"))
        second = a_host(tmp_path)
        with second:
            eventually(lambda: len(own.notes("every_second")) >= 4)
            doubled = len(own.notes("every_second"))
            own.host.kill()
            eventually(lambda: len(own.notes("every_second")) > doubled)
