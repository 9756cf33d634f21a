"""Positions and the flat metres around them."""

import math

import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from telemetry.positions import LocalFrame, Position, distance_m, moved

LATS, LONS = st.floats(-80, 80), st.floats(-179, 179)
METRES = st.floats(-3_000, 3_000)
GEOD = pyproj.Geod(ellps="WGS84")


@given(LATS, LONS, METRES, METRES)
def test_metres_to_degrees_and_back_is_where_it_began(lat: float, lon: float, east: float, north: float) -> None:
    frame = LocalFrame(lat, lon)
    back = frame.to_metres(*frame.to_degrees(east, north))
    assert back == pytest.approx((east, north), abs=1e-4)


@given(st.floats(50, 60), st.floats(20, 30), METRES, METRES)
def test_local_metres_agree_with_the_ellipsoid_to_a_thousandth(
    lat: float, lon: float, east: float, north: float
) -> None:
    there = LocalFrame(lat, lon).to_degrees(east, north)
    _, _, truth = GEOD.inv(lon, lat, there[1], there[0])
    assert math.hypot(east, north) == pytest.approx(truth, rel=1e-3, abs=0.01)


@given(LATS, LONS, LATS, LONS)
def test_distance_agrees_with_the_ellipsoid_to_six_thousandths(a: float, b: float, c: float, d: float) -> None:
    _, _, truth = GEOD.inv(b, a, d, c)
    assert distance_m(Position(lat=a, lon=b), Position(lat=c, lon=d)) == pytest.approx(truth, rel=6e-3, abs=1)


@pytest.mark.parametrize(
    "bad", [{"lat": 90.01}, {"lon": -180.5}, {"lat": math.nan}, {"lon": math.inf}, {"accuracy_m": 0}]
)
def test_a_place_off_the_globe_is_refused(bad: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        Position(**{"lat": 56.0, "lon": 23.0, **bad})


@given(
    lat=st.floats(-90, 90),
    lon=st.floats(-180, 180),
    east_m=st.floats(-50_000, 50_000),
    north_m=st.floats(-50_000, 50_000),
)
def test_whatever_is_moved_stays_on_the_globe_even_at_a_pole(
    lat: float, lon: float, east_m: float, north_m: float
) -> None:
    there = moved(Position(lat=lat, lon=lon), east_m=east_m, north_m=north_m)
    assert Position.model_validate(there.model_dump()) == there
