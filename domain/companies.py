"""Companies: the tenants of the system."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID
from zoneinfo import available_timezones

from domain.errors import ConflictError, InvalidError
from domain.tenancy import CompanyId

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


class SlugTakenError(ConflictError):
    """Another company has this slug."""

    code = "slug_taken"

    def __init__(self, slug: str) -> None:
        self.slug = slug
        super().__init__(f"There is a company with the slug {slug} already; choose another.")


@dataclass(frozen=True, slots=True)
class Company:
    """A customer; `timezone` is an IANA name, `identity_tenant_id` the Entra tenant its people sign in with."""

    id: CompanyId
    slug: str
    name: str
    timezone: str
    identity_tenant_id: UUID | None
    version: int
    created_at: datetime


def check_slug(slug: str) -> str:
    """The slug, when it is lower-case words joined by hyphens; raises InvalidError otherwise."""
    if SLUG.fullmatch(slug) is None:
        message = "A slug is 1 to 63 lower-case letters, digits and inner hyphens."
        raise InvalidError(message, pointer="/slug")
    return slug


def check_timezone(name: str, *, pointer: str = "/timezone") -> str:
    """The name, when tz data knows it; raises InvalidError otherwise."""
    if name not in zone_names():
        message = f"{name!r} is no time zone of the IANA data base, as America/New_York."
        raise InvalidError(message, pointer=pointer)
    return name


@cache
def zone_names() -> frozenset[str]:
    """The zones that mean the same on every machine: neither the machine's own nor those with leap seconds."""
    return frozenset(
        name
        for name in available_timezones()
        if name not in {"Factory", "localtime", "posixrules"} and not name.startswith(("posix/", "right/"))
    )
