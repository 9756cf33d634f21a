"""From the picture to the ground: the place, its error, and many looks at one thing."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from telemetry.geometry.surface import FlatGround
from telemetry.positions import LocalFrame, Position
from tests.vision.ground.truth import FRAME, LAT, LON, in_picture, measured
from vision.ground.lens import Lens
from vision.ground.looking import GroundLook, holds, look, together
from vision.ground.pose import Pose, Spread

LENS = Lens(hfov_deg=70)
EXACT = Spread(*[1e-6] * 7)


def off_m(a: Position, lat: float, lon: float) -> float:
    return math.hypot(*LocalFrame(lat, lon).to_metres(a.lat, a.lon))


def test_straight_down_the_middle_of_the_picture_is_below_the_camera() -> None:
    seen = look(Pose(LAT, LON, 60, 123, -90, spread=EXACT), LENS, 0.5, 0.5)
    assert seen is not None
    assert off_m(seen.position, LAT, LON) < 0.001


@pytest.mark.parametrize(("yaw", "east", "north"), [(0, 0, 60), (90, 60, 0), (180, 0, -60), (270, -60, 0)])
def test_at_45_degrees_the_middle_is_as_far_ahead_as_the_camera_is_high(yaw: float, east: float, north: float) -> None:
    seen = look(Pose(LAT, LON, 60, yaw, -45, spread=EXACT), LENS, 0.5, 0.5)
    assert seen is not None
    assert off_m(seen.position, *FRAME.to_degrees(east, north)) < 0.001


def test_straight_down_the_upper_edge_points_where_yaw_says() -> None:
    seen = look(Pose(LAT, LON, 60, 90, -90, spread=EXACT), LENS, 0.5, 0.0)
    assert seen is not None
    assert seen.position.lon > LON
    assert abs(seen.position.lat - LAT) < 1e-7


@given(
    yaw=st.floats(0, 360),
    pitch=st.floats(-90, -15),
    roll=st.floats(-30, 30),
    x=st.floats(0.02, 0.98),
    y=st.floats(0.02, 0.98),
    k1=st.floats(-0.15, 0.1),
)
def test_what_is_seen_at_a_point_would_be_pictured_at_that_point(
    yaw: float, pitch: float, roll: float, x: float, y: float, k1: float
) -> None:
    lens, pose = Lens(hfov_deg=70, k1=k1), Pose(LAT, LON, 60, yaw, pitch, roll, EXACT)
    seen = look(pose, lens, x, y)
    assume(seen is not None)
    assert seen is not None
    assert in_picture(pose, lens, seen.lat, seen.lon) == pytest.approx((x, y), abs=1e-4)


def test_over_the_horizon_there_is_no_place() -> None:
    assert look(Pose(LAT, LON, 60, 0, -10), LENS, 0.5, 0.1) is None


def test_so_near_the_horizon_that_the_error_has_no_bound_there_is_no_place_either() -> None:
    assert look(Pose(LAT, LON, 60, 0, -1.2), LENS, 0.5, 0.5) is None


class Slope:
    """Ground that rises to the north by a tenth."""

    def heights_m(self, lats: ArrayLike, lons: ArrayLike) -> np.ndarray:
        return (np.asarray(lats, float) - LAT) * FRAME.metres_per_degree.north_m * 0.1


def test_on_rising_ground_the_line_of_sight_ends_sooner() -> None:
    seen = look(Pose(LAT, LON, 60, 0, -45, spread=EXACT), LENS, 0.5, 0.5, Slope())
    assert seen is not None
    assert off_m(seen.position, *FRAME.to_degrees(0, 60 / 1.1)) < 0.01


class Flat:
    """Flat ground that does not say so, and must be searched."""

    def heights_m(self, lats: ArrayLike, lons: ArrayLike) -> np.ndarray:
        return np.full(np.shape(lats), 12.5)


@given(yaw=st.floats(0, 360), pitch=st.floats(-90, -20), height=st.floats(5, 120))
def test_searching_the_terrain_finds_what_reckoning_finds_on_flat_ground(
    yaw: float, pitch: float, height: float
) -> None:
    pose = Pose(LAT, LON, 12.5 + height, yaw, pitch)
    searched, reckoned = look(pose, LENS, 0.5, 0.5, Flat()), look(pose, LENS, 0.5, 0.5, FlatGround(12.5))
    assert searched is not None
    assert reckoned is not None
    assert off_m(searched.position, reckoned.lat, reckoned.lon) < 0.02
    assert np.allclose(searched.covariance, reckoned.covariance, rtol=0.01, atol=0.01)


def looks_at(
    rng: np.random.Generator, *, height: float, pitch: float, count: int = 1, around: float = 0.0
) -> tuple[list[GroundLook], tuple[float, float]]:
    """Looks of one flight at one thing, from sides `around` degrees apart in all, with the errors a pose tells of."""
    target = FRAME.to_degrees(*rng.uniform(-200, 200, 2))
    bias = rng.normal(0, Spread().yaw_bias_deg)
    away = height / math.tan(math.radians(-pitch)) if pitch > -89 else 0.0
    looks, first = [], float(rng.uniform(0, 360))
    for number in range(count):
        yaw = first + number * around / count
        lat, lon = LocalFrame(*target).to_degrees(
            -away * math.sin(math.radians(yaw)), -away * math.cos(math.radians(yaw))
        )
        true = Pose(lat, lon, height, yaw + float(rng.uniform(-15, 15)), pitch)
        at = in_picture(true, LENS, *target)
        if at is None:
            continue
        x, y = at[0] + rng.normal(0, true.spread.pixel), at[1] + rng.normal(0, true.spread.pixel * LENS.aspect)
        seen = look(measured(true, rng, yaw_bias_deg=bias), LENS, x, y)
        if seen is not None:
            looks.append(seen)
    return looks, target


@pytest.mark.parametrize(("height", "pitch"), [(60, -90), (60, -45), (30, -30), (100, -20)])
def test_the_95_percent_ellipse_holds_the_truth_in_93_to_97_of_100(height: float, pitch: float) -> None:
    rng = np.random.default_rng(11)
    held = []
    for _ in range(3_000):
        looks, target = looks_at(rng, height=height, pitch=pitch)
        held += [holds(one.position, *target) for one in looks]
    assert len(held) > 2_500
    assert 0.93 <= np.mean(held) <= 0.97


def test_ten_looks_from_all_sides_are_better_than_one_and_know_how_good_they_are() -> None:
    rng = np.random.default_rng(5)
    single, many, held = [], [], []
    for _ in range(400):
        looks, target = looks_at(rng, height=60, pitch=-45, count=10, around=360)
        best = together(looks)
        single.append(off_m(looks[0].position, *target))
        many.append(off_m(best, *target))
        held.append(holds(best, *target))
    assert np.median(many) < np.median(single) / 2
    assert 0.92 <= np.mean(held) <= 0.98


def test_looks_from_one_side_do_not_pretend_that_the_compass_averages_out() -> None:
    rng = np.random.default_rng(6)
    held = []
    for _ in range(400):
        looks, target = looks_at(rng, height=60, pitch=-45, count=10)
        held.append(holds(together(looks), *target))
    assert 0.92 <= np.mean(held) <= 0.98
