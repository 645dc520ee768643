"""The generated references are those that the present code would generate."""

import json
import re
import subprocess
import sys
from pathlib import Path

import psycopg
from openapi_spec_validator import validate

from devhost import openapi, problems, schema
from tests.environment import Database

ROOT = Path(__file__).parents[2]
EXPORT = ("export", "--frozen", "--no-dev", "--no-emit-project", "--quiet", "--no-header")


class TestOpenApi:
    def test_file_is_current(self) -> None:
        assert openapi.TARGET.read_text() == openapi.document_text(), "run make openapi"

    def test_file_is_a_valid_document(self) -> None:
        validate(json.loads(openapi.TARGET.read_text()))


class TestProblems:
    def test_page_is_current(self) -> None:
        assert problems.TARGET.read_text() == problems.document_text(), "run python -m devhost.problems"


class TestSchema:
    def test_page_is_current_and_every_index_says_why(self, module_database: Database) -> None:
        with psycopg.connect(module_database.superuser_url) as connection:
            assert schema.TARGET.read_text() == schema.document_text(connection), "run python -m devhost.schema"


class TestRequirements:
    def test_are_those_of_the_lock(self) -> None:
        exported = subprocess.run(
            [sys.executable, "-m", "uv", *EXPORT], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout

        assert (ROOT / "requirements.txt").read_text() == exported, f"run uv {' '.join(EXPORT)} -o requirements.txt"


class TestDocuments:
    def test_name_only_files_that_exist(self) -> None:
        broken = [
            (str(page.relative_to(ROOT)), target)
            for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "sql").glob("*.md")]
            for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text())
            if "://" not in target and not (page.parent / target).exists()
        ]

        assert broken == []
