"""Texts that people type, without control characters: names are trimmed and not empty, filters as they are sent."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, StringConstraints


def _printable(value: str) -> str:
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in value):
        message = "a text has no control characters"
        raise ValueError(message)
    return value


Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_printable)
]
"""1 to 200 characters after trimming."""

FilterText = Annotated[str, StringConstraints(max_length=200), AfterValidator(_printable)]
"""What a text field of a list is compared with, exactly as it is sent: at most 200 characters."""
