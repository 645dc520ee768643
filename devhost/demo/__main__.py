"""Bring everything up, play the day, print the hours."""

import secrets
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from devhost.demo.client import Client, DemoFailedError
from devhost.demo.plan import CREW, PLACES, TIMEZONE, YARD, Member
from devhost.demo.recording import Badge, boundary, envelopes
from devhost.demo.report import clock, crew_table, day_lines
from devhost.environment.errors import EnvironmentUnreadyError
from devhost.environment.running import bring_up
from devhost.environment.settings import API_PORT
from devhost.identity.people import Person

PLATFORM = Person("platform")


@dataclass(frozen=True, slots=True)
class Demo:
    """The company that was made, and what the demo must remember of it."""

    slug: str
    key: str
    sites: dict[str, str]
    workers: dict[str, str]
    badges: dict[str, Badge]

    @property
    def admin(self) -> Person:
        """Its administrator."""
        return Person("admin", self.slug)


def make_company(client: Client, day: date) -> Demo:
    """A company with a yard, three lots, a crew of four with badges, and jobs for the day."""
    slug = f"demo-{secrets.token_hex(4)}"
    admin = Person("admin", slug)
    client.make(PLATFORM, "/companies", {"name": "Green Acres (demo)", "slug": slug, "timezone": TIMEZONE})
    since = (datetime.combine(day, datetime.min.time(), tzinfo=UTC) - timedelta(days=30)).strftime("%Y-%m-%dT%H:%M:%SZ")
    sites: dict[str, str] = {}
    for place in PLACES:
        body = {"name": place.name, "kind": place.kind, "boundary": boundary(place), "valid_from": since}
        sites[place.name] = client.make(admin, "/sites", body)["id"]
    workers = {
        member.name: client.make(admin, "/workers", {"name": member.name, "code": member.code, "employee_number": None})
        for member in CREW
    }
    badges = {member.name: _make_badge(client, admin, workers[member.name]["id"], since) for member in CREW}
    key = client.make(admin, "/api-keys", {"name": "Notehub route", "scopes": ["ingest"]})["key"]
    demo = Demo(slug, key, sites, {name: made["id"] for name, made in workers.items()}, badges)
    _schedule(client, demo, day, since)
    return demo


def _make_badge(client: Client, admin: Person, worker_id: str, since: str) -> Badge:
    badge = Badge(f"ACT-{secrets.token_hex(4).upper()}", f"dev:8642{secrets.randbelow(10**11):011d}")
    body = {"serial": badge.serial, "device_uid": badge.device_uid, "kind": "badge"}
    made = client.make(admin, "/badges", body)
    client.make(admin, f"/badges/{made['id']}/assignments", {"worker_id": worker_id, "from": since})
    return badge


def _schedule(client: Client, demo: Demo, day: date, since: str) -> None:
    crew = client.make(demo.admin, "/crews", {"name": "North crew"})["id"]
    for worker_id in demo.workers.values():
        client.make(demo.admin, f"/crews/{crew}/members", {"worker_id": worker_id, "from": since})
    midnight = datetime.combine(day, datetime.min.time(), tzinfo=ZoneInfo(TIMEZONE))
    begin, end = ((midnight + timedelta(hours=hour)).astimezone(UTC) for hour in (6, 17))
    for place in PLACES:
        if place != YARD:
            body = {
                "site_id": demo.sites[place.name],
                "job_type": "mowing",
                "scheduled_from": begin.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "scheduled_to": end.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "budget_s": 4 * 3600,
                "worker_ids": [],
                "crew_ids": [crew],
            }
            client.make(demo.admin, "/jobs", body)


def play(client: Client, demo: Demo, member: Member, day: date) -> str:
    """Post the member's day as Notehub would, wait until it is processed, and say what came in."""
    posted = envelopes(member, demo.badges[member.name], day)
    receipts = [client.post_envelope(demo.key, envelope) for envelope in posted]
    done = [client.wait_for_receipt(demo.admin, receipt) for receipt in receipts]
    events = sum(len(envelope["body"]["events"]) for envelope in posted)
    doubled = sum(receipt["duplicates"] for receipt in done)
    how = " newest first, in the evening" if member.upload_late else ""
    return f"  {member.name:12} {len(posted):3} posts, {events:5} events, {doubled:4} of them repeats{how}"


def show(client: Client, demo: Demo, day: date) -> None:
    """Print the crew's hours, one worker's day in full, and where to look next."""
    days: list[tuple[str, dict[str, Any]]] = [
        (name, client.read(demo.admin, f"/workers/{worker}/workdays/{day}")) for name, worker in demo.workers.items()
    ]
    print(f"\nThe crew's day, {day:%A %d %B %Y} ({TIMEZONE}), hours:minutes\n")
    print(crew_table(days))
    name, shown = next(pair for pair in days if pair[1]["totals"]["unknown_s"])
    print(f"\n{name}'s day, of which {shown['totals']['unknown_s'] // 60} minutes are unknown: nobody deducts them,")
    print("they are a question for a person.\n")
    print(day_lines(shown, {site: name for name, site in demo.sites.items()}))
    print(f"\nComplete through {clock(shown['complete_through'])}; revision {shown['revision']}.")
    _where_next(demo, demo.workers[name], shown)


def _where_next(demo: Demo, worker: str, day: dict[str, Any]) -> None:
    api = f"http://127.0.0.1:{API_PORT}/api/v1"
    minute = day["segments"][1]["from"]
    print("\nWhere to look next")
    print(f"  a token:            make -s token COMPANY={demo.slug} ROLE=admin")
    print(f"  explain any minute: GET {api}/workers/{worker}/evidence?at={minute}")
    print(f"  the audit chain:    GET {api}/audit-entries/verification")
    print(f"  every operation:    {api}/docs")
    print("  stop everything:    make down")


def main() -> None:
    """Run the demo; one sentence and exit status 1 when something is missing or does not answer as it must."""
    try:
        bring_up()
        client = Client()
        day = datetime.now(ZoneInfo(TIMEZONE)).date() - timedelta(days=1)  # noqa: TID251 # a command's own clock
        demo = make_company(client, day)
        print(f"Company {demo.slug}: a yard, three lots of which two adjoin, a crew of four.")
        print("Their badges' day, posted as Notehub posts it:")
        for member in CREW:
            print(play(client, demo, member, day))
        show(client, demo, day)
    except (EnvironmentUnreadyError, DemoFailedError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
