"""What vehicles say of where their cameras look, message by message."""

import math
from typing import Any

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from telemetry.attitude import of_quaternions, quaternion_of
from telemetry.mavlink.gimbals import GimbalSaid, gimbal_said, yaw_from_north

NAN = math.nan
LOCK, VEHICLE, EARTH = 16, 32, 64


def heard(message: Any, component: int = 1) -> GimbalSaid | None:
    """What is understood of a message after its way over a wire."""
    return gimbal_said(mavlink.MAVLink(None).decode(bytearray(message.pack(mavlink.MAVLink(None, 1, component)))))


def device(
    turn: tuple[float, ...], flags: int = VEHICLE, *, failures: int = 0, number: int = 0, component: int = 154
) -> GimbalSaid | None:
    return heard(
        mavlink.MAVLink_gimbal_device_attitude_status_message(
            0, 0, 0, flags, turn, NAN, NAN, NAN, failures, NAN, NAN, number
        ),
        component,
    )


def angles(said: GimbalSaid | None) -> list[float]:
    assert said is not None
    return [float(angle) for angle in of_quaternions(*said.turn)]


@pytest.mark.parametrize(
    ("flags", "from_north"),
    [(VEHICLE, False), (EARTH, True), (LOCK, True), (0, False), (LOCK | VEHICLE, False), (EARTH | 12, True)],
)
def test_yaw_counts_from_where_the_flags_say_and_a_locked_one_that_says_nothing_from_north(
    flags: int, from_north: bool
) -> None:
    assert yaw_from_north(flags) is from_north
    said = device(quaternion_of(10, -45, 0), flags)
    assert said is not None
    assert said.from_north is from_north


def test_a_gimbal_device_tells_its_angles_as_a_quaternion() -> None:
    assert angles(device(quaternion_of(120, -45, 3))) == pytest.approx([120, -45, 3], abs=1e-4)


@pytest.mark.parametrize("turn", [(NAN, NAN, NAN, NAN), (0.0, 0.0, 0.0, 0.0), (1.0, 1.0, 1.0, 1.0)])
def test_what_is_no_direction_is_not_believed(turn: tuple[float, ...]) -> None:
    assert device(turn) is None


def test_a_gimbal_that_is_being_calibrated_is_not_believed_one_at_its_limit_is() -> None:
    level = quaternion_of(0, 0, 0)
    assert device(level, failures=mavlink.GIMBAL_DEVICE_ERROR_FLAGS_CALIBRATION_RUNNING) is None
    assert device(level, failures=mavlink.GIMBAL_DEVICE_ERROR_FLAGS_AT_PITCH_LIMIT) is not None


def test_a_mount_orientation_counts_from_the_nose_or_where_it_does_not_know_that_from_north() -> None:
    nose = heard(mavlink.MAVLink_mount_orientation_message(0, 1.0, -30.0, 20.0, 90.0))
    north = heard(mavlink.MAVLink_mount_orientation_message(0, 1.0, -30.0, NAN, 90.0))
    assert nose is not None
    assert north is not None
    assert (nose.from_north, north.from_north) == (False, True)
    assert angles(nose) == pytest.approx([20, -30, 1])
    assert angles(north) == pytest.approx([90, -30, 1])


def test_a_mount_orientation_without_a_yaw_is_no_direction() -> None:
    assert heard(mavlink.MAVLink_mount_orientation_message(0, 1.0, -30.0, NAN, NAN)) is None


def test_a_mount_status_is_in_hundredths_of_a_degree_pitch_first() -> None:
    said = heard(mavlink.MAVLink_mount_status_message(0, 0, -4_500, 100, 2_000))
    assert angles(said) == pytest.approx([20, -45, 1], abs=1e-6)


def test_of_several_the_newest_message_and_the_first_gimbal_go_before() -> None:
    level = quaternion_of(0, 0, 0)
    said = [
        heard(mavlink.MAVLink_mount_status_message(0, 0, 0, 0, 0)),
        heard(mavlink.MAVLink_mount_orientation_message(0, 0, 0, 0, 0)),
        device(level, number=2, component=1),
        device(level, number=1, component=1),
    ]
    assert sorted(one.gimbal for one in said if one) == [one.gimbal for one in reversed(said) if one]
