"""The MAV_CMD numbers a flight profile understands (MAVLink common.xml), and what each means for where it flies."""

from enum import IntEnum


class Nav(IntEnum):
    """Commands that move the vehicle and that the profile follows."""

    WAYPOINT = 16
    LOITER_UNLIMITED = 17
    LOITER_TURNS = 18
    LOITER_TIME = 19
    RETURN = 20
    LAND = 21
    TAKEOFF = 22
    SPLINE_WAYPOINT = 82
    DELAY = 93
    """Param 1: seconds to wait, -1 for a time of day."""


class Do(IntEnum):
    """Commands that do not move it, but count for time or pictures."""

    CONDITION_DELAY = 112
    """Param 1: seconds."""
    CHANGE_SPEED = 178
    DIGICAM_CONTROL = 203
    """Takes one picture."""
    TRIGGER_DISTANCE = 206
    TRIGGER_INTERVAL = 214
    """Param 1: milliseconds between pictures, 0 or less stops."""
    IMAGE_START = 2000
    """Param 2: seconds between pictures, param 3: how many, 0 for endless."""
    IMAGE_STOP = 2001


LAST_NAV = 95
"""MAV_CMD_NAV_LAST: numbers up to here move the vehicle or hold the mission up."""

HARMLESS = frozenset({
    80, 114, 115, 181, 183, 189, 195, 196, 197, 200, 201, 202, 204, 205, 220,
    530, 531, 532, 534, 1000, 1001, 2003, 2500, 2501, 2502, 2503,
})  # fmt: skip
"""Yaw, regions of interest, relays, mounts, gimbals, cameras, video, marks: nothing of where and how long it flies."""
