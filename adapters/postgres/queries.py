"""Every statement of sql/queries, by name: the only place where text becomes a statement."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import LiteralString, cast

QUERIES = Path(__file__).parents[2] / "sql" / "queries"
NAME = re.compile(r"^-- name: (?P<name>[a-z][a-z0-9_]*)$", re.MULTILINE)


@cache
def queries(noun: str) -> Mapping[str, LiteralString]:
    """The statements of sql/queries/<noun>.sql by their `-- name:`; raises ValueError when a name comes twice."""
    text = (QUERIES / f"{noun}.sql").read_text(encoding="utf-8")
    pieces = NAME.split(text)[1:]
    names = pieces[0::2]
    if len(names) != len(set(names)):
        message = f"sql/queries/{noun}.sql names a statement twice"
        raise ValueError(message)
    statements = dict(zip(names, pieces[1::2], strict=True))
    return MappingProxyType(cast("dict[str, LiteralString]", statements))
