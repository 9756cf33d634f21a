"""What ground a camera sees from where it is and where it looks. Pure; flat metres, level ground.

Pinhole camera (Kraus, Photogrammetry, 2nd ed., section 3.1) without roll: the gimbal keeps the picture level.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mission.routes.cameras import Camera

FLATTEST_DEG = 10.0
"""Ground that is seen flatter than this below the horizon is too far and too foreshortened to count as seen."""


@dataclass(frozen=True)
class Eye:
    """A camera at one moment."""

    seconds: float
    east_m: float
    north_m: float
    height_m: float
    """Above the ground."""
    yaw_deg: float
    """Where the top of the picture points, clockwise from north."""
    pitch_deg: float
    """Up from the horizon; -90 is straight down."""

    def towards(self, other: "Eye", part: float) -> "Eye":
        """The eye `part` (0..1) of the way to `other`; it turns the short way round."""
        turn = (other.yaw_deg - self.yaw_deg + 180) % 360 - 180

        def between(a: float, b: float) -> float:
            return a + (b - a) * part

        return Eye(
            between(self.seconds, other.seconds),
            between(self.east_m, other.east_m),
            between(self.north_m, other.north_m),
            between(self.height_m, other.height_m),
            self.yaw_deg + turn * part,
            between(self.pitch_deg, other.pitch_deg),
        )


def corners(camera: Camera, eye: Eye) -> NDArray[np.float64] | None:
    """The corners of the ground seen, (east, north) metres, shape (4, 2), going round; None when none is seen."""
    if eye.height_m <= 0:
        return None
    half_width, half_height = camera.sensor_width_mm / 2, camera.sensor_height_mm / 2
    down, flattest = math.radians(-eye.pitch_deg), math.tan(math.radians(FLATTEST_DEG))
    sin, cos = math.sin(down), math.cos(down)
    highest = half_height
    if cos + flattest * sin > 1e-9:
        highest = min(half_height, camera.focal_mm * (sin - flattest * cos) / (cos + flattest * sin))
    if highest <= -half_height:
        return None
    yaw, seen = math.radians(eye.yaw_deg), []
    for right, up in (
        (-half_width, -half_height),
        (half_width, -half_height),
        (half_width, highest),
        (-half_width, highest),
    ):
        scale = eye.height_m / (camera.focal_mm * sin - up * cos)
        ahead, aside = scale * (camera.focal_mm * cos + up * sin), scale * right
        east = eye.east_m + ahead * math.sin(yaw) + aside * math.cos(yaw)
        north = eye.north_m + ahead * math.cos(yaw) - aside * math.sin(yaw)
        seen.append((east, north))
    return np.array(seen)
