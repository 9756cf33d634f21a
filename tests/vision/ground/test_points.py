"""Clicked points lay a picture on the ground."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from telemetry.errors import BadInput
from telemetry.positions import LocalFrame
from tests.vision.ground.truth import FRAME, LAT, LON, in_picture
from vision.ground.lens import Lens
from vision.ground.looking import holds
from vision.ground.points import CLICK_SIGMA, MAP_SIGMA_M, ClickedPoint, lay
from vision.ground.pose import Pose

LENS = Lens(hfov_deg=60)
CAMERA = Pose(LAT, LON, 8, 30, -15)
SEEN = ((-6.0, 16.0), (8.0, 14.0), (-9.0, 34.0), (10.0, 36.0))
"""Points on the ground, metres to the right of the camera and ahead of it."""


def ground(right: float, ahead: float) -> tuple[float, float]:
    yaw = np.radians(CAMERA.yaw_deg)
    return FRAME.to_degrees(
        float(ahead * np.sin(yaw) + right * np.cos(yaw)), float(ahead * np.cos(yaw) - right * np.sin(yaw))
    )


def clicked(rng: np.random.Generator | None = None, seen: tuple[tuple[float, float], ...] = SEEN) -> list[ClickedPoint]:
    points = []
    for right, ahead in seen:
        lat, lon = ground(right, ahead)
        at = in_picture(CAMERA, LENS, lat, lon)
        assert at is not None
        x, y = at
        if rng is not None:
            x, y = x + rng.normal(0, CLICK_SIGMA), y + rng.normal(0, CLICK_SIGMA)
            lat, lon = LocalFrame(lat, lon).to_degrees(*rng.normal(0, MAP_SIGMA_M, 2))
        points.append(ClickedPoint(x=x, y=y, lat=lat, lon=lon))
    return points


@given(right=st.floats(-12, 12), ahead=st.floats(12, 45))
def test_every_other_point_of_the_ground_comes_out_where_it_is(right: float, ahead: float) -> None:
    there = ground(right, ahead)
    at = in_picture(CAMERA, LENS, *there)
    assume(at is not None)
    assert at is not None
    placed = lay(clicked()).place(*at)
    assert placed is not None
    assert LocalFrame(*there).to_metres(placed.lat, placed.lon) == pytest.approx((0, 0), abs=0.05)


@pytest.mark.parametrize("more", [(), ((0.0, 24.0), (4.0, 20.0), (-5.0, 27.0))])
def test_the_95_percent_ellipse_holds_the_truth_when_clicks_are_as_good_as_assumed(
    more: tuple[tuple[float, float], ...],
) -> None:
    rng = np.random.default_rng(2)
    held = []
    for _ in range(400):
        plane = lay(clicked(rng, (*SEEN, *more)))
        there = ground(rng.uniform(-6, 6), rng.uniform(16, 32))
        at = in_picture(CAMERA, LENS, *there)
        assert at is not None
        placed = plane.place(at[0] + rng.normal(0, CLICK_SIGMA), at[1] + rng.normal(0, CLICK_SIGMA))
        if placed is not None:
            held.append(holds(placed, *there))
    assert len(held) > 380
    assert 0.92 <= np.mean(held) <= 0.99


def test_the_sky_is_nowhere_on_the_ground() -> None:
    assert lay(clicked()).place(0.5, 0.0) is None


def test_three_points_are_not_enough() -> None:
    with pytest.raises(BadInput, match="click at least four"):
        lay(clicked()[:3])


def test_points_on_one_line_are_refused() -> None:
    with pytest.raises(BadInput, match="one line in the picture"):
        lay(clicked(seen=((0.0, 15.0), (0.0, 20.0), (0.0, 30.0), (8.0, 36.0))))


def test_clicks_mixed_up_are_refused_with_the_worst_one_named() -> None:
    points = clicked(seen=(*SEEN, (0.0, 24.0), (4.0, 20.0)))
    lat, lon = LocalFrame(points[4].lat, points[4].lon).to_degrees(14, 8)
    points[4] = ClickedPoint(x=points[4].x, y=points[4].y, lat=lat, lon=lon)
    with pytest.raises(BadInput, match=r"do not fit together, by .* point \d most"):
        lay(points)
