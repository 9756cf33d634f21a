"""Angles of aircraft and gimbals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.attitude import (
    Quaternion,
    apart_deg,
    between,
    of_quaternions,
    on_the_globe,
    quaternion_of,
    turned,
)


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


def angles_of(quaternion: Quaternion) -> list[float]:
    return [float(angle) for angle in of_quaternions(*quaternion)]


@given(yaw=st.floats(-179, 179), pitch=st.floats(-89, 89), roll=st.floats(-179, 179))
def test_angles_become_a_quaternion_and_back(yaw: float, pitch: float, roll: float) -> None:
    assert angles_of(quaternion_of(yaw, pitch, roll)) == pytest.approx([yaw, pitch, roll], abs=1e-6)


@given(yaw=st.floats(-179, 179), noise=st.integers(-3, 3))
def test_straight_down_the_whole_turn_is_yaw_however_a_float_was_rounded(yaw: float, noise: int) -> None:
    w, x, y, z = (float(np.float32(part)) for part in quaternion_of(yaw, -90, 0))
    found = angles_of((w, x + noise * 6e-8, y, z))
    assert found == pytest.approx([yaw, -90, 0], abs=0.05)


@given(st.tuples(st.floats(0, 359), st.floats(-80, 80), st.floats(-80, 80)), st.floats(0, 359), st.floats(-80, 80))
def test_a_direction_within_a_turned_frame_is_that_of_a_camera_on_an_aircraft(
    aircraft: tuple[float, float, float], yaw: float, pitch: float
) -> None:
    by_angles = on_the_globe(one(*aircraft), one(yaw, pitch, 0))
    by_quaternions = turned(quaternion_of(*aircraft), quaternion_of(yaw, pitch, 0))
    again = quaternion_of(*(float(angle[0]) for angle in by_angles))
    assert apart_deg(by_quaternions, again) < 1e-3


def test_half_way_from_350_to_20_degrees_is_5() -> None:
    half = between(quaternion_of(350, -45, 0), quaternion_of(20, -45, 0), 0.5)
    yaw, pitch, _ = angles_of(half)
    assert yaw == pytest.approx(5, abs=1e-6)
    assert -46.1 < pitch < -45  # along the great circle, a little below both


@given(share=st.floats(0, 1), turn=st.floats(1, 170))
def test_a_turn_is_gone_through_evenly(share: float, turn: float) -> None:
    begins, ends = quaternion_of(0, 0, 0), quaternion_of(turn, 0, 0)
    assert apart_deg(begins, between(begins, ends, share)) == pytest.approx(share * turn, abs=1e-4)
