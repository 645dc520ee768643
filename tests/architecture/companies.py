"""Which tables a statement reads or writes without saying for which company."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pglast import ast, parse_sql

STATEMENTS = (ast.SelectStmt, ast.UpdateStmt, ast.DeleteStmt, ast.InsertStmt)
COMPANIES = "companies"
"""The one table whose own id is the company's."""


@dataclass
class Level:
    """One query or subquery: its own tables by alias, and the columns that its conditions compare for equality."""

    tables: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    compared: set[str] = field(default_factory=set[str])


def tables_without_company(statement: str) -> list[str]:
    """The aliases of tables that no condition of their own query ties to a company, and inserts that leave it out."""
    tree = parse_sql(statement)
    with_names = {node.ctename for node in _nodes(tree) if isinstance(node, ast.CommonTableExpr)}
    found: list[str] = []
    for node in _nodes(tree):
        if isinstance(node, ast.InsertStmt) and "company_id" not in {column.name for column in node.cols or ()}:
            found.append(node.relation.relname)
        if isinstance(node, STATEMENTS):
            found += _untied(_level_of(node), with_names)
    return found


def _untied(level: Level, with_names: set[str]) -> Iterator[str]:
    for table, alias in level.tables:
        column = "id" if table == COMPANIES else "company_id"
        if table not in with_names and not level.compared & {f"{alias}.{column}", column}:
            yield alias


def _level_of(statement: Any) -> Level:
    level = Level()
    target = statement.relation if isinstance(statement, ast.InsertStmt) else None
    for node in _own_nodes(statement):
        if isinstance(node, ast.RangeVar) and node is not target:
            level.tables.append((node.relname, node.alias.aliasname if node.alias else node.relname))
        if isinstance(node, ast.A_Expr) and node.name[-1].sval == "=":
            level.compared |= set(_columns(node.lexpr)) | set(_columns(node.rexpr))
    return level


def _columns(side: Any) -> Iterator[str]:
    """The columns of one side of a comparison, also of (a, b) = (c, d)."""
    if isinstance(side, ast.RowExpr):
        for each in side.args:
            yield from _columns(each)
    if isinstance(side, ast.ColumnRef):
        yield ".".join(part.sval for part in side.fields if isinstance(part, ast.String))


def _own_nodes(node: Any) -> Iterator[Any]:
    """What stands in a statement itself, and not in those within it."""
    for child in _children(node):
        if not isinstance(child, STATEMENTS):
            yield child
            yield from _own_nodes(child)


def _nodes(node: Any) -> Iterator[Any]:
    for child in _children(node):
        yield child
        yield from _nodes(child)


def _children(node: Any) -> Iterator[Any]:
    parts = node if isinstance(node, tuple) else [getattr(node, name) for name in node] if _is_node(node) else []
    for part in parts:
        if isinstance(part, tuple):
            yield from _children(part)
        elif _is_node(part):
            yield part


def _is_node(value: object) -> bool:
    return isinstance(value, ast.Node)
