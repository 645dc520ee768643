"""Metres on the WGS84 ellipsoid over short distances, by the radii of curvature: to about 1 mm at 200 m."""

import math

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

EQUATORIAL_RADIUS_M = 6_378_137.0
FLATTENING = 1 / 298.257223563
ECCENTRICITY_SQUARED = FLATTENING * (2 - FLATTENING)


def metres_between(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Metres between two near points, with the radii of the latitude halfway."""
    middle = math.radians((lat + other_lat) / 2)
    sine = math.sin(middle)
    squared = 1 - ECCENTRICITY_SQUARED * sine * sine
    prime_vertical = EQUATORIAL_RADIUS_M / math.sqrt(squared)
    north = math.radians(other_lat - lat) * prime_vertical * (1 - ECCENTRICITY_SQUARED) / squared
    east = math.radians(other_lon - lon) * prime_vertical * math.cos(middle)
    return math.hypot(north, east)


def metres_to_edges(lat: Floats, lon: Floats, edges: Floats) -> Floats:
    """Metres from each point to its edge; rows of `edges` are lon, lat, lon, lat, straight in degrees.

    The nearest place of the edge is sought on the plane of the point's own scale, and its distance is then measured
    with the scale halfway.
    """
    north_scale, east_scale, east_drift = _scales(lat)
    start_x, start_y = edges[:, 0] - lon, edges[:, 1] - lat
    along_x, along_y = edges[:, 2] - edges[:, 0], edges[:, 3] - edges[:, 1]
    run_x, run_y = along_x * east_scale, along_y * north_scale
    squared = run_x * run_x + run_y * run_y
    reached = -(start_x * east_scale * run_x + start_y * north_scale * run_y)
    part = np.clip(np.divide(reached, squared, out=np.zeros_like(reached), where=squared > 0), 0, 1)
    away_y = start_y + part * along_y
    east = (start_x + part * along_x) * (east_scale - east_drift * away_y)
    metres: Floats = np.hypot(east, away_y * north_scale)
    return metres


def _scales(lat: Floats) -> tuple[Floats, Floats, Floats]:
    """Metres per degree north and east, and how much the latter shrinks halfway to a degree north."""
    angle = np.radians(lat)
    sine, cosine = np.sin(angle), np.cos(angle)
    squared = 1 - ECCENTRICITY_SQUARED * sine * sine
    prime_vertical = EQUATORIAL_RADIUS_M / np.sqrt(squared)
    meridional = prime_vertical * (1 - ECCENTRICITY_SQUARED) / squared
    degree = math.radians(1)
    return degree * meridional, degree * prime_vertical * cosine, degree * degree / 2 * meridional * sine
