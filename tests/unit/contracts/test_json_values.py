"""JSON as devices send it."""

import math

import pytest

from contracts.json_values import NotJsonError, digest_of, key_of, read_json


class TestReadJson:
    @pytest.mark.parametrize(
        "text",
        [
            b"",
            b"{",
            b"[NaN]",
            b"[Infinity]",
            b'"\xff"',
            b"\xef\xbb\xbf[]",
            b"[" * 2000 + b"]" * 2000,
            b"[" * 900 + b"]" * 900,
            b"[1,]",
        ],
    )
    def test_refuses_what_is_no_json(self, text: bytes) -> None:
        with pytest.raises(NotJsonError):
            read_json(text)

    @pytest.mark.parametrize("text", [b"1e999", b"-1e999", b"9" * 5000])
    def test_reads_a_number_beyond_a_double_as_infinite(self, text: bytes) -> None:
        value = read_json(text)

        assert isinstance(value, float)
        assert math.isinf(value)

    def test_replaces_half_of_a_surrogate_pair(self) -> None:
        assert read_json(b'{"\\ud800": ["\\ud83d", "\\ud83d\\ude00"]}') == {"\ufffd": ["\ufffd", "\U0001f600"]}

    def test_lets_the_last_of_two_equal_names_count_on_every_path(self) -> None:
        assert read_json(b'{"a": 1, "a": 2}') == {"a": 2}
        assert read_json(b'{"a": 1, "a": 2, "b": "\\ud800"}') == {"a": 2, "b": "\ufffd"}


class TestDigestOf:
    @pytest.mark.parametrize(("one", "other"), [(8, 8.0), (0, -0.0), ([1], [1.0]), ({"a": 1e3}, {"a": 1000})])
    def test_is_the_same_for_the_same_number(self, one: object, other: object) -> None:
        assert digest_of(one) == digest_of(other)

    @pytest.mark.parametrize(("one", "other"), [(1, "1"), (1, True), (None, 0), ("1.0", "1"), ([1, 2], [2, 1])])
    def test_differs_for_different_values(self, one: object, other: object) -> None:
        assert digest_of(one) != digest_of(other)


class TestKeyOf:
    def test_tells_where_one_part_ends(self) -> None:
        assert key_of("ab", "c") != key_of("a", "bc")
