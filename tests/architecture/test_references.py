"""The generated references are those that the present code would generate."""

import psycopg

from devhost import openapi, schema
from tests.environment import Database


class TestOpenApi:
    def test_file_is_current(self) -> None:
        assert openapi.TARGET.read_text() == openapi.document_text(), "run make openapi"


class TestSchema:
    def test_page_is_current_and_every_index_says_why(self, module_database: Database) -> None:
        with psycopg.connect(module_database.superuser_url) as connection:
            assert schema.TARGET.read_text() == schema.document_text(connection), "run python -m devhost.schema"
