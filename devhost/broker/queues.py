"""The queues that exist, from `bicep/queues.json`: the one declaration that Bicep deploys and this broker serves."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

DEAD_LETTER_SUFFIX: Final = "/$deadletterqueue"

_DURATION: Final = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")


@dataclass(frozen=True, slots=True)
class QueueSettings:
    """What a queue promises; durations in milliseconds, no window means no duplicate detection."""

    name: str
    lock_ms: int
    max_delivery_count: int
    duplicate_window_ms: int | None


def load_queues(path: Path) -> dict[str, QueueSettings]:
    """Read the declared queues by their lower-case name; raise ValueError or KeyError for a wrong declaration."""
    declared = cast("object", json.loads(path.read_text(encoding="utf-8")))
    if not isinstance(declared, list):
        message = f"{path.name} must hold a list of queues."
        raise TypeError(message)
    entries = cast("list[Mapping[str, object]]", declared)
    return {str(entry["name"]).lower(): _queue(entry) for entry in entries}


def find_entity(queues: Mapping[str, QueueSettings], address: str) -> str | None:
    """Return the queue or dead-letter queue behind a lower-case address, if there is one."""
    return address if address.removesuffix(DEAD_LETTER_SUFFIX) in queues else None


def _queue(entry: Mapping[str, object]) -> QueueSettings:
    window = (
        _milliseconds(entry["duplicateDetectionHistoryTimeWindow"]) if entry["requiresDuplicateDetection"] else None
    )
    return QueueSettings(
        name=str(entry["name"]).lower(),
        lock_ms=_milliseconds(entry["lockDuration"]),
        max_delivery_count=int(str(entry["maxDeliveryCount"])),
        duplicate_window_ms=window,
    )


def _milliseconds(duration: object) -> int:
    """Read an ISO 8601 duration of days to seconds, as Azure writes them: PT1M, P1D, PT0.5S."""
    match = _DURATION.fullmatch(str(duration))
    if match is None or not any(match.groups()):
        message = f"{duration!r} is not a duration."
        raise ValueError(message)
    days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return round((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000)
