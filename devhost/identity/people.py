"""The people that local tokens speak for: kept in the tables that the product reads, with ids that never change."""

import uuid
from dataclasses import dataclass

import psycopg
from psycopg.rows import class_row

from devhost.environment.settings import NAMESPACE, PLATFORM_TENANT

STAFF = frozenset({"platform", "field_ops"})
ROLES = frozenset({"viewer", "operator", "admin"})
GRANTS = ("approver", "payroll")

FIND_COMPANY = "select id, identity_tenant_id as tenant_id from companies where slug = %(slug)s"
SAVE_STAFF = """
insert into staff (tenant_id, subject_id, role, created_at)
values (%(tenant_id)s, %(subject_id)s, %(role)s, now())
on conflict (tenant_id, subject_id, role) do update set disabled_at = null
"""
SAVE_USER = """
insert into users (company_id, id, tenant_id, subject_id, name, role, grants, created_at)
values (%(company_id)s, %(id)s, %(tenant_id)s, %(subject_id)s, %(name)s, %(role)s, %(grants)s, now())
on conflict (tenant_id, subject_id) do update
set role = excluded.role, grants = excluded.grants, disabled_at = null
"""


class PersonUnknownError(Exception):
    """A company or a role that does not exist, in one sentence."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who is meant: a role with its grants (`admin,approver`), in a company unless the role is our staff's."""

    role: str
    company: str | None = None
    user: str | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """What a token says of a person."""

    tenant_id: uuid.UUID
    subject_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class _Company:
    id: uuid.UUID
    tenant_id: uuid.UUID | None


def ensure_person(connection: psycopg.Connection, person: Person) -> Subject:
    """Make sure that a person exists with that role, and return the identity; raises PersonUnknownError.

    The connection belongs to the superuser of the private cluster, whom row-level security does not hold back.
    """
    role, *grants = person.role.split(",")
    if role in STAFF and not grants:
        return _ensure_staff(connection, role, person.user)
    if role not in ROLES or not set(grants) <= set(GRANTS):
        known = ", ".join(sorted(STAFF | ROLES))
        raise PersonUnknownError(f"There is no role {person.role!r}; roles are {known}, grants {', '.join(GRANTS)}.")
    return _ensure_user(connection, person, role=role, grants=list(GRANTS) if person.role == "admin" else grants)


def _ensure_staff(connection: psycopg.Connection, role: str, user: str | None) -> Subject:
    subject = Subject(PLATFORM_TENANT, uuid.uuid5(NAMESPACE, f"staff:{role}:{user or ''}"))
    values = {"tenant_id": subject.tenant_id, "subject_id": subject.subject_id, "role": role}
    connection.execute(SAVE_STAFF, values)
    return subject


def _ensure_user(connection: psycopg.Connection, person: Person, *, role: str, grants: list[str]) -> Subject:
    company = _get_company(connection, person.company)
    subject_id = uuid.uuid5(company.id, f"user:{person.role}:{person.user or ''}")
    tenant_id = company.tenant_id or PLATFORM_TENANT  # a company without a tenant of its own signs in with ours
    values = {
        "company_id": company.id,
        "id": subject_id,
        "tenant_id": tenant_id,
        "subject_id": subject_id,
        "name": person.user or f"Local {person.role}",
        "role": role,
        "grants": grants,
    }
    connection.execute(SAVE_USER, values)
    return Subject(tenant_id, subject_id)


def _get_company(connection: psycopg.Connection, slug: str | None) -> _Company:
    if not slug:
        raise PersonUnknownError("Say which company: COMPANY=<slug>. Only ROLE=platform and ROLE=field_ops need none.")
    with connection.cursor(row_factory=class_row(_Company)) as cursor:
        found = cursor.execute(FIND_COMPANY, {"slug": slug}).fetchone()
    if found is None:
        raise PersonUnknownError(f"There is no company {slug!r}.")
    return found
