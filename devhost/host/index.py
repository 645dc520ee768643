"""The index of a function app, read as the Python worker reads it: names, user functions and raw bindings."""

import importlib
import inspect
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from azure.functions import FunctionApp

from devhost.environment.variables import OWN

TRIGGERS = frozenset({"httpTrigger", "timerTrigger", "serviceBusTrigger"})
OUTPUTS = frozenset({"http"})


class UnservableError(Exception):
    """A function app that this host cannot serve, in one sentence."""


@dataclass(frozen=True, slots=True)
class IndexedFunction:
    """One function: what triggers it, and how it wants to be called."""

    name: str
    call: Callable[..., Any]
    trigger: dict[str, Any]
    is_async: bool
    wants_context: bool
    has_return: bool

    @property
    def kind(self) -> str:
        """The type of its trigger, as the binding names it."""
        return str(self.trigger["type"])

    @property
    def parameter(self) -> str:
        """The name of the parameter that takes the trigger's value."""
        return str(self.trigger["name"])


def load_index(root: Path, *, module: str = "function_app", attribute: str = "app") -> list[IndexedFunction]:
    """Import the app from its folder and read every enabled function; raises UnservableError for what is not served."""
    sys.path.insert(0, str(root))
    app = cast("FunctionApp", getattr(importlib.import_module(module), attribute))
    found = [read_function(function) for function in cast("Sequence[Any]", app.get_functions())]
    return [function for function in found if not _is_disabled(function.name)]


def read_function(function: Any) -> IndexedFunction:  # noqa: ANN401 - the library's Function is not exported
    """Read one function of the library's index."""
    name = str(function.get_function_name())
    bindings = [cast("dict[str, Any]", json.loads(raw)) for raw in function.get_raw_bindings()]
    triggers = [binding for binding in bindings if binding["type"] in TRIGGERS]
    others = [binding["type"] for binding in bindings if binding["type"] not in TRIGGERS | OUTPUTS]
    if others or len(triggers) != 1:
        raise UnservableError(f"Function {name} has bindings that the development host does not serve: {others}.")
    call = cast("Callable[..., Any]", function.get_user_function())
    parameters = set(inspect.signature(call).parameters)
    if triggers[0]["name"] not in parameters:
        raise UnservableError(f"Function {name} has no parameter {triggers[0]['name']!r} for its trigger.")
    return IndexedFunction(
        name=name,
        call=call,
        trigger=triggers[0],
        is_async=inspect.iscoroutinefunction(call),
        wants_context="context" in parameters and triggers[0]["name"] != "context",
        has_return=any(binding["name"] == "$return" for binding in bindings),
    )


def _is_disabled(name: str) -> bool:
    return OWN.get(f"AzureWebJobs.{name}.Disabled", "").lower() in {"1", "true"}
