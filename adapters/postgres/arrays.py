"""Columns as PostgreSQL arrays: one text per column, made in C, where a driver would adapt every element."""

import re
from collections.abc import Sequence

import orjson

OTHER_ESCAPE = re.compile(rb'\\[^"\\]')


def array_of(column: Sequence[object]) -> object:
    r"""A parameter for `%(name)s::type[]` out of numbers, booleans, ids, texts and nulls.

    JSON and PostgreSQL quote alike but for control characters, which PostgreSQL does not know as `\n`: a column with
    one of them is left to the driver.
    """
    text = orjson.dumps(column)
    if b"\\" in text and OTHER_ESCAPE.search(text.replace(rb"\\", b"")):
        return list(column)
    return "{" + text[1:-1].decode() + "}"


def hex_array_of(column: Sequence[bytes]) -> str:
    """A parameter of hexadecimal texts, for `decode(..., 'hex')`."""
    return "{" + ",".join([each.hex() or '""' for each in column]) + "}"
