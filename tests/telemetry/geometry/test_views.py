"""What a camera watches whose stand, direction and range are known."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, shape

from telemetry.geometry.views import middle_of_view, view_sector
from telemetry.positions import LocalFrame, Position, distance_m, moved

STAND = Position(lat=56.62, lon=23.28)


@given(st.floats(0, 359), st.floats(10, 120), st.floats(20, 300))
def test_two_sigma_of_the_middle_of_view_reach_every_corner(azimuth: float, hfov: float, reach: float) -> None:
    stand = Position(lat=56.62, lon=23.28)
    middle = middle_of_view(stand, azimuth_deg=azimuth, hfov_deg=hfov, range_m=reach)
    for bearing in (azimuth - hfov / 2, azimuth + hfov / 2):
        east, north = reach * math.sin(math.radians(bearing)), reach * math.cos(math.radians(bearing))
        corner = moved(stand, east_m=east, north_m=north)
        assert distance_m(middle, corner) <= 2 * middle.accuracy_m * 1.01
    assert distance_m(middle, stand) <= 2 * middle.accuracy_m * 1.01


def test_a_camera_at_a_pole_watches_a_place_on_the_globe() -> None:
    for lat in (-90.0, 90.0):
        seen = middle_of_view(Position(lat=lat, lon=170.0), azimuth_deg=10, hfov_deg=60, range_m=80)
        assert abs(seen.lat) <= 90
        assert abs(seen.lon) <= 180
        (ring,) = view_sector(Position(lat=lat, lon=170.0), azimuth_deg=10, hfov_deg=60, range_m=80)["coordinates"]
        assert all(abs(north) <= 90 and abs(east) <= 180 for east, north in ring)


@given(st.floats(0, 359), st.floats(5, 359), st.floats(20, 300))
def test_a_sector_begins_at_the_camera_and_its_arc_lies_at_its_range(azimuth: float, hfov: float, reach: float) -> None:
    (ring,) = view_sector(STAND, azimuth_deg=azimuth, hfov_deg=hfov, range_m=reach)["coordinates"]
    assert ring[0] == ring[-1] == [STAND.lon, STAND.lat]
    frame = LocalFrame(STAND.lat, STAND.lon)
    arc = [frame.to_metres(lat, lon) for lon, lat in ring[1:-1]]
    assert [math.hypot(*corner) for corner in arc] == pytest.approx([reach] * len(arc), abs=0.05)
    middle = arc[0][0] * arc[-1][0] + arc[0][1] * arc[-1][1]
    assert middle == pytest.approx(reach**2 * math.cos(math.radians(hfov)), abs=0.1 * reach)


def test_a_camera_that_looks_all_round_watches_a_circle() -> None:
    watched = shape(view_sector(STAND, azimuth_deg=0, hfov_deg=360, range_m=100))
    assert watched.is_valid
    assert watched.contains(Point(STAND.lon, STAND.lat))
    east, north = LocalFrame(STAND.lat, STAND.lon).to_metres(watched.bounds[1], watched.bounds[0])
    assert (east, north) == pytest.approx((-100, -100), abs=1)
