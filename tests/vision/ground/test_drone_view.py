"""A flying drone's pictures on the ground: simulated truth, instruments with their stated errors, real telegrams."""

import math
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray

from telemetry.positions import LocalFrame, Position
from telemetry.vehicles.camera_poses import CameraPose
from tests.telemetry.vehicles.poses import LAT, LON, Told, attitude, gimbal, place
from vision.detection.detector import Box
from vision.ground.drone_view import ANTENNA_M, TIMING_S, drone_view
from vision.ground.lens import Lens
from vision.ground.looking import holds
from vision.ground.pose import Spread
from vision.ground.view import CameraView

Floats = NDArray[np.float64]
FRAME = LocalFrame(LAT, LON)
LENS = Lens(hfov_deg=70)
HEIGHT_M = 60.0
STILL = CameraPose(LAT, LON, HEIGHT_M, 0, -45, 0, 0, 0, 0, 0, None, None)


def pictured(camera: Floats, aimed_at: Floats, thing: Floats) -> tuple[float, float]:
    """Where a thing (east, north, up in metres) is in a level picture whose middle is `aimed_at`.

    By vectors only, so that nothing is shared with what is tested: the axis, its right hand, and how far the thing is
    along each of them.
    """
    axis = (aimed_at - camera) / np.linalg.norm(aimed_at - camera)
    right = np.cross(axis, [0.0, 0.0, 1.0])
    right /= np.linalg.norm(right)
    up = np.cross(right, axis)
    to = thing - camera
    half = math.tan(math.radians(70) / 2)
    x, y = (to @ right) / (to @ axis) / half, (to @ up) / (to @ axis) / half * LENS.aspect
    return float(x + 1) / 2, float(1 - y) / 2


def off_m(found: Position, lat: float, lon: float) -> float:
    return math.hypot(*LocalFrame(lat, lon).to_metres(found.lat, found.lon))


def around(x: float, y: float) -> Box:
    """A box whose lower edge's middle is there."""
    return Box(x - 0.01, y - 0.05, x + 0.01, y)


def flown_past(rng: np.random.Generator, *, speed: float) -> tuple[Position | None, float, float]:
    """One look of a drone that flies by 60 m up with its camera 45 degrees down; what was found, and the truth."""
    s, taken = Spread(), 5.0
    course, side = rng.uniform(0, 2 * math.pi), math.radians(rng.uniform(0, 360))
    velocity = speed * np.array([math.sin(course), math.cos(course), 0.0])
    camera = np.array([*rng.uniform(-200, 200, 2), HEIGHT_M])
    aimed_at = camera + HEIGHT_M * np.array([math.sin(side), math.cos(side), -1.0])
    thing = np.array([*aimed_at[:2], 0.0]) + np.array([*rng.uniform(-12, 12, 2), 0.0])
    x, y = pictured(camera, aimed_at, thing)
    told = Told()
    # One draw of each error for the picture: the words on both sides of it stand for the same measurement.
    off = np.array([rng.normal(0, s.horizontal_m), rng.normal(0, s.horizontal_m), rng.normal(0, s.height_m)])
    yaw = math.degrees(side) + rng.normal(0, s.yaw_bias_deg) + rng.normal(0, s.yaw_deg)
    pitch, roll = -45 + rng.normal(0, s.pitch_deg), rng.normal(0, s.roll_deg)
    late, heading = rng.normal(0, TIMING_S), rng.uniform(0, 360)
    for moment in (taken - 0.13, taken + 0.12):
        at = camera + velocity * (moment - taken) + off
        lat, lon = FRAME.to_degrees(at[0], at[1])
        words = place(lat, lon, at[2], north=velocity[1], east=velocity[0])
        told.hear(moment + late, words, attitude(heading), gimbal(yaw - heading, pitch, roll))
    pose = told.poses.at(taken)
    assert isinstance(pose, CameraPose)
    x, y = x + rng.normal(0, s.pixel), y + rng.normal(0, s.pixel * LENS.aspect)
    return drone_view(pose, LENS).place(around(x, y)), *FRAME.to_degrees(thing[0], thing[1])


