"""ETag and If-Match: who changes something says which version was seen."""

import re
from typing import Annotated

from fastapi import Depends, Header

from blueprints.edge.problems import BadRequestError, PreconditionRequiredError

TAG = re.compile(r'"(?P<version>[0-9]{1,9})"')


def etag(version: int) -> str:
    """A version as an entity tag."""
    return f'"{version}"'


async def seen_version(
    if_match: Annotated[str | None, Header(description='The ETag that you read, as "3"; `*` takes any.')] = None,
) -> int | None:
    """The version of If-Match, None for `*`; raises 428 without the header, 400 for what is no strong tag of ours."""
    if if_match is None:
        raise PreconditionRequiredError
    if if_match.strip() == "*":
        return None
    match = TAG.fullmatch(if_match.strip())
    if match is None:
        message = 'If-Match must hold one ETag of ours, as "3", or *.'
        raise BadRequestError(message)
    return int(match["version"])


SeenVersion = Annotated[int | None, Depends(seen_version)]
"""The version that the caller saw; None takes any."""
