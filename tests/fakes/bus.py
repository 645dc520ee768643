"""A bus in memory."""

from collections.abc import Sequence

from domain.errors import UnavailableError
from services.ports.bus import PendingMessage


class FakeBus:
    """Implements services.ports.bus.MessageBus; `down` makes it refuse."""

    def __init__(self) -> None:
        self.down = False
        self.sent: list[tuple[str, PendingMessage]] = []

    async def send(self, queue: str, messages: Sequence[PendingMessage]) -> None:
        """Keep the messages; raise UnavailableError while it is down."""
        if self.down:
            message = "The queue cannot take messages now; try again."
            raise UnavailableError(message)
        self.sent += [(queue, message) for message in messages]

    async def close(self) -> None:
        """Nothing is open."""

    def take(self, queue: str) -> list[PendingMessage]:
        """The messages of a queue that nobody took yet."""
        taken = [message for name, message in self.sent if name == queue]
        self.sent = [(name, message) for name, message in self.sent if name != queue]
        return taken
