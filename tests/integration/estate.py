"""A company with something of every noun, made through the index; and the paths to each."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from tests.index import Api, Home

SQUARE = [[-74.17, 40.72], [-74.169, 40.72], [-74.169, 40.721], [-74.17, 40.721], [-74.17, 40.72]]
BOUNDARY: dict[str, Any] = {"type": "Polygon", "coordinates": [SQUARE]}
EARLY = "2026-01-01T00:00:00Z"


def a_serial() -> str:
    return f"ACT-{uuid4().hex[:8].upper()}"


def a_device_uid() -> str:
    return f"dev:{uuid4().hex}"


def a_badge_body(**more: object) -> dict[str, object]:
    return {"serial": a_serial(), "device_uid": a_device_uid(), "kind": "badge", **more}


def a_site_body(**more: object) -> dict[str, object]:
    return {"name": "Lot", "kind": "customer_site", "boundary": BOUNDARY, "valid_from": EARLY, **more}


def a_job_body(site_id: str, **more: object) -> dict[str, object]:
    return {
        "site_id": site_id,
        "job_type": "mowing",
        "scheduled_from": "2026-06-10T12:00:00Z",
        "scheduled_to": "2026-06-10T20:00:00Z",
        "budget_s": 3600,
        **more,
    }


@dataclass(frozen=True, slots=True)
class Estate:
    """One of each, by its id; `company` has the people."""

    company: Home
    branch: str
    worker: str
    site: str
    crew: str
    member: str
    badge: str
    assignment: str
    zone: str
    tag: str
    job_type: str
    job: str

    def paths(self) -> dict[str, str]:
        """The path of each thing that can be read by its id, by the noun's name."""
        return {
            "branch": f"/api/v1/branches/{self.branch}",
            "worker": f"/api/v1/workers/{self.worker}",
            "site": f"/api/v1/sites/{self.site}",
            "crew": f"/api/v1/crews/{self.crew}",
            "member": f"/api/v1/crews/{self.crew}/members/{self.member}",
            "badge": f"/api/v1/badges/{self.badge}",
            "assignment": f"/api/v1/badges/{self.badge}/assignments/{self.assignment}",
            "zone": f"/api/v1/zones/{self.zone}",
            "tag": f"/api/v1/tags/{self.tag}",
            "job_type": f"/api/v1/job-types/{self.job_type}",
            "job": f"/api/v1/jobs/{self.job}",
        }


async def an_estate(api: Api, company: Home | None = None) -> Estate:
    """Make one of each."""
    home = company or await api.make_company()

    async def make(path: str, body: object) -> str:
        return str((await api.make(f"/api/v1{path}", body, as_=home.operator))["id"])

    branch = await make("/branches", {"name": "North", "timezone": "America/New_York"})
    worker = await make("/workers", {"name": "Ana", "code": "ANA", "employee_number": "E1", "branch_id": branch})
    site = await make("/sites", a_site_body())
    crew = await make("/crews", {"name": "Blue"})
    badge = await make("/badges", a_badge_body())
    zone = await make("/zones", {"name": "Trucks"})
    return Estate(
        company=home,
        branch=branch,
        worker=worker,
        site=site,
        crew=crew,
        member=await make(f"/crews/{crew}/members", {"worker_id": worker, "from": EARLY}),
        badge=badge,
        assignment=await make(f"/badges/{badge}/assignments", {"worker_id": worker, "from": EARLY}),
        zone=zone,
        tag=await make("/tags", {"mac": "AA:BB:CC:DD:EE:FF", "name": "T1", "kind": "truck", "zone_id": zone}),
        job_type=await make("/job-types", {"name": "edging"}),
        job=await make("/jobs", a_job_body(site, worker_ids=[worker], crew_ids=[crew], badge_ids=[badge])),
    )
