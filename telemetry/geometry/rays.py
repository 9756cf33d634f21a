"""Where a direction of a camera's lens points on the globe. Knows no ground and no lens.

Frames: north, east, down; forward, right, down. Pinhole camera (Kraus, Photogrammetry, 2nd ed., section 3.1).
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


class Direction(NamedTuple):
    """Where a pixel looks, as slopes from the optical axis: right and down, each a metre across for a metre ahead."""

    right: Floats
    down: Floats


def half_width_of(hfov_deg: float) -> float:
    """The slope at the middle of the right edge of a picture, by its field of view across, below 180 degrees."""
    return math.tan(math.radians(hfov_deg / 2))


def ray(yaw_deg: ArrayLike, pitch_deg: ArrayLike, roll_deg: ArrayLike, seen: Direction) -> Floats:
    """Where a direction of the lens points on the globe: north, east, down (3 x n), a unit along the optical axis.

    Rotation Rz(yaw) Ry(pitch) Rx(roll) from forward-right-down to north-east-down.
    """
    yaw = np.radians(yaw_deg)
    pitch = np.radians(pitch_deg)
    roll = np.radians(roll_deg)
    right = seen.right * np.cos(roll) - seen.down * np.sin(roll)
    down = seen.right * np.sin(roll) + seen.down * np.cos(roll)
    ahead = np.cos(pitch) + np.sin(pitch) * down
    below = -np.sin(pitch) + np.cos(pitch) * down
    return np.stack(
        np.broadcast_arrays(ahead * np.cos(yaw) - right * np.sin(yaw), ahead * np.sin(yaw) + right * np.cos(yaw), below)
    )
