"""What ground a camera sees from where it is and where it looks. Pure; flat metres, level ground.

The gimbal keeps the picture level; the projection is that of `telemetry.geometry.footprints`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mission.routes.cameras import Camera
from telemetry.geometry.footprints import ground_corners


@dataclass(frozen=True)
class CameraState:
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

    def towards(self, other: "CameraState", part: float) -> "CameraState":
        """The eye `part` (0..1) of the way to `other`; it turns the short way round."""
        turn = (other.yaw_deg - self.yaw_deg + 180) % 360 - 180

        def between(a: float, b: float) -> float:
            return a + (b - a) * part

        return CameraState(
            between(self.seconds, other.seconds),
            between(self.east_m, other.east_m),
            between(self.north_m, other.north_m),
            between(self.height_m, other.height_m),
            self.yaw_deg + turn * part,
            between(self.pitch_deg, other.pitch_deg),
        )


def corners(camera: Camera, eye: CameraState) -> NDArray[np.float64] | None:
    """The corners of the ground seen, (east, north) metres, shape (4, 2), going round; None when none is seen."""
    said = (np.array([value]) for value in (eye.height_m, eye.yaw_deg, eye.pitch_deg))
    one = ground_corners(camera.half_width, camera.half_height, *said)[0]
    if not np.isfinite(one).all():
        return None
    seen: NDArray[np.float64] = one + np.array([eye.east_m, eye.north_m])
    return seen
