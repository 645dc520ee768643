"""The repository as a whole: migrations, settings, queues and references that must agree."""

import itertools
import json
import re
from pathlib import Path

from bootstrap.settings import Settings

ROOT = Path(__file__).parents[2]
MIGRATIONS = sorted((ROOT / "sql" / "migrations").glob("[0-9]*.sql"))
FORWARD = [path for path in MIGRATIONS if not path.name.endswith(".rollback.sql")]


class TestMigrations:
    def test_are_numbered_without_gaps(self) -> None:
        assert [int(path.name[:4]) for path in FORWARD] == list(range(1, len(FORWARD) + 1))

    def test_each_can_be_rolled_back(self) -> None:
        assert [path.name for path in FORWARD if not path.with_suffix(".rollback.sql").exists()] == []

    def test_each_depends_on_the_one_before(self) -> None:
        for before, path in itertools.pairwise(FORWARD):
            assert f"-- depends: {before.stem}\n" in path.read_text(), path.name

    def test_each_limits_how_long_it_may_wait_and_run(self) -> None:
        for path in FORWARD:
            assert re.search(r"set local lock_timeout.*set local statement_timeout", path.read_text(), re.DOTALL)


class TestSettings:
    def test_are_all_in_the_sample(self) -> None:
        sample = json.loads((ROOT / "local.settings.sample.json").read_text())["Values"]

        assert {name.lower() for name in sample} == set(Settings.model_fields)

    def test_are_all_explained(self) -> None:
        page = (ROOT / "docs" / "configuration.md").read_text().lower()

        assert [name for name in Settings.model_fields if f"`{name}`" not in page] == []
