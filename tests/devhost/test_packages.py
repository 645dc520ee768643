"""What a machine lacks is installed, or named in one sentence."""

import shutil

import pytest

from devhost.environment import packages
from devhost.environment.errors import EnvironmentUnreadyError


class TestEnsurePackages:
    def test_runs_nothing_where_nothing_is_missing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(packages, "list_missing", list)
        monkeypatch.setattr(packages, "_run", lambda _command: pytest.fail("ran something"))

        packages.ensure_packages()

    def test_names_what_is_missing_on_another_system(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(packages, "list_missing", lambda: ["redis-server"])
        monkeypatch.setattr(shutil, "which", lambda _name: None)

        with pytest.raises(EnvironmentUnreadyError, match=r"Missing: redis-server\. On this system, install"):
            packages.ensure_packages()

    def test_stops_where_it_may_not_install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(packages, "list_missing", lambda: ["redis-server"])
        monkeypatch.setattr(packages, "_find_way_to_root", lambda: None)
        monkeypatch.setattr(packages, "_run", lambda _command: pytest.fail("ran something"))

        with pytest.raises(EnvironmentUnreadyError, match="sudo make setup"):
            packages.ensure_packages()

    def test_installs_and_looks_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        ran: list[list[str]] = []
        missing = iter([["redis-server"], list[str]()])
        monkeypatch.setattr(packages, "list_missing", lambda: next(missing))
        monkeypatch.setattr(packages, "_find_way_to_root", list)
        monkeypatch.setattr(packages, "_choose_packages", lambda: ["redis-server"])
        monkeypatch.setattr(packages, "_run", ran.append)

        packages.ensure_packages()

        assert [command[-1] for command in ran] == ["-q", "redis-server"]


class TestFindPostgresPrograms:
    def test_finds_those_that_this_machine_uses(self) -> None:
        programs = packages.find_postgres_programs()

        assert programs is not None
        assert (programs / "initdb").exists()
