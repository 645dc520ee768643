"""Columns as PostgreSQL arrays."""

import uuid

import pytest

from adapters.postgres.arrays import array_of, hex_array_of


class TestArrayOf:
    @pytest.mark.parametrize(
        ("column", "text"),
        [
            ([], "{}"),
            ([1, None, 2.5, True], "{1,null,2.5,true}"),
            (["a", None, 'say "x"', "a\\b", "{,}"], '{"a",null,"say \\"x\\"","a\\\\b","{,}"}'),
            ([uuid.UUID(int=7)], '{"00000000-0000-0000-0000-000000000007"}'),
            (["null"], '{"null"}'),
        ],
    )
    def test_writes_what_postgresql_reads(self, column: list[object], text: str) -> None:
        assert array_of(column) == text

    @pytest.mark.parametrize("text", ["a\nb", "\\\n", "\x00"])
    def test_leaves_control_characters_to_the_driver(self, text: str) -> None:
        assert array_of([text]) == [text]


class TestHexArrayOf:
    def test_writes_bytes_as_hexadecimal_text(self) -> None:
        assert hex_array_of([b"\x00\xff", b""]) == '{00ff,""}'
