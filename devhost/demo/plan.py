"""The recorded day: where the yard, the lots and the lunch are, and who was where when.

Places are metres east and north of the yard; clock times are local. The recording is the same on every run.
"""

from dataclasses import dataclass

LAT, LON = 40.7200000, -74.1700000
"""Where metre 0, 0 lies: a yard in New Jersey."""
TIMEZONE = "America/New_York"

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Place:
    """A site with a rectangular boundary: west, south, east, north in metres."""

    name: str
    kind: str
    rect: tuple[float, float, float, float]

    @property
    def middle(self) -> Point:
        """The centre of the rectangle."""
        west, south, east, north = self.rect
        return (west + east) / 2, (south + north) / 2


YARD = Place("Main yard", "yard", (-60, -60, 60, 60))
OAK = Place("12 Oak Street", "customer_site", (3000, 0, 3120, 90))
ELM = Place("14 Oak Street", "customer_site", (3120, 0, 3230, 90))
HILL = Place("Hillside Office Park", "customer_site", (8000, 2000, 8150, 2120))
PLACES = (YARD, OAK, ELM, HILL)
LUNCH: Point = (5000, 1000)


@dataclass(frozen=True, slots=True)
class Stay:
    """A badge near one point from a clock time to another."""

    at: Point
    begin: str
    end: str


@dataclass(frozen=True, slots=True)
class Member:
    """One of the crew: what the badge saw, and how its uploads came in."""

    name: str
    code: str
    stays: tuple[Stay, ...]
    silent: tuple[str, str] | None = None
    """No fix and no upload between these clock times: the badge lay under metal."""
    upload_late: bool = False
    """Out of range until the evening: newest batches came first."""
    upload_doubled: bool = False
    """Notehub posted each batch twice."""


def _day(*, hill_until: str = "16:20", yard_until: str = "16:50") -> tuple[Stay, ...]:
    return (
        Stay(YARD.middle, "06:00", "06:30"),
        Stay(OAK.middle, "06:38", "09:10"),
        Stay(ELM.middle, "09:12", "12:00"),
        Stay(LUNCH, "12:07", "12:37"),
        Stay(HILL.middle, "12:45", hill_until),
        Stay(YARD.middle, "16:35", yard_until),
    )


CREW = (
    Member("Ana Flores", "ANA", _day()),
    Member("Luis Ortega", "LUIS", _day(), silent=("14:00", "14:45")),
    Member("Eva Marin", "EVA", _day(yard_until="16:42"), upload_late=True),
    Member("Ray Cole", "RAY", _day(), upload_doubled=True),
)
