"""The ground that a camera above it sees."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from telemetry.geometry.footprints import FLATTEST_DEG, footprint
from telemetry.positions import LocalFrame, Position

CAMERA = Position(lat=56.62, lon=23.28)
FRAME = LocalFrame(CAMERA.lat, CAMERA.lon)
HEIGHT_M, HFOV_DEG, ASPECT = 60.0, 70.0, 16 / 9


def corners(yaw_deg: float, pitch_deg: float, height_m: float = HEIGHT_M) -> list[tuple[float, float]] | None:
    """Metres east and north, without the corner that closes the ring."""
    seen = footprint(CAMERA, height_m=height_m, yaw_deg=yaw_deg, pitch_deg=pitch_deg, hfov_deg=HFOV_DEG)
    return None if seen is None else [FRAME.to_metres(lat, lon) for lon, lat in seen["coordinates"][0][:-1]]


def line_of_sight(yaw_deg: float, pitch_deg: float, right: float, up: float) -> NDArray[np.float64]:
    """East, north, up of a corner of the picture, by vectors of the axis and of the picture's edges."""
    yaw, pitch = math.radians(yaw_deg), math.radians(pitch_deg)
    axis = np.array([math.sin(yaw) * math.cos(pitch), math.cos(yaw) * math.cos(pitch), math.sin(pitch)])
    aside = np.array([math.cos(yaw), -math.sin(yaw), 0.0])
    return axis + right * aside + up * np.cross(aside, axis)


@given(st.floats(0, 359), st.floats(-90, -35))
def test_each_corner_of_the_picture_meets_the_ground_at_a_corner_of_the_footprint(yaw: float, pitch: float) -> None:
    found = corners(yaw, pitch)
    half_width = math.tan(math.radians(HFOV_DEG / 2))
    for (east, north), (right, up) in zip(found or [], [(-1, -1), (1, -1), (1, 1), (-1, 1)], strict=True):
        sight = line_of_sight(yaw, pitch, right * half_width, up * half_width / ASPECT)
        met = sight * HEIGHT_M / -sight[2]
        assert (east, north) == pytest.approx((met[0], met[1]), abs=0.05)


def test_ground_that_is_seen_too_flat_is_left_out() -> None:
    found = corners(0, -15)
    assert found is not None
    farthest = max(north for _, north in found)
    assert farthest == pytest.approx(HEIGHT_M / math.tan(math.radians(FLATTEST_DEG)), rel=0.01)


@pytest.mark.parametrize(("pitch", "height_m"), [(20.0, HEIGHT_M), (-90.0, 0.0), (-90.0, -5.0)])
def test_a_camera_that_looks_up_or_stands_on_the_ground_sees_none(pitch: float, height_m: float) -> None:
    assert corners(10, pitch, height_m) is None
