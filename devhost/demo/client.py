"""The API as the demo uses it: people with tokens, a machine with a key."""

import time
from typing import Any

import httpx

from devhost.environment.settings import API_PORT
from devhost.identity.people import Person
from devhost.token import issue

WAIT_S = 60.0


class DemoFailedError(Exception):
    """The API did not answer as it must."""


class Client:
    """Calls the API at home."""

    def __init__(self) -> None:
        self._http = httpx.Client(base_url=f"http://127.0.0.1:{API_PORT}/api/v1", timeout=30, trust_env=False)
        self._tokens: dict[Person, str] = {}

    def make(self, person: Person, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """POST something that must be made; raises DemoFailedError with the problem's own words."""
        return self._checked(self._http.post(path, json=body, headers=self._headers(person)))

    def read(self, person: Person, path: str) -> dict[str, Any]:
        """GET something; raises DemoFailedError with the problem's own words."""
        return self._checked(self._http.get(path, headers=self._headers(person)))

    def post_envelope(self, key: str, envelope: dict[str, Any]) -> str:
        """Post one envelope as a Notehub route does; the id of its receipt."""
        answer = self._http.post("/ingest/notehub", json=envelope, headers={"X-Actual-Api-Key": key})
        return str(self._checked(answer)["receipt_id"])

    def wait_for_receipt(self, person: Person, receipt_id: str) -> dict[str, Any]:
        """The receipt once it is processed; raises DemoFailedError when that takes a minute."""
        until = time.monotonic() + WAIT_S
        while time.monotonic() < until:
            receipt = self.read(person, f"/ingest/receipts/{receipt_id}")
            if receipt["status"] == "processed":
                return receipt
            time.sleep(0.05)
        message = f"Receipt {receipt_id} is not processed after {WAIT_S:.0f} s; look at .local/logs/host.log."
        raise DemoFailedError(message)

    def _headers(self, person: Person) -> dict[str, str]:
        if person not in self._tokens:
            self._tokens[person] = issue(person, with_mfa=True)
        return {"Authorization": f"Bearer {self._tokens[person]}"}

    def _checked(self, answer: httpx.Response) -> dict[str, Any]:
        if answer.is_error:
            message = f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text}"
            raise DemoFailedError(message)
        body: dict[str, Any] = answer.json()
        return body
