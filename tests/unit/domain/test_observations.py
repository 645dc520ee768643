"""Which fixes qualify: presence.md section 2."""

import math

import pytest

from domain.observations import Accuracy, FixSource, Refusal, accuracy_of, refuse_fix


def refusal(**more: object) -> Refusal | None:
    """What refuses a good fix that differs in one thing."""
    good: dict[str, object] = {
        "source": FixSource.GPS,
        "lat": 40.0,
        "lon": -74.0,
        "accuracy_m": 8.0,
        "age_s": 0,
        "clock_trusted": True,
    }
    return refuse_fix(**(good | more))  # type: ignore[arg-type]


class TestAccuracyOf:
    @pytest.mark.parametrize(
        ("accuracy_m", "hdop", "dop", "wanted"),
        [
            (8.0, 2.0, 3.0, Accuracy(8.0, assumed=False)),
            (None, 2.0, 3.0, Accuracy(10.0, assumed=False)),
            (None, None, 3.0, Accuracy(15.0, assumed=False)),
            (None, None, None, Accuracy(25.0, assumed=True)),
            (0.0, None, 3.0, Accuracy(15.0, assumed=False)),
            (-1.0, 0.0, -3.0, Accuracy(25.0, assumed=True)),
            (None, -2.0, 1.2, Accuracy(6.0, assumed=False)),
            (math.nan, None, None, Accuracy(25.0, assumed=True)),
        ],
    )
    def test_takes_the_best_figure_that_there_is(
        self, accuracy_m: float | None, hdop: float | None, dop: float | None, wanted: Accuracy
    ) -> None:
        assert accuracy_of(accuracy_m, hdop=hdop, dop=dop) == wanted


class TestRefuseFix:
    def test_lets_a_good_fix_qualify(self) -> None:
        assert refusal() is None

    @pytest.mark.parametrize("source", [FixSource.TOWER, FixSource.TRIANGULATED, FixSource.DEAD_RECKONING, None])
    def test_refuses_every_source_but_gps(self, source: FixSource | None) -> None:
        assert refusal(source=source) == Refusal.SOURCE

    @pytest.mark.parametrize(("age_s", "wanted"), [(120, None), (121, "stale"), (-5, None), (None, None)])
    def test_refuses_an_old_position(self, age_s: int | None, wanted: str | None) -> None:
        assert refusal(age_s=age_s) == wanted

    @pytest.mark.parametrize(
        ("lat", "lon", "wanted"),
        [
            (90.0, 180.0, None),
            (-90.0, -180.0, None),
            (90.1, 0.0, "range"),
            (0.0, -180.1, "range"),
            (0.0, 0.0, "range"),
            (0.0, 0.1, None),
            (math.nan, 1.0, "range"),
        ],
    )
    def test_refuses_a_position_off_the_map(self, lat: float, lon: float, wanted: str | None) -> None:
        assert refusal(lat=lat, lon=lon) == wanted

    @pytest.mark.parametrize(("accuracy_m", "wanted"), [(100.0, None), (100.1, "accuracy"), (math.nan, "accuracy")])
    def test_refuses_an_inaccurate_position(self, accuracy_m: float, wanted: str | None) -> None:
        assert refusal(accuracy_m=accuracy_m) == wanted

    def test_refuses_by_a_suspect_clock_last(self) -> None:
        assert refusal(clock_trusted=False) == Refusal.CLOCK
        assert refusal(clock_trusted=False, accuracy_m=300.0) == Refusal.ACCURACY
