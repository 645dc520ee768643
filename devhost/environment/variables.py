"""The environment of this process, read here and nowhere else in devhost."""

import os
from collections.abc import Mapping

# The host passes on whatever its own environment holds, like the real one; the product reads settings in its bootstrap.
OWN: Mapping[str, str] = os.environ  # noqa: TID251 - devhost stands outside the product and starts it


def merge_with_own(variables: Mapping[str, str]) -> dict[str, str]:
    """Our own environment with settings on top: what a developer exported never reaches another database."""
    return {**OWN, **variables}
