"""The ids of what presence speaks of: UUIDv7, so that the smaller id is also the older one."""

from typing import NewType
from uuid import UUID

BadgeId = NewType("BadgeId", UUID)
SiteId = NewType("SiteId", UUID)
WorkerId = NewType("WorkerId", UUID)
CrewId = NewType("CrewId", UUID)
JobId = NewType("JobId", UUID)
AssignmentId = NewType("AssignmentId", UUID)
