"""Where a camera is and points, and how well both are known. Frames: north, east, down; forward, right, down."""

import math
from dataclasses import dataclass, field, replace

import numpy as np

from telemetry.geometry.rays import Direction


@dataclass(frozen=True)
class Spread:
    """One-sigma errors of a pose. The defaults are those of a drone without RTK (consumer GNSS, gimbal, compass)."""

    horizontal_m: float = 1.5
    """Of the position, along each of north and east."""
    height_m: float = 1.0
    """Of the height above the ground that is looked at."""
    yaw_deg: float = 0.3
    """Of the direction, other at every look."""
    yaw_bias_deg: float = 2.0
    """Of the direction, the same for all looks of one flight: the compass."""
    pitch_deg: float = 0.5
    roll_deg: float = 0.5
    pixel: float = 0.002
    """Of the point in the picture, as a fraction of its width."""
    drift_m: tuple[float, float] = field(default=(0.0, 0.0), kw_only=True)
    """Of the position, north and east, along one line: how far a moving camera may have come since it was told of."""


FIXED_SPREAD = Spread(
    horizontal_m=0.5, height_m=0.2, yaw_deg=0.1, yaw_bias_deg=0.5, pitch_deg=0.3, roll_deg=0.3, pixel=0.003
)
"""Of a camera on a wall or a mast whose pose was measured."""


@dataclass(frozen=True)
class Pose:
    """A camera's place and direction at one moment."""

    lat: float
    lon: float
    alt_m: float
    """Metres above the datum that the ground's heights count from."""
    yaw_deg: float
    """Of the optical axis, clockwise from true north."""
    pitch_deg: float
    """Of the optical axis: 0 level, -90 straight down. Straight down, yaw is where the picture's upper edge points."""
    roll_deg: float = 0.0
    """About the optical axis, right side down positive."""
    spread: Spread = Spread()

    def turned(self, yaw_deg: float, *, yaw_bias_deg: float) -> "Pose":
        """Itself with `yaw_deg` added, known since then to `yaw_bias_deg`."""
        return replace(
            self, yaw_deg=(self.yaw_deg + yaw_deg) % 360, spread=replace(self.spread, yaw_bias_deg=yaw_bias_deg)
        )


def seen_from(pose: Pose, north_m: float, east_m: float, up_m: float) -> Direction | None:
    """In which direction of the lens a point lies, given from the camera; None when it lies behind."""
    yaw, pitch, roll = (math.radians(angle) for angle in (pose.yaw_deg, pose.pitch_deg, pose.roll_deg))
    level = north_m * math.cos(yaw) + east_m * math.sin(yaw)
    right = -north_m * math.sin(yaw) + east_m * math.cos(yaw)
    ahead = level * math.cos(pitch) + up_m * math.sin(pitch)
    down = level * math.sin(pitch) - up_m * math.cos(pitch)
    if ahead <= 0:
        return None
    turned_right = right * math.cos(roll) + down * math.sin(roll)
    turned_down = -right * math.sin(roll) + down * math.cos(roll)
    return Direction(np.asarray(turned_right / ahead), np.asarray(turned_down / ahead))
