"""Our queues."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class PendingMessage:
    """A message for one of our queues; a repeat of `message_id` is dropped where the queue detects duplicates."""

    message_id: str
    body: bytes
    properties: Mapping[str, str] = field(default_factory=dict[str, str])


class MessageBus(Protocol):
    """Sends to a queue of bicep/queues.json."""

    async def send(self, queue: str, messages: Sequence[PendingMessage]) -> None:
        """Return once the broker holds every message; raise UnavailableError otherwise."""
        ...
