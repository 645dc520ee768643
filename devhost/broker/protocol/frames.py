"""The message format of each incoming delivery, read off the raw AMQP frames.

A batch is told from a single message by its message-format alone, and proton does not hand that field out
(0.40: the transfer performative is parsed in C and the field dropped). So the bytes are looked at on their way in.
"""

from collections import deque
from typing import Final

from devhost.broker.codec import item_positions, read_value

_HEADER_BYTES: Final = 8
_PROTOCOL_NAME: Final = b"AMQP"
_AMQP_FRAME: Final = 0
_ATTACH: Final = b"\x00\x53\x12"
_TRANSFER: Final = b"\x00\x53\x14"
_SENDER_ROLE: Final = False


class MessageFormats:
    """Remembers the message formats of the deliveries of one connection, in their order, by link name."""

    def __init__(self) -> None:
        """Begin with the first byte of a connection."""
        self._unread = bytearray()
        self._names: dict[tuple[int, int], str] = {}
        self._formats: dict[str, deque[int]] = {}

    def feed(self, data: bytes) -> None:
        """Look at bytes from the client; they may begin and end anywhere."""
        self._unread += data
        at = 0
        while len(self._unread) - at >= _HEADER_BYTES:
            size = self._frame_size(at)
            if size < _HEADER_BYTES or len(self._unread) - at < size:
                break
            self._read_frame(bytes(self._unread[at : at + size]))
            at += size
        del self._unread[:at]

    def take(self, link_name: str) -> int:
        """Return the message format of the link's next delivery."""
        return self._formats[link_name].popleft()

    def _frame_size(self, at: int) -> int:
        if self._unread.startswith(_PROTOCOL_NAME, at):
            return _HEADER_BYTES
        return int.from_bytes(self._unread[at : at + 4])

    def _read_frame(self, frame: bytes) -> None:
        body_at = frame[4] * 4
        if frame[:4] == _PROTOCOL_NAME or frame[5] != _AMQP_FRAME:
            return
        channel = int.from_bytes(frame[6:8])
        kind = frame[body_at : body_at + 3]
        if kind == _ATTACH:
            self._read_attach(channel, frame, body_at + 3)
        elif kind == _TRANSFER:
            self._read_transfer(channel, frame, body_at + 3)

    def _read_attach(self, channel: int, frame: bytes, at: int) -> None:
        """Fields: name, handle, role."""
        name, handle, role = _first_fields(frame, at, 3)
        if isinstance(name, str) and isinstance(handle, int) and role is _SENDER_ROLE:
            self._names[channel, handle] = name
            self._formats[name] = deque()

    def _read_transfer(self, channel: int, frame: bytes, at: int) -> None:
        """Fields: handle, delivery-id (absent on continuations), delivery-tag, message-format."""
        handle, delivery_id, _tag, message_format = _first_fields(frame, at, 4)
        if isinstance(handle, int) and delivery_id is not None and (channel, handle) in self._names:
            name = self._names[channel, handle]
            self._formats[name].append(message_format if isinstance(message_format, int) else 0)


def _first_fields(frame: bytes, at: int, count: int) -> list[object]:
    fields: list[object] = []
    for position in item_positions(frame, at):
        fields.append(read_value(frame, position)[0])
        if len(fields) == count:
            break
    return fields + [None] * (count - len(fields))
