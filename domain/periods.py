"""Half-open periods of epoch seconds."""

from typing import NamedTuple


class Period(NamedTuple):
    """[from_at, to_at) in epoch seconds, UTC."""

    from_at: int
    to_at: int

    @property
    def length_s(self) -> int:
        """The length in seconds."""
        return self.to_at - self.from_at
