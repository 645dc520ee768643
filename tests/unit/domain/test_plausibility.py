"""Longitude and latitude swapped, where both are places on the earth."""

import pytest

from domain.geojson import CoordinatesSwappedError, Position
from domain.plausibility import place_of_zone, refuse_swapped

NEWARK = Position(lon=-74.17, lat=40.72)
PHOENIX = Position(lon=-112.07, lat=33.45)
MADRID = Position(lon=-3.7, lat=40.4)
NAIROBI = Position(lon=36.8, lat=-1.3)


def is_refused(position: Position, *, sites: list[Position] | None = None, zones: list[str] | None = None) -> bool:
    try:
        refuse_swapped(position, sites=sites or [], zones=zones or [], pointer="/boundary/coordinates")
    except CoordinatesSwappedError:
        return True
    return False


class TestRefuseSwapped:
    @pytest.mark.parametrize(
        ("place", "zone"),
        [
            (NEWARK, "America/New_York"),
            (MADRID, "Europe/Madrid"),
            (NEWARK, "US/Eastern"),
        ],
    )
    def test_refuses_the_mirror_image_of_a_place_in_the_companys_zone(self, place: Position, zone: str) -> None:
        assert is_refused(place.mirrored, zones=[zone])

    def test_refuses_the_mirror_image_of_a_place_near_another_site(self) -> None:
        assert is_refused(NEWARK.mirrored, sites=[PHOENIX, Position(-73.9, 40.8)], zones=["Pacific/Honolulu"])

    @pytest.mark.parametrize(
        ("place", "zone"),
        [
            (NEWARK, "America/New_York"),
            (PHOENIX, "America/New_York"),
            (NEWARK, "America/Phoenix"),
            (MADRID, "America/New_York"),
            (NAIROBI, "America/New_York"),
            (NEWARK, "US/Eastern"),
            (NEWARK, "UTC"),
            (NEWARK.mirrored, "UTC"),
        ],
    )
    def test_takes_a_place_as_it_stands_when_its_mirror_image_is_no_better(self, place: Position, zone: str) -> None:
        assert not is_refused(place, zones=[zone])

    def test_takes_a_place_near_a_branch_even_if_its_mirror_image_is_near_the_company(self) -> None:
        assert not is_refused(MADRID.mirrored, zones=["Europe/Madrid", "Africa/Nairobi"])

    def test_takes_a_place_whose_mirror_image_is_nowhere(self) -> None:
        assert not is_refused(Position(lon=-112.07, lat=33.45), zones=["Asia/Tokyo"])

    def test_says_where(self) -> None:
        with pytest.raises(CoordinatesSwappedError, match=r"\[40.72, -74.17\]"):
            refuse_swapped(NEWARK.mirrored, sites=[NEWARK], zones=[], pointer="/boundary/coordinates")


class TestPlaceOfZone:
    def test_is_the_principal_place(self) -> None:
        place = place_of_zone("America/New_York")

        assert place is not None
        assert (round(place.lon, 2), round(place.lat, 2)) == (-74.01, 40.71)

    def test_is_the_same_by_any_name_of_the_zone(self) -> None:
        assert place_of_zone("US/Eastern") == place_of_zone("America/New_York")

    @pytest.mark.parametrize("zone", ["UTC", "Etc/GMT+5"])
    def test_is_nowhere_for_a_bare_offset(self, zone: str) -> None:
        assert place_of_zone(zone) is None
