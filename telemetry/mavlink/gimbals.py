"""What a vehicle says of where its camera looks: three messages, the newer ones first. Pure: messages in, values out.

Messages: mavlink.io, common.xml. In all of them roll and pitch count from the horizon; yaw counts from the nose, or
from north, as the message says.
"""

import math
from dataclasses import dataclass
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from telemetry.attitude import Quaternion, quaternion_of

GIMBAL_DEVICE_ATTITUDE_STATUS = 285
MOUNT_ORIENTATION = 265
"""As PX4 tells it besides."""
MOUNT_STATUS = 158
"""As ArduPilot told it before it had the first."""
TOLD_BY = (GIMBAL_DEVICE_ATTITUDE_STATUS, MOUNT_ORIENTATION, MOUNT_STATUS)
"""Message numbers, the one that is to be believed first."""

YAW_LOCK = 16
IN_VEHICLE_FRAME = 32
IN_EARTH_FRAME = 64
"""GIMBAL_DEVICE_FLAGS."""
CANNOT_TELL = (
    mavlink.GIMBAL_DEVICE_ERROR_FLAGS_ENCODER_ERROR
    | mavlink.GIMBAL_DEVICE_ERROR_FLAGS_SOFTWARE_ERROR
    | mavlink.GIMBAL_DEVICE_ERROR_FLAGS_COMMS_ERROR
    | mavlink.GIMBAL_DEVICE_ERROR_FLAGS_CALIBRATION_RUNNING
)
"""Failures with which its own word of where it looks is not to be believed."""


@dataclass(frozen=True)
class GimbalSaid:
    """Where one gimbal looks."""

    gimbal: tuple[int, int, int]
    """Which it is: place of the message in TOLD_BY, component, number within that. The least is believed."""
    turn: Quaternion
    """From level, ahead (or north) to where it looks."""
    from_north: bool
    """Whether its yaw counts from north; else from the vehicle's nose."""


def gimbal_said(message: Any) -> GimbalSaid | None:
    """What a decoded message of `TOLD_BY` says; None where it says that it does not know."""
    number = message.get_msgId()
    component = message.get_srcComponent()
    if number == GIMBAL_DEVICE_ATTITUDE_STATUS:
        return _by_device(message, (0, component, message.gimbal_device_id))
    if number == MOUNT_ORIENTATION:
        yaw = message.yaw
        from_north = not math.isfinite(yaw)
        if from_north:
            yaw = message.yaw_absolute
        return _by_angles((1, component, 0), yaw, message.pitch, message.roll, from_north=from_north)
    pitch, roll, yaw = (angle / 100 for angle in (message.pointing_a, message.pointing_b, message.pointing_c))
    return _by_angles((2, component, 0), yaw, pitch, roll, from_north=False)


def yaw_from_north(flags: int) -> bool:
    """Whether GIMBAL_DEVICE_FLAGS say that yaw counts from north: where neither frame is said, a locked one does."""
    return bool(flags & IN_EARTH_FRAME) or (not flags & IN_VEHICLE_FRAME and bool(flags & YAW_LOCK))


def _by_device(message: Any, gimbal: tuple[int, int, int]) -> GimbalSaid | None:
    length = math.hypot(*message.q)
    if not 0.9 < length < 1.1 or message.failure_flags & CANNOT_TELL:  # NaN, too, is not in between
        return None
    w, x, y, z = (part / length for part in message.q)
    return GimbalSaid(gimbal, (w, x, y, z), yaw_from_north(message.flags))


def _by_angles(
    gimbal: tuple[int, int, int], yaw: float, pitch: float, roll: float, *, from_north: bool
) -> GimbalSaid | None:
    if not math.isfinite(yaw) or not math.isfinite(pitch):
        return None
    if not math.isfinite(roll):
        roll = 0.0
    return GimbalSaid(gimbal, quaternion_of(yaw, pitch, roll), from_north)
