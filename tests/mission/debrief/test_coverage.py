"""Coverage on synthetic flights, against asking of thousands of points one by one whether they were ever in view."""

import math
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon, box

from mission.debrief.camera_view import CameraState, corners
from mission.debrief.coverage import cover
from mission.routes.cameras import Camera
from mission.routes.footprint import footprint_m

CAMERA = Camera(
    title="test",
    sensor_width_mm=12,
    sensor_height_mm=9,
    focal_mm=10,
    image_width_px=4000,
    image_height_px=3000,
    min_trigger_s=1,
)
AREA = box(0, 0, 120, 90)


def in_view(eye: CameraState, points: np.ndarray) -> np.ndarray:
    """Straight from the pinhole's definition: is the ground point's picture on the sensor? Knows no polygons."""
    yaw, pitch = math.radians(eye.yaw_deg), math.radians(eye.pitch_deg)
    forward = np.array([math.sin(yaw) * math.cos(pitch), math.cos(yaw) * math.cos(pitch), math.sin(pitch)])
    right = np.array([math.cos(yaw), -math.sin(yaw), 0.0])
    up = np.cross(right, forward)
    rays = np.column_stack([points - (eye.east_m, eye.north_m), np.full(len(points), -eye.height_m)])
    depth = rays @ forward
    flat = -rays[:, 2] / np.hypot(rays[:, 0], rays[:, 1]) < math.tan(math.radians(10))
    x, y = CAMERA.focal_mm * (rays @ right) / depth, CAMERA.focal_mm * (rays @ up) / depth
    return np.asarray((depth > 0) & (abs(x) <= 6) & (abs(y) <= 4.5) & ~flat)


def test_straight_down_it_sees_the_catalogue_s_footprint() -> None:
    seen = corners(CAMERA, CameraState(0, 5, 7, 40, 30, -90))
    assert seen is not None
    across, along = footprint_m(CAMERA, 40)
    assert Polygon(seen).area == pytest.approx(across * along)
    assert np.allclose(seen.mean(axis=0), (5, 7))


def test_a_camera_at_the_horizon_or_on_the_ground_sees_nothing_that_counts() -> None:
    assert corners(CAMERA, CameraState(0, 0, 0, 40, 0, 60)) is None
    assert corners(CAMERA, CameraState(0, 0, 0, 0, 0, -90)) is None


def test_a_line_left_out_is_a_gap_true_to_a_centimetre() -> None:
    lines = [[CameraState(t, x, 10.0 * t - 30, 20, 0, -90) for t in range(16)] for x in (12, 36, 84, 108)]
    found = cover(AREA, lines, CAMERA)
    assert found.fraction == pytest.approx(0.8)
    assert len(found.gaps) == 1
    assert found.gaps[0].hausdorff_distance(box(48, 0, 72, 90)) < 0.01
    assert found.mean_dwell_s == pytest.approx(4 * 18 / 10 * 24 / 120, rel=0.05)


def test_what_the_link_lost_is_not_counted_as_seen() -> None:
    line = [CameraState(t, 60, 10.0 * t, 60, 0, -90) for t in (0, 1, 8, 9)]
    assert cover(AREA, [line], CAMERA).gaps
    assert cover(AREA, [], CAMERA).fraction == 0


eyes = st.lists(
    st.tuples(
        st.floats(0, 120),
        st.floats(0, 90),
        st.floats(15, 40),
        st.floats(0, 360),
        st.sampled_from([-90.0, -60.0, -45.0]),
    ),
    min_size=2,
    max_size=3,
)


@settings(max_examples=20, deadline=None)
@given(eyes)
def test_gaps_are_true_to_two_metres_whatever_is_flown(said: list[tuple[float, ...]]) -> None:
    run = [CameraState(4.0 * t, *values) for t, values in enumerate(said)]
    found = cover(AREA, [run], CAMERA)
    grid = np.stack(np.meshgrid(np.arange(1, 120, 2.0), np.arange(1, 90, 2.0)), -1).reshape(-1, 2)
    seen = np.zeros(len(grid), dtype=bool)
    for before, after in pairwise(run):
        for part in np.linspace(0, 1, 400):
            seen |= in_view(before.towards(after, part), grid)
    points = shapely.points(grid)
    claimed = shapely.intersects(found.covered, points)
    wrong = claimed != seen
    edge = shapely.distance(found.covered.boundary, points)
    assert np.asarray(edge)[wrong].max(initial=0.0) <= 2.0
