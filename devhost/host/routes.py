"""Finds the function for a method and a path: literals before parameters before the catch-all, ignoring case."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

from devhost.host.index import IndexedFunction, UnservableError

RESERVED = ("admin", "runtime")
PARAMETER = re.compile(r"\{(\*?)([A-Za-z_][A-Za-z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class Match:
    """The function that answers, and the values of its route's parameters."""

    function: IndexedFunction
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class _End:
    function: IndexedFunction
    methods: frozenset[str]
    names: tuple[str, ...]


@dataclass(slots=True)
class _Node:
    literals: "dict[str, _Node]" = field(default_factory=lambda: dict[str, _Node]())  # noqa: PLW0108 - names itself
    parameter: "_Node | None" = None
    ends: list[_End] = field(default_factory=list[_End])
    rest: list[_End] = field(default_factory=list[_End])


class Routes:
    """The routes of every HTTP function."""

    def __init__(self, functions: Sequence[IndexedFunction], *, prefix: str) -> None:
        self._top = _Node()
        self._prefix = prefix
        for function in functions:
            self._add(function)

    def find(self, method: str, raw_path: str) -> Match | None:
        """The function for a path as it came over the wire, or None where the real host answers 404."""
        path = raw_path.removeprefix("/").removesuffix("/")
        segments = path.split("/") if path else []
        for end, values in _walk(self._top, segments, ()):
            if not end.methods or method in end.methods:
                return Match(end.function, dict(zip(end.names, map(unquote, values), strict=True)))
        return None

    def _add(self, function: IndexedFunction) -> None:
        route = str(function.trigger.get("route") or function.name).strip("/")
        if route.split("/")[0].lower() in RESERVED:
            raise UnservableError(f"The route of {function.name} begins with a word that the host keeps for itself.")
        methods = frozenset(str(method).upper() for method in function.trigger.get("methods") or ())
        node, names, ends = self._top, list[str](), None
        for segment in filter(None, f"{self._prefix}/{route}".split("/")):
            node, ends = _step(node, segment, names, function.name)
        _keep(node.ends if ends is None else ends, _End(function, methods, tuple(names)))


def _step(node: _Node, segment: str, names: list[str], owner: str) -> tuple[_Node, list[_End] | None]:
    if "{" not in segment:
        return node.literals.setdefault(segment.lower(), _Node()), None
    parameter = PARAMETER.fullmatch(segment)
    if parameter is None:
        raise UnservableError(f"The route of {owner} holds {segment!r}; only plain {{name}} and {{*name}} are served.")
    names.append(parameter[2])
    if parameter[1]:
        return node, node.rest
    if node.parameter is None:
        node.parameter = _Node()
    return node.parameter, None


def _keep(ends: list[_End], new: _End) -> None:
    for old in ends:
        if not old.methods or not new.methods or old.methods & new.methods:
            raise UnservableError(f"{old.function.name} and {new.function.name} have the same route and method.")
    ends.append(new)


def _walk(node: _Node, segments: Sequence[str], values: tuple[str, ...]) -> Iterator[tuple[_End, tuple[str, ...]]]:
    if not segments:
        for end in node.ends:
            yield end, values
    else:
        head, tail = segments[0], segments[1:]
        literal = node.literals.get(unquote(head).lower())
        if literal is not None:
            yield from _walk(literal, tail, values)
        if node.parameter is not None and head:
            yield from _walk(node.parameter, tail, (*values, head))
    for end in node.rest:
        yield end, (*values, "/".join(segments))
