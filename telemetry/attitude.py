"""Directions of aircraft and gimbals as angles. Yaw from true north, pitch up, roll right side down; degrees."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Quaternion = tuple[float, float, float, float]
"""w, x, y, z."""


VERTICAL = 1 - 1e-6
"""Sine of a pitch, up or down, from which on (0.08 degrees) yaw and roll are one turn, which is given as yaw."""


def of_quaternions(w: ArrayLike, x: ArrayLike, y: ArrayLike, z: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Yaw, pitch and roll of unit quaternions (aerospace sequence; Diebel 2006, eq. 290)."""
    w, x, y, z = (np.asarray(part, np.float64) for part in (w, x, y, z))
    up = np.clip(2 * (w * y - z * x), -1, 1)
    vertical = np.abs(up) > VERTICAL
    roll = np.where(vertical, 0.0, np.arctan2(2 * (w * x + y * z), 1 - 2 * (x * x + y * y)))
    yaw = np.where(
        vertical,
        np.arctan2(2 * (w * z - x * y), 1 - 2 * (x * x + z * z)),
        np.arctan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z)),
    )
    return np.degrees(yaw), np.degrees(np.arcsin(up)), np.degrees(roll)


def quaternion_of(yaw_deg: float, pitch_deg: float, roll_deg: float) -> Quaternion:
    """The unit quaternion of angles: the inverse of `of_quaternions`."""
    turns = [(math.cos(math.radians(a) / 2), math.sin(math.radians(a) / 2)) for a in (yaw_deg, pitch_deg, roll_deg)]
    (cy, sy), (cp, sp), (cr, sr) = turns
    return (
        cr * cp * cy + sr * sp * sy,
        sr * cp * cy - cr * sp * sy,
        cr * sp * cy + sr * cp * sy,
        cr * cp * sy - sr * sp * cy,
    )


def between(first: Quaternion, second: Quaternion, share: float) -> Quaternion:
    """`share` (0..1) of the way from one direction to another, the short way round and evenly (Shoemake 1985)."""
    a = np.asarray(first)
    b = np.asarray(second)
    near = float(a @ b)
    if near < 0:
        a = -a
        near = -near
    angle = math.acos(min(near, 1.0))
    if angle < 1e-6:
        return _unit(b)
    return _unit((math.sin((1 - share) * angle) * a + math.sin(share * angle) * b) / math.sin(angle))


def turned(first: Quaternion, second: Quaternion) -> Quaternion:
    """A direction that is `second` in a frame which is itself turned by `first` (the quaternions' product)."""
    (a, b, c, d), (w, x, y, z) = first, second
    return (
        a * w - b * x - c * y - d * z,
        a * x + b * w + c * z - d * y,
        a * y - b * z + c * w + d * x,
        a * z + b * y - c * x + d * w,
    )


def apart_deg(first: Quaternion, second: Quaternion) -> float:
    """By how many degrees one direction is turned from another, about whatever axis."""
    near = abs(float(np.asarray(first) @ np.asarray(second)))
    return math.degrees(2 * math.acos(min(near, 1.0)))


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


def _unit(parts: Floats) -> Quaternion:
    w, x, y, z = (float(part) for part in parts / np.linalg.norm(parts))
    return w, x, y, z
