"""The index as a whole: it loads without settings, and every operation is named, guarded and documented once."""

import subprocess
import sys
from pathlib import Path

from domain.permissions import PERMISSIONS
from tests.index import bindings, functions

ROOT = Path(__file__).parents[2]


def _operations() -> dict[str, dict[str, object]]:
    import function_app  # noqa: PLC0415 # the index is built once per process by tests.index

    paths = function_app.api.openapi()["paths"].values()
    return {operation["operationId"]: operation for path in paths for operation in path.values()}


def _http_functions() -> set[str]:
    return {name for name in functions() if bindings(name)[0]["type"] == "httpTrigger"}


class TestIndex:
    def test_loads_in_an_empty_environment(self) -> None:
        done = subprocess.run(
            [sys.executable, "-c", "import function_app; print(len(function_app.app.get_functions()))"],
            cwd=ROOT,
            env={},
            capture_output=True,
            text=True,
            check=False,
        )

        assert (done.returncode, done.stderr) == (0, "")
        assert int(done.stdout) == len(functions())

    def test_has_lower_case_names(self) -> None:
        assert [name for name in functions() if name != name.lower() or not name.replace("_", "").isalnum()] == []

    def test_lets_the_application_authenticate_every_http_function(self) -> None:
        levels = {name: bindings(name)[0]["authLevel"] for name in _http_functions()}

        assert {name for name, level in levels.items() if level != "ANONYMOUS"} == set()

    def test_names_its_triggers_as_the_parameters_of_the_functions(self) -> None:
        for name, function in functions().items():
            code = function.get_user_function().__code__
            parameters = code.co_varnames[: code.co_argcount]
            assert [binding["name"] for binding in bindings(name) if binding["name"] != "$return"] == list(parameters)


class TestPermissions:
    def test_have_one_row_per_http_function(self) -> None:
        assert set(PERMISSIONS) == _http_functions()

    def test_name_the_operations_of_the_document(self) -> None:
        undocumented = {"answer_unknown_route", "get_openapi_document", "show_api_documentation"}

        assert set(_operations()) == _http_functions() - undocumented

    def test_leave_nothing_open_but_the_service_itself(self) -> None:
        public = {name for name, permission in PERMISSIONS.items() if permission.public}

        assert public == {
            "answer_unknown_route",
            "get_health",
            "get_readiness",
            "get_openapi_document",
            "show_api_documentation",
        }

    def test_open_every_other_operation_to_somebody(self) -> None:
        nobody = [
            name
            for name, permission in PERMISSIONS.items()
            if not (permission.public or permission.roles or permission.scopes)
        ]

        assert nobody == []


class TestOperations:
    def test_say_what_they_do(self) -> None:
        silent = [name for name, operation in _operations().items() if not operation.get("description")]

        assert silent == []

    def test_answer_401_and_403_unless_public(self) -> None:
        for name, operation in _operations().items():
            statuses = set(operation["responses"])  # type: ignore[call-overload] # a JSON object
            assert PERMISSIONS[name].public or {"401", "403"} <= statuses, name
