"""The compass put right by known places."""

import math

import numpy as np
import pytest

from telemetry.errors import BadInput
from telemetry.positions import LocalFrame
from tests.vision.ground.truth import FRAME, LAT, LON, in_picture, measured
from vision.ground.landmarks import Landmark, correct_yaw
from vision.ground.lens import Lens
from vision.ground.pose import Pose

LENS = Lens(hfov_deg=70)


def sighted(rng: np.random.Generator, bias: float, count: int) -> list[Landmark]:
    """Landmarks as one flight sees them, 60 m up."""
    marks: list[Landmark] = []
    while len(marks) < count:
        true = Pose(*FRAME.to_degrees(*rng.uniform(-100, 100, 2)), 60, float(rng.uniform(0, 360)), -40)
        ahead, beside = rng.uniform(50, 110), rng.uniform(-25, 25)
        yaw = math.radians(true.yaw_deg)
        east = ahead * math.sin(yaw) + beside * math.cos(yaw)
        north = ahead * math.cos(yaw) - beside * math.sin(yaw)
        place = LocalFrame(true.lat, true.lon).to_degrees(east, north)
        at = in_picture(true, LENS, *place)
        if at is not None:
            marks.append(Landmark(measured(true, rng, yaw_bias_deg=bias), *at, *place))
    return marks


def test_landmarks_find_the_bias_as_well_as_they_say() -> None:
    rng = np.random.default_rng(3)
    scores = []
    for _ in range(200):
        bias = rng.normal(0, 2)
        found = correct_yaw(sighted(rng, bias, 6), LENS)
        scores.append((found.yaw_deg + bias) / found.sigma_deg)
        assert found.sigma_deg < 0.8
    assert 0.85 < np.std(scores) < 1.15


def test_a_pose_put_right_says_that_its_compass_is_better_known() -> None:
    found = correct_yaw(sighted(np.random.default_rng(4), 3.0, 8), LENS)
    right = found.of(Pose(LAT, LON, 60, 10, -45))
    assert right.yaw_deg == pytest.approx(7, abs=1.5)
    assert right.spread.yaw_bias_deg == found.sigma_deg < 0.7


def test_no_landmark_no_correction() -> None:
    with pytest.raises(BadInput, match="at least one"):
        correct_yaw([], LENS)


def test_a_landmark_above_the_horizon_is_refused_by_its_number() -> None:
    with pytest.raises(BadInput, match="landmark 1 is marked above the horizon"):
        correct_yaw([Landmark(Pose(LAT, LON, 60, 0, -10), 0.5, 0.05, LAT, LON)], LENS)


def test_a_landmark_below_the_camera_gives_no_bearing() -> None:
    with pytest.raises(BadInput, match="nearly below the camera"):
        correct_yaw([Landmark(Pose(LAT, LON, 60, 0, -90), 0.5, 0.5, LAT, LON)], LENS)


def test_the_wrong_landmark_is_refused() -> None:
    elsewhere = FRAME.to_degrees(80, 10)
    with pytest.raises(BadInput, match="check that it is the right landmark"):
        correct_yaw([Landmark(Pose(LAT, LON, 60, 0, -45), 0.5, 0.5, *elsewhere)], LENS)
