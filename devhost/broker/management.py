"""The operations of `<queue>/$management`: renew a lock, schedule, cancel what was scheduled, peek. No others."""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Final, TypeVar, cast
from uuid import UUID

from devhost.broker.codec import (
    MalformedError,
    encode_array,
    encode_binary,
    encode_list,
    encode_long,
    encode_map,
    encode_string,
    encode_timestamp,
)
from devhost.broker.commits import Commits, now_ms
from devhost.broker.messages import Arrival, dress, read_arrival
from devhost.broker.requests import Answer, Request
from devhost.broker.store import Store, StoredMessage

Result = TypeVar("Result")
Reply = Callable[[Answer], None]

_MOST_PEEKED: Final = 250
_MOST_PEEKED_BYTES: Final = 1_048_576


class Management:
    """Answers management requests; an answer that changed something leaves after its commit."""

    def __init__(self, store: Store, commits: Commits) -> None:
        """Begin."""
        self._store = store
        self._commits = commits
        self._operations: Mapping[str, Callable[[str, Request, Reply], None]] = {
            "com.microsoft:renew-lock": self._renew_locks,
            "com.microsoft:schedule-message": self._schedule_messages,
            "com.microsoft:cancel-scheduled-message": self._cancel_scheduled_messages,
            "com.microsoft:peek-message": self._peek_messages,
        }

    def answer(self, queue: str, request: Request, reply: Reply) -> None:
        """Do what the request asks of a queue (or dead-letter queue) and reply once."""
        operation = self._operations.get(request.operation)
        if operation is None:
            reply(
                Answer(
                    HTTPStatus.NOT_IMPLEMENTED,
                    f"The stand-in has no operation {request.operation}.",
                    condition="amqp:not-implemented",
                )
            )
            return
        try:
            operation(queue, request, reply)
        except MalformedError as error:
            reply(Answer(HTTPStatus.BAD_REQUEST, str(error), condition="com.microsoft:argument-error"))

    def _renew_locks(self, _queue: str, request: Request, reply: Reply) -> None:
        tags = [_tag(token) for token in _items(request, "lock-tokens", UUID)]

        def then(ends: list[int] | None) -> None:
            if ends is None:
                reply(Answer(HTTPStatus.GONE, "The lock is lost.", condition="com.microsoft:message-lock-lost"))
                return
            expirations = encode_array([encode_timestamp(end) for end in ends])
            reply(Answer(HTTPStatus.OK, "OK", (encode_string("expirations"), expirations)))

        self._submit(lambda: self._store.renew(tags, at=now_ms()), then, reply)

    def _schedule_messages(self, queue: str, request: Request, reply: Reply) -> None:
        if queue not in self._store.queues:
            message = "Nothing can be scheduled for a dead-letter queue."
            raise MalformedError(message)
        messages = cast("list[Mapping[object, object]]", _items(request, "messages", dict))
        arrivals = [_scheduled(item) for item in messages]

        def then(sequences: list[int]) -> None:
            numbers = encode_array([encode_long(sequence) for sequence in sequences])
            reply(Answer(HTTPStatus.OK, "OK", (encode_string("sequence-numbers"), numbers)))

        self._submit(lambda: self._store.add(queue, arrivals, at=now_ms()), then, reply)

    def _cancel_scheduled_messages(self, queue: str, request: Request, reply: Reply) -> None:
        sequences = _items(request, "sequence-numbers", int)

        def then(done: bool) -> None:  # noqa: FBT001 - the result of one operation
            if done:
                reply(Answer(HTTPStatus.OK, "OK"))
                return
            description = "A message is not scheduled any more."
            reply(Answer(HTTPStatus.NOT_FOUND, description, condition="com.microsoft:message-not-found"))

        self._submit(lambda: self._store.cancel(queue, sequences), then, reply)

    def _peek_messages(self, queue: str, request: Request, reply: Reply) -> None:
        since, limit = request.body.get("from-sequence-number"), request.body.get("message-count")
        if not isinstance(since, int) or not isinstance(limit, int):
            message = "A peek needs from-sequence-number and message-count."
            raise MalformedError(message)

        def then(peeked: list[StoredMessage]) -> None:
            if not peeked:
                reply(Answer(HTTPStatus.NO_CONTENT, "There is nothing to peek at."))
                return
            reply(Answer(HTTPStatus.OK, "OK", (encode_string("messages"), _encode_peeked(peeked))))

        self._submit(lambda: self._store.peek(queue, since=since, limit=min(limit, _MOST_PEEKED)), then, reply)

    def _submit(self, run: Callable[[], Result], then: Callable[[Result], None], reply: Reply) -> None:
        def failed() -> None:
            description = "The broker cannot write to its disk."
            reply(Answer(HTTPStatus.SERVICE_UNAVAILABLE, description, condition="com.microsoft:server-busy"))

        self._commits.submit(run, then=then, failed=failed)


def _items(request: Request, key: str, kind: type[Result]) -> list[Result]:
    """Return a list of the request's body whose items are all of one kind, at least one; raise MalformedError."""
    values = request.body.get(key)
    items = cast("list[object]", values) if isinstance(values, list) else []
    matching = [item for item in items if isinstance(item, kind)]
    if not matching or len(matching) < len(items):
        message = f"{request.operation} needs {key}."
        raise MalformedError(message)
    return matching


def _tag(token: UUID) -> str:
    """Turn a lock token into the delivery tag it was made of; a foreign token becomes a tag that no lock has."""
    return token.bytes_le.decode("ascii", errors="replace")


def _scheduled(item: Mapping[object, object]) -> Arrival:
    encoded = item.get("message")
    if not isinstance(encoded, bytes):
        message = "A message to schedule is missing."
        raise MalformedError(message)
    arrival = read_arrival(encoded)
    if arrival.scheduled_ms is None:
        message = "A message to schedule has no x-opt-scheduled-enqueue-time."
        raise MalformedError(message)
    return arrival


def _encode_peeked(peeked: Sequence[StoredMessage]) -> bytes:
    """Encode as many as fit an answer of reasonable size, at least one."""
    messages: list[bytes] = []
    size = 0
    for message in peeked:
        encoded = dress(message.encoded, message.facts)
        size += len(encoded)
        if messages and size > _MOST_PEEKED_BYTES:
            break
        messages.append(encode_map([encode_string("message"), encode_binary(encoded)]))
    return encode_list(messages)
