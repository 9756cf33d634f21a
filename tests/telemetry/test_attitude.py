"""Angles of aircraft and gimbals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.attitude import of_quaternions, on_the_globe


def one(*angles: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    yaw, pitch, roll = (np.array([angle], float) for angle in angles)
    return yaw, pitch, roll


def test_a_level_aircraft_turns_the_camera_by_its_heading() -> None:
    found = on_the_globe(one(90, 0, 0), one(350, -45, 0))
    assert [float(angle[0]) for angle in found] == pytest.approx([80, -45, 0], abs=1e-9)


def test_a_nose_up_aircraft_lifts_a_camera_that_looks_ahead_and_lowers_one_that_looks_back() -> None:
    ahead = on_the_globe(one(0, 10, 0), one(0, -30, 0))
    back = on_the_globe(one(0, 10, 0), one(180, -30, 0))
    assert float(ahead[1][0]) == pytest.approx(-20)
    assert float(back[1][0]) == pytest.approx(-40)


@given(yaw=st.floats(0, 359.9), pitch=st.floats(-89, 89), roll=st.floats(-89, 89))
def test_a_fixed_camera_points_as_its_aircraft(yaw: float, pitch: float, roll: float) -> None:
    found = on_the_globe(one(yaw, pitch, roll), one(0, 0, 0))
    off = [(float(angle[0]) - given + 180) % 360 - 180 for angle, given in zip(found, (yaw, pitch, roll), strict=True)]
    assert off == pytest.approx([0, 0, 0], abs=1e-6)


def test_a_quaternion_of_a_quarter_turn_to_the_right_is_yaw_90() -> None:
    half = np.sqrt(0.5)
    assert [float(angle) for angle in of_quaternions(half, 0, 0, half)] == pytest.approx([90, 0, 0])