@pytest.mark.parametrize("speed", [0.0, 5.0, 15.0])
def test_60_m_up_at_45_degrees_the_median_error_is_under_3_m_and_the_ellipse_holds_what_it_says(speed: float) -> None:
    rng = np.random.default_rng(39)
    errors, held = [], []
    for _ in range(2_000):
        found, lat, lon = flown_past(rng, speed=speed)
        assert found is not None
        errors.append(off_m(found, lat, lon))
        held.append(holds(found, lat, lon))
    assert np.median(errors) <= 3
    assert 0.93 <= np.mean(held) <= 0.97


def test_with_perfect_instruments_it_is_where_it_is() -> None:
    camera, aimed_at, thing = np.array([0, 0, 60.0]), np.array([40.0, 70.0, 0]), np.array([45.0, 60.0, 0])
    x, y = pictured(camera, aimed_at, thing)
    yaw = math.degrees(math.atan2(40, 70))
    pose = replace(STILL, yaw_deg=yaw, pitch_deg=-math.degrees(math.atan2(60, math.hypot(40, 70))))
    found = drone_view(pose, LENS).place(around(x, y))
    assert found is not None
    assert off_m(found, *FRAME.to_degrees(45, 60)) < 0.15  # to second order, a place is the mean of where it may be


def test_what_moves_and_what_was_held_is_known_less_well() -> None:
    def accuracy(pose: CameraPose) -> float:
        found = drone_view(pose, LENS).place(around(0.5, 0.5))
        assert found is not None
        return found.accuracy_m

    still = accuracy(STILL)
    assert accuracy(replace(STILL, east_m_s=10)) > still
    assert accuracy(replace(STILL, turn_deg_s=30)) > still
    assert accuracy(replace(STILL, east_m_s=10, held_s=0.8)) > accuracy(replace(STILL, east_m_s=10)) + 2


def test_a_receivers_own_word_of_its_error_goes_before_the_usual_one() -> None:
    spread = drone_view(replace(STILL, accuracy_m=4.0), LENS).pose.spread
    assert spread.horizontal_m == pytest.approx(math.hypot(4.0 / math.sqrt(2), ANTENNA_M))
    assert drone_view(STILL, LENS).pose.spread == Spread()


def test_seen_from_above_a_thing_is_at_the_middle_of_its_box_else_at_its_foot() -> None:
    def view(pitch: float) -> CameraView:
        return drone_view(replace(STILL, pitch_deg=pitch), LENS)

    high, low = Box(0.4, 0.4, 0.6, 0.6), Box(0.4, 0.5, 0.6, 0.6)
    assert view(-85).place(high) != view(-85).place(low)
    assert view(-45).place(high) == view(-45).place(low)


class Slope:
    """Ground that rises to the north by a tenth, 200 m above the sea in the middle of town."""

    def heights_m(self, lats: ArrayLike, lons: ArrayLike) -> Floats:
        north = (np.asarray(lats, float) - LAT) * FRAME.metres_per_degree.north_m
        return np.asarray(200 + 0.1 * north + 0 * np.asarray(lons, float))


def test_on_a_terrain_heights_count_from_the_ground_under_home() -> None:
    home = FRAME.to_degrees(0, -100)  # 10 m lower than below the drone, which is so 60 m above the ground
    view = drone_view(replace(STILL, height_m=70.0, home=home), LENS, Slope())
    found = view.place(around(0.5, 0.5))
    assert found is not None
    assert off_m(found, *FRAME.to_degrees(0, 60 / 1.1)) < 0.3  # where 45 degrees down meet a rise of a tenth


def test_on_a_terrain_a_drone_that_has_not_told_its_home_is_not_placed() -> None:
    with pytest.raises(ValueError, match="home is not known"):
        drone_view(STILL, LENS, Slope())


def test_a_level_camera_places_nothing() -> None:
    assert drone_view(replace(STILL, pitch_deg=0), LENS).place(around(0.5, 0.5)) is None
