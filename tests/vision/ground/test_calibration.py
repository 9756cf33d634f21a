"""A picture laid on the ground as somebody set it up: by clicks, by a pose, and by a pose whose unit moves."""

from dataclasses import replace

import pytest

from telemetry.errors import BadInput
from telemetry.positions import LocalFrame
from tests.vision.ground.test_points import CAMERA, SEEN, clicked
from tests.vision.ground.truth import LAT, LON
from vision.ground.calibration import (
    ClickedGround,
    Ends,
    MeasuredPose,
    Stand,
    lay_on_ground,
    parse_calibration,
    sample,
)

MORE = ((0.0, 24.0), (4.0, 20.0), (-5.0, 27.0))
POSE = MeasuredPose(height_m=CAMERA.alt_m, tilt_deg=-CAMERA.pitch_deg, azimuth_deg=CAMERA.yaw_deg, hfov_deg=60)
WALL = Stand(LAT, LON)
TOWER = Stand(LAT, LON, moves=True, accuracy_m=3.0, heading_deg=CAMERA.yaw_deg)


def ends(horizon: Ends | None) -> Ends:
    assert horizon is not None
    return horizon


def test_clicks_and_the_pose_they_were_made_with_lay_the_picture_alike() -> None:
    by_points = lay_on_ground(ClickedGround(points=tuple(clicked(seen=SEEN + MORE))), WALL)
    by_pose = lay_on_ground(POSE, WALL)
    for x, y in ((0.3, 0.7), (0.5, 0.5), (0.8, 0.9)):
        one, other = by_points.place(x, y), by_pose.place(x, y)
        assert one is not None
        assert other is not None
        assert LocalFrame(one.lat, one.lon).to_metres(other.lat, other.lon) == pytest.approx((0, 0), abs=0.2)
    for a, b in zip(ends(by_points.horizon), ends(by_pose.horizon), strict=True):
        assert a == pytest.approx(b, abs=0.01)
    assert by_points.misfit_m == pytest.approx(0, abs=0.01)


def test_the_horizon_is_where_places_end() -> None:
    laid = lay_on_ground(POSE, WALL)
    (_, left), (_, right) = ends(laid.horizon)
    assert left == pytest.approx(right)
    assert laid.place(0.5, left - 0.01) is None
    assert laid.place(0.5, left + 0.2) is not None


def test_a_towers_place_and_heading_come_from_the_tower() -> None:
    pose = POSE.model_copy(update={"azimuth_deg": None})
    here = lay_on_ground(pose, TOWER).place(0.5, 0.7)
    turned = lay_on_ground(pose, replace(TOWER, heading_deg=(CAMERA.yaw_deg + 180) % 360)).place(0.5, 0.7)
    assert here is not None
    assert turned is not None
    ahead = LocalFrame(LAT, LON).to_metres(here.lat, here.lon)
    behind = LocalFrame(LAT, LON).to_metres(turned.lat, turned.lon)
    assert (ahead.east_m + behind.east_m, ahead.north_m + behind.north_m) == pytest.approx((0, 0), abs=0.1)


def test_a_unit_is_known_less_well_than_a_camera_on_a_wall() -> None:
    wall, tower = (lay_on_ground(POSE, stand).place(0.5, 0.7) for stand in (WALL, TOWER))
    assert wall is not None
    assert tower is not None
    assert tower.accuracy_m > wall.accuracy_m


def test_a_camera_that_looks_straight_down_has_no_horizon() -> None:
    drone = MeasuredPose(tilt_deg=90, hfov_deg=70)
    laid = lay_on_ground(drone, Stand(LAT, LON, moves=True, height_m=60, heading_deg=0))
    assert laid.horizon is None
    assert drone.from_above
    middle = laid.place(0.5, 0.5)
    assert middle is not None
    assert LocalFrame(LAT, LON).to_metres(middle.lat, middle.lon) == pytest.approx((0, 0), abs=0.5)


def test_samples_are_the_points_that_lie_on_the_ground() -> None:
    there = sample(lay_on_ground(POSE.model_copy(update={"tilt_deg": 5}), WALL))
    assert 3 <= len(there) < 12
    assert all(one.position.ellipse is not None for one in there)


@pytest.mark.parametrize(
    ("how", "stand", "words"),
    [
        (POSE, None, "reported no position"),
        (POSE.model_copy(update={"height_m": None}), WALL, "give the height"),
        (POSE.model_copy(update={"azimuth_deg": None}), WALL, "give the direction"),
        (ClickedGround(points=tuple(clicked())), TOWER, "stays where it is"),
        (ClickedGround(points=tuple(clicked()[:3])), WALL, "click at least four"),
    ],
)
def test_what_cannot_be_laid_is_refused_with_what_to_do(
    how: ClickedGround | MeasuredPose, stand: Stand | None, words: str
) -> None:
    with pytest.raises(BadInput, match=words):
        lay_on_ground(how, stand)


@pytest.mark.parametrize("raw", [None, {}, {"kind": "guess"}, {"kind": "pose", "tilt_deg": 95, "hfov_deg": 60}, []])
def test_what_is_no_calibration_is_refused(raw: object) -> None:
    with pytest.raises(BadInput, match="cannot be laid on the ground"):
        parse_calibration(raw)
