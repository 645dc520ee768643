"""What the host reads from host.json, and settings named in bindings as `%NAME%`."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from devhost.environment.variables import OWN


@dataclass(frozen=True, slots=True)
class HostSettings:
    """The part of host.json that this host obeys; the values without a file are the real host's."""

    route_prefix: str = "api"
    concurrent_calls: int = 16
    batch_size: int = 1000
    batch_wait_s: float = 30.0
    prefetch: int = 0
    lock_renewal_s: float = 300.0


def read_host_settings(root: Path) -> HostSettings:
    """Read host.json in the app's folder; a missing value keeps the real host's default."""
    path = root / "host.json"
    document = cast("dict[str, Any]", json.loads(path.read_text())) if path.exists() else {}
    extensions = cast("dict[str, Any]", document.get("extensions", {}))
    bus = cast("dict[str, Any]", extensions.get("serviceBus", {}))
    usual = HostSettings()
    return HostSettings(
        route_prefix=str(extensions.get("http", {}).get("routePrefix", usual.route_prefix)).strip("/"),
        concurrent_calls=int(bus.get("maxConcurrentCalls", usual.concurrent_calls)),
        batch_size=int(bus.get("maxMessageBatchSize", usual.batch_size)),
        batch_wait_s=_seconds(bus.get("maxBatchWaitTime"), usual.batch_wait_s),
        prefetch=int(bus.get("prefetchCount", usual.prefetch)),
        lock_renewal_s=_seconds(bus.get("maxAutoLockRenewalDuration"), usual.lock_renewal_s),
    )


def resolve(text: str) -> str:
    """Replace each `%NAME%` by that setting; raises KeyError for one that is not set."""
    return re.sub(r"%([^%]+)%", lambda match: OWN[match[1]], text)


def get_setting(name: str) -> str | None:
    """A setting that a binding names, such as its connection."""
    return OWN.get(name)


def _seconds(text: str | None, otherwise: float) -> float:
    if text is None:
        return otherwise
    hours, minutes, seconds = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
