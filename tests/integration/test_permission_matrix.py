"""Who may call what, for every operation of the document: nobody, a role, a key; by the permission table alone."""

from domain.permissions import PERMISSIONS
from tests.index import PLATFORM, Api
from tests.integration.test_odd_inputs import NOBODY, SOME_PATH
from tests.operations import Operation, operations

GUARDED = [name for name in operations() if not PERMISSIONS[name].public]
INCLUDED = {"viewer": {"viewer"}, "operator": {"viewer", "operator"}, "admin": {"viewer", "operator", "admin"}}
"""Each role of a company with those that it holds."""


def _path(operation: Operation) -> str:
    path = operation.path
    for name in operation.path_parameters:
        path = path.replace(f"{{{name}}}", SOME_PATH.get(name, NOBODY))
    return path


async def test_every_operation_opens_to_exactly_whom_its_row_names(shared_api: Api) -> None:
    api, home = shared_api, await shared_api.make_company()
    keys = {
        scope: (await api.make("/api/v1/api-keys", {"name": scope, "scopes": [scope]}, as_=home.admin))["key"]
        for scope in ("ingest", "read", "agent")
    }
    people = {"viewer": home.viewer, "operator": home.operator, "admin": home.admin, "platform": PLATFORM}
    wrong: list[tuple[str, str, int, bool]] = []
    for name in GUARDED:
        operation, row = operations()[name], PERMISSIONS[name]

        async def call(bearer: str | None, operation: Operation = operation) -> int:
            headers = {} if bearer is None else {"Authorization": f"Bearer {bearer}"}
            return (await api.call(operation.method, _path(operation), content=b"?", headers=headers)).status

        if (status := await call(None)) != 401:
            wrong.append((name, "nobody", status, False))
        asked = [
            (role, api.token(person), bool(INCLUDED.get(role, {role}) & {str(one) for one in row.roles}))
            for role, person in people.items()
        ] + [(scope, key, scope in {str(one) for one in row.scopes}) for scope, key in keys.items()]
        for who, bearer, may in asked:
            status = await call(bearer)
            if (status not in {401, 403}) != may or (not may and status != 403):
                wrong.append((name, who, status, may))

    assert wrong == []
    assert len(GUARDED) > 70
