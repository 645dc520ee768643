"""The host's keys for routes that are not anonymous: a master key and one for all functions; made once, kept."""

import hmac
import json
import secrets
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Keys:
    """The two keys of this host."""

    master: str
    functions: str

    def allow(self, level: str, given: str | None) -> bool:
        """Whether a key (or none) opens a route of an auth level: anonymous, function or admin."""
        if level == "anonymous":
            return True
        if given is None:
            return False
        accepted = [self.master] if level == "admin" else [self.master, self.functions]
        return any(hmac.compare_digest(given.encode(), key.encode()) for key in accepted)


def get_keys(path: Path) -> Keys:
    """Read the keys, made on first use and readable by their owner alone."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(json.dumps({"master": secrets.token_urlsafe(32), "functions": secrets.token_urlsafe(32)}))
    return Keys(**json.loads(path.read_text()))
