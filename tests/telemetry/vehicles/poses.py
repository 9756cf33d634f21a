"""What a vehicle says of itself and its gimbal, as frames, for tests."""

import math
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from telemetry.attitude import quaternion_of
from telemetry.vehicles.camera_poses import CameraPoses

LAT, LON = 56.6234, 23.2789
NAN = math.nan


class Told:
    """Poses that are told by one vehicle, message by message."""

    def __init__(self) -> None:
        self.poses = CameraPoses(1, 1)

    def hear(self, now: float, *messages: Any, system: int = 1, component: int = 1) -> None:
        """The messages of a component come at `now`."""
        mav = mavlink.MAVLink(None, system, component)
        for message in messages:
            self.poses.hear(bytes(message.pack(mav)), now)


def place(
    lat: float = LAT, lon: float = LON, height_m: float = 60.0, *, north: float = 0.0, east: float = 0.0,
    heading: float | None = None,
) -> Any:  # fmt: skip
    """GLOBAL_POSITION_INT: degrees, metres above home, metres a second, degrees from north."""
    hdg = 65_535 if heading is None else round(heading * 100)
    return mavlink.MAVLink_global_position_int_message(
        0, round(lat * 1e7), round(lon * 1e7), 100_000, round(height_m * 1e3), round(north * 100), round(east * 100), 0,
        hdg,
    )  # fmt: skip


def attitude(yaw_deg: float) -> Any:
    """ATTITUDE, level."""
    return mavlink.MAVLink_attitude_message(0, 0.0, 0.0, math.radians((yaw_deg + 180) % 360 - 180), 0, 0, 0)


def gimbal(yaw: float, pitch: float, roll: float = 0.0, *, flags: int = 32, number: int = 1) -> Any:
    """GIMBAL_DEVICE_ATTITUDE_STATUS: degrees; 32 from the nose, 64 from north."""
    turn = quaternion_of(yaw, pitch, roll)
    return mavlink.MAVLink_gimbal_device_attitude_status_message(
        0, 0, 0, flags, turn, NAN, NAN, NAN, 0, NAN, NAN, number
    )


def home(lat: float, lon: float) -> Any:
    """HOME_POSITION, degrees."""
    return mavlink.MAVLink_home_position_message(round(lat * 1e7), round(lon * 1e7), 0, 0, 0, 0, [1, 0, 0, 0], 0, 0, 0)
