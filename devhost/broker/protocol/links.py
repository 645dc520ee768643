"""Links, and the messages and settlements that pass over them, as typed views of what proton holds.

proton's API is untyped in parts, hence the switches below.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportMissingTypeStubs=false

from collections.abc import Mapping
from enum import Enum, auto
from typing import Any, Final, TypeAlias

from proton import Condition, Delivery
from proton import Link as ProtonLink

# Objects of proton, whose own annotations say `None` where none can be.
ProtonObject: TypeAlias = Any

# azure-servicebus 7.15 reads the third field of a rejection's error unasked, and waits for ever if there is none.
_INFO: ProtonObject = {"source": "devhost"}

MAX_MESSAGE_BYTES: Final = 262_144


class Outcome(Enum):
    """What a receiver says of a message."""

    ACCEPTED = auto()
    REJECTED = auto()
    RELEASED = auto()
    MODIFIED = auto()


_OUTCOMES: Final[Mapping[int, Outcome]] = {
    int(Delivery.ACCEPTED): Outcome.ACCEPTED,
    int(Delivery.REJECTED): Outcome.REJECTED,
    int(Delivery.RELEASED): Outcome.RELEASED,
    int(Delivery.MODIFIED): Outcome.MODIFIED,
}
_DISPOSITIONS: Final = {outcome: disposition for disposition, outcome in _OUTCOMES.items()}


class Link:
    """One end of a link; `sends` tells whether messages leave the broker through it."""

    def __init__(self, link: ProtonObject) -> None:
        """Read what the client asked for."""
        self.name = str(link.name)
        self.sends = bool(link.is_sender)
        terminus = link.remote_source if self.sends else link.remote_target
        # None for a transaction coordinator.
        self.address: str | None = terminus.address
        self.wants_settled = bool(link.remote_snd_settle_mode == ProtonLink.SND_SETTLED)
        self.filters = _names(link.remote_source.filter)
        self.session_key = hash(link.session)
        self.is_open = True
        # Whether the delivery that is coming in is too large already.
        self.overflows = False
        self._link = link

    @property
    def credit(self) -> int:
        """How many messages the client still takes."""
        return int(self._link.credit) if self.is_open else 0

    @property
    def draining(self) -> bool:
        """Whether the client wants its credit used or given back."""
        return self.is_open and bool(self._link.drain_mode)

    def accept(self) -> None:
        """Answer the attach; messages up to MAX_MESSAGE_BYTES come in."""
        self._link.source.copy(self._link.remote_source)
        self._link.target.copy(self._link.remote_target)
        self._link.snd_settle_mode = self._link.remote_snd_settle_mode
        self._link.rcv_settle_mode = self._link.remote_rcv_settle_mode
        self._link.max_message_size = MAX_MESSAGE_BYTES
        self._link.open()

    def refuse(self, condition: str, description: str) -> None:
        """Answer the attach, since clients wait for that, and detach at once with the reason."""
        self.accept()
        self.detach(condition, description)

    def detach(self, condition: str, description: str) -> None:
        """Close the link with a reason."""
        if self.is_open:
            self.is_open = False
            self._link.condition = Condition(condition, description)
            self._link.close()

    def grant(self, credit: int) -> None:
        """Let the client send so many more messages."""
        if self.is_open:
            self._link.flow(credit)

    def give_back_credit(self) -> None:
        """Tell a draining client that there is nothing more for it."""
        if self.is_open:
            self._link.drained()

    def send(self, tag: str, encoded: bytes, *, settled: bool) -> None:
        """Send a message under a tag of ASCII characters; without credit it waits for some."""
        delivery = self._link.delivery(tag)
        self._link.stream(encoded)
        self._link.advance()
        if settled:
            delivery.settle()


def read_outcome(delivery: ProtonObject) -> Outcome | None:
    """Return what the receiver has newly said of a message, if it said anything final."""
    return _OUTCOMES.get(int(delivery.remote_state)) if delivery.updated else None


class Transfer:
    """A message that came in and waits for its settlement."""

    def __init__(self, link: Link, delivery: ProtonObject, encoded: bytes, message_format: int) -> None:
        """Hold a complete message."""
        self.link = link
        self.encoded = encoded
        self.message_format = message_format
        self._delivery = delivery

    def accept(self) -> None:
        """Tell the sender that the message is kept."""
        if self.link.is_open:
            self._delivery.update(Delivery.ACCEPTED)
            self._delivery.settle()

    def reject(self, condition: str, description: str) -> None:
        """Tell the sender that the message is not kept, and why."""
        if self.link.is_open:
            self._delivery.local.condition = Condition(condition, description, _INFO)
            self._delivery.update(Delivery.REJECTED)
            self._delivery.settle()


class Settlement:
    """A receiver's word on a message, to be confirmed or refused."""

    def __init__(self, link: Link, delivery: ProtonObject, outcome: Outcome) -> None:
        """Read what the receiver said; `deferred` means that it wants the message set aside."""
        self.link = link
        self.outcome = outcome
        self.tag = str(delivery.tag)
        condition = delivery.remote.condition if outcome is Outcome.REJECTED else None
        self.info: Mapping[str, object] = _texts(condition.info) if condition is not None else {}
        self.deferred = outcome is Outcome.MODIFIED and bool(delivery.remote.undeliverable)
        self._delivery = delivery

    def confirm(self) -> None:
        """Repeat the outcome to the receiver: it is applied."""
        if self.link.is_open:
            self._delivery.update(_DISPOSITIONS[self.outcome])
            self._delivery.settle()

    def refuse(self, condition: str, description: str) -> None:
        """Tell the receiver that the outcome was not applied, and why."""
        if self.link.is_open:
            self._delivery.local.condition = Condition(condition, description, _INFO)
            self._delivery.update(Delivery.REJECTED)
            self._delivery.settle()


def _texts(info: ProtonObject) -> Mapping[str, object]:
    return {str(key): value for key, value in info.items()} if isinstance(info, dict) else {}


def _names(filters: ProtonObject) -> frozenset[str]:
    filters.rewind()
    return frozenset(_texts(filters.get_object()) if filters.next() else ())
