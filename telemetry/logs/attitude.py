"""Directions of aircraft and gimbals as angles. Yaw from true north, pitch up, roll right side down; degrees."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def of_quaternions(w: ArrayLike, x: ArrayLike, y: ArrayLike, z: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Yaw, pitch and roll of unit quaternions (aerospace sequence; Diebel 2006, eq. 290)."""
    w, x, y, z = (np.asarray(part, np.float64) for part in (w, x, y, z))
    roll = np.arctan2(2 * (w * x + y * z), 1 - 2 * (x * x + y * y))
    pitch = np.arcsin(np.clip(2 * (w * y - z * x), -1, 1))
    yaw = np.arctan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z))
    return np.degrees(yaw), np.degrees(pitch), np.degrees(roll)


def on_the_globe(aircraft: tuple[Floats, Floats, Floats], gimbal: tuple[Floats, Floats, Floats]) -> tuple[Floats, ...]:
    """Yaw, pitch and roll of a camera, from the aircraft's and from the gimbal's in the aircraft's own frame."""
    turned = _rotations(*aircraft) @ _rotations(*gimbal)
    return (
        np.degrees(np.arctan2(turned[:, 1, 0], turned[:, 0, 0])) % 360,
        np.degrees(-np.arcsin(np.clip(turned[:, 2, 0], -1, 1))),
        np.degrees(np.arctan2(turned[:, 2, 1], turned[:, 2, 2])),
    )


def _rotations(yaw: Floats, pitch: Floats, roll: Floats) -> Floats:
    """Rz(yaw) Ry(pitch) Rx(roll), from forward-right-down to north-east-down: n x 3 x 3."""
    (cy, sy), (cp, sp), (cr, sr) = ((np.cos(np.radians(a)), np.sin(np.radians(a))) for a in (yaw, pitch, roll))
    rows = [
        [cy * cp, cy * sp * sr - sy * cr, cy * sp * cr + sy * sr],
        [sy * cp, sy * sp * sr + cy * cr, sy * sp * cr - cy * sr],
        [-sp, cp * sr, cp * cr],
    ]
    return np.moveaxis(np.array(rows), -1, 0)
