"""The two forms of a post (wire.md section 2): envelopes of Notehub, and badge events of one direct sender."""

from contracts.events import device_of, read_event
from contracts.json_values import NotJsonError, is_array, is_object, read_json
from contracts.notehub import events_in, read_envelope
from domain.posts import (
    LARGEST_POST,
    MOST_EVENTS,
    Endpoint,
    Item,
    OversizedPostError,
    PostedItems,
    UnreadablePostError,
)


def read_post(endpoint: Endpoint, body: bytes, *, received_at: int, with_batches: bool = True) -> PostedItems:
    """The items of a post; raises UnreadablePostError. `received_at` is when our API got it, in epoch seconds.

    Without the batches in its envelopes it tells all that an answer to the post needs, in a fraction of the time.
    """
    if len(body) > LARGEST_POST:
        message = f"A post may have {LARGEST_POST} bytes at most."
        raise OversizedPostError(message)
    value = _value(body)
    if is_array(value):
        items = _read_array(endpoint, value, received_at, with_batches=with_batches)
        return PostedItems(items, is_array=True)
    if not is_object(value) or endpoint is Endpoint.EVENTS:
        raise UnreadablePostError("wrong_shape", _SHAPES[endpoint])
    _check_inner(value)
    item = read_item(endpoint, value, 0, received_at=received_at, with_batch=with_batches)
    return PostedItems([item], is_array=False)


def read_item(endpoint: Endpoint, value: object, index: int, *, received_at: int, with_batch: bool = True) -> Item:
    """One posted item."""
    if endpoint is Endpoint.NOTEHUB:
        return read_envelope(value, index, received_at=received_at, with_batch=with_batch)
    event = read_event(value)
    return Item(index, value, device_of(value), received_at, event.content, [event], rejected=event.fault)


def read_quarantined(endpoint: Endpoint, text: str, index: int, *, received_at: int) -> Item:
    """A quarantined item as it would be read now; `received_at` is its own, in epoch seconds."""
    return read_item(endpoint, read_json(text.encode()), index, received_at=received_at)


def _read_array(endpoint: Endpoint, values: list[object], received_at: int, *, with_batches: bool) -> list[Item]:
    if not values:
        raise UnreadablePostError("nothing_readable", "The array is empty.")
    if len(values) > MOST_EVENTS:
        message = f"A post may hold {MOST_EVENTS} events at most."
        raise OversizedPostError(message)
    if endpoint is Endpoint.EVENTS and len({device_of(value) for value in values} - {None}) > 1:
        raise UnreadablePostError("mixed_devices", "The events are of more than one device.")
    for value in values:
        _check_inner(value)
    items = [
        read_item(endpoint, value, index, received_at=received_at, with_batch=with_batches)
        for index, value in enumerate(values)
    ]
    if all(item.rejected for item in items):
        raise UnreadablePostError("nothing_readable", "None of the items can be read.")
    return items


def _check_inner(value: object) -> None:
    if events_in(value) > MOST_EVENTS:
        message = f"An envelope may hold {MOST_EVENTS} events at most."
        raise OversizedPostError(message)


def _value(body: bytes) -> object:
    try:
        return read_json(body)
    except NotJsonError as error:
        raise UnreadablePostError("not_json", "The body is not JSON.") from error


_SHAPES = {
    Endpoint.NOTEHUB: "The body must be an envelope or an array of envelopes.",
    Endpoint.EVENTS: "The body must be an array of badge events.",
}
