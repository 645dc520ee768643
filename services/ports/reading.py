"""Reading what was posted: the forms of the wire are the business of contracts/posts.py, which is the reader."""

from typing import Protocol

from domain.posts import Endpoint, Item, PostedItems


class Reader(Protocol):
    """Reads posts and quarantined items as devices write them."""

    def read_post(self, endpoint: Endpoint, body: bytes, *, received_at: int) -> PostedItems:
        """The items of a post; raises UnreadablePostError."""
        ...

    def read_quarantined(self, endpoint: Endpoint, text: str, index: int, *, received_at: int) -> Item:
        """A quarantined item as it would be read now."""
        ...
