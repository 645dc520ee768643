"""`make up` and `make down`: what runs is left alone, what died is started again, what is not ours is never touched."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from devhost.environment import processes, running, services, settings
from devhost.environment.errors import EnvironmentUnreadyError
from devhost.environment.processes import Launch, Process, find_free_port
from devhost.environment.services import Service
from devhost.environment.settings import LocalSettings

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]


def a_service(name: str, folder: Path, port: int) -> Service:
    """A process that does nothing for a long time."""
    return Service(
        name, lambda _local: processes.start(Launch(name, SLEEPER, folder / f"{name}.log")), lambda _local: port
    )


@pytest.fixture
def isolated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The commands with two harmless services and a folder of their own."""
    local = LocalSettings(0, 0, 0, "password", "key", "nowhere")
    monkeypatch.setattr(running, "LOCAL", tmp_path)
    monkeypatch.setattr(running, "STATE", tmp_path / "state.json")
    monkeypatch.setattr(running, "get_settings", lambda: local)
    monkeypatch.setattr(running, "SERVICES", tuple(a_service(name, tmp_path, find_free_port()) for name in ("a", "b")))
    yield tmp_path
    running.take_down()


def known() -> dict[str, Process]:
    """What the commands remember."""
    return running._read()  # pyright: ignore[reportPrivateUsage] - the state is what is tested


class TestBringUp:
    def test_starts_everything_once(self, isolated: Path) -> None:
        assert running.bring_up() == ["a", "b"]
        assert running.bring_up() == []
        assert running.is_up()

    def test_starts_again_what_died(self, isolated: Path) -> None:
        running.bring_up()
        processes.stop(known()["b"], wait_s=5)

        assert running.bring_up() == ["b"]

    def test_refuses_a_fixed_port_that_another_program_has(
        self, isolated: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(processes, "is_listening", lambda _port: True)

        with pytest.raises(EnvironmentUnreadyError, match="is taken by another program"):
            running.bring_up()

    def test_takes_another_port_where_it_may(self, isolated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(settings, "SETTINGS", isolated / "settings.json")
        monkeypatch.setattr(settings, "LOCAL", isolated)
        monkeypatch.setattr(processes, "is_listening", lambda _port: True)
        movable = Service(
            "redis", lambda _local: Process(0, ""), lambda local: local.redis_port, port_setting="redis_port"
        )

        changed = services.require_free_port(movable, LocalSettings(1, 2, 3, "password", "key", "nowhere"))

        assert changed.redis_port not in {1, 2, 3}
        assert settings.get_settings() == changed


class TestTakeDown:
    def test_stops_what_runs_and_may_be_repeated(self, isolated: Path) -> None:
        running.bring_up()
        process = known()["a"]

        assert running.take_down() == ["b", "a"]
        assert not processes.is_alive(process)
        assert running.take_down() == []

    def test_never_ends_a_process_that_only_has_the_same_pid(self, isolated: Path) -> None:
        with subprocess.Popen(SLEEPER) as stranger:
            running._write({"a": Process(stranger.pid, "1")})  # pyright: ignore[reportPrivateUsage]

            assert running.take_down() == []
            assert stranger.poll() is None
            stranger.kill()
