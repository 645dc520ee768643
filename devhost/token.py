"""`make token COMPANY=<slug> ROLE=<role> [USER=<name>] [MFA=1]`: prints a bearer token, nothing else."""

import argparse
import sys

import psycopg

from devhost.environment import postgres
from devhost.environment.errors import EnvironmentUnreadyError
from devhost.environment.settings import DATABASE, get_settings
from devhost.identity.local import get_provider
from devhost.identity.people import Person, PersonUnknownError, ensure_person
from devhost.identity.signing import TokenRequest


def issue(person: Person, *, with_mfa: bool) -> str:
    """A token for a person, who is made or changed to fit; raises PersonUnknownError, EnvironmentUnreadyError."""
    try:
        connection = postgres.connect(get_settings().cluster, DATABASE)
    except psycopg.OperationalError as error:
        raise EnvironmentUnreadyError("The local environment is not up; run `make up`.") from error
    with connection:
        subject = ensure_person(connection, person)
    return get_provider().sign(TokenRequest(subject.tenant_id, subject.subject_id, with_mfa=with_mfa))


def main() -> None:
    """Print the token, or say on stderr why there is none and leave with 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--company", default="", help="slug of the company; none for platform and field_ops")
    parser.add_argument("--role", required=True, help="role, with grants after commas: admin,approver")
    parser.add_argument("--user", default="", help="another person; by default one per role")
    parser.add_argument("--mfa", default="", help="1 adds the step-up claim")
    arguments = parser.parse_args()
    person = Person(arguments.role, arguments.company or None, arguments.user or None)
    try:
        print(issue(person, with_mfa=arguments.mfa == "1"))
    except (PersonUnknownError, EnvironmentUnreadyError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
