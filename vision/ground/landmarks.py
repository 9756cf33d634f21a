"""A flight's compass put right by things whose place is known: fixed cameras, corners of buildings, painted marks."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from telemetry.errors import BadInput
from telemetry.geometry.surface import GroundSurface
from telemetry.messages import Message
from telemetry.positions import LocalFrame
from vision.ground.lens import Lens
from vision.ground.looking import look
from vision.ground.pose import Pose

NEAR_DEG = 20.0
"""A landmark more than this away from where the pose says it is was taken for another one."""


@dataclass(frozen=True)
class Landmark:
    """Something on the ground seen in the picture whose place is known."""

    pose: Pose
    """Of the camera when it saw it."""
    x: float
    y: float
    """Where in the picture, fractions from its upper left corner."""
    lat: float
    lon: float
    sigma_m: float = 0.3
    """One sigma of its place, along each of north and east."""


@dataclass(frozen=True)
class Correction:
    """What is to be added to the yaw of every pose of the flight."""

    yaw_deg: float
    sigma_deg: float

    def of(self, pose: Pose) -> Pose:
        """`pose` put right."""
        return pose.turned(self.yaw_deg, yaw_bias_deg=self.sigma_deg)


def correct_yaw(landmarks: Sequence[Landmark], lens: Lens, ground: GroundSurface | None = None) -> Correction:
    """The yaw bias of a flight from landmarks it saw, weighed against what was known of the bias before.

    Each landmark gives the difference of two bearings from the camera: to where the landmark is, and to where the pose
    says it is. Raises BadInput for none, for a landmark below the camera (no bearing) or over the horizon, and for one
    that is not where it should be by more than any compass is wrong.
    """
    if not landmarks:
        raise BadInput(Message("ground.no_landmark"))
    weight = 1 / landmarks[0].pose.spread.yaw_bias_deg ** 2
    total = 0.0
    for number, mark in enumerate(landmarks, start=1):
        seen = look(mark.pose, lens, mark.x, mark.y, ground)
        if seen is None:
            raise BadInput(Message("ground.landmark_above_horizon", number=number))
        camera = LocalFrame(mark.pose.lat, mark.pose.lon)
        east, north = camera.to_metres(seen.lat, seen.lon)
        true_east, true_north = camera.to_metres(mark.lat, mark.lon)
        away = math.hypot(east, north)
        across = np.array([-east, north]) / max(away, 1e-9)
        variance = float(across @ seen.spread @ across) + mark.sigma_m**2
        sigma_deg = math.degrees(math.sqrt(variance) / max(away, 1e-9))
        if sigma_deg > NEAR_DEG:
            raise BadInput(Message("ground.landmark_below", number=number))
        off = math.degrees(math.atan2(true_east, true_north) - math.atan2(east, north))
        off = (off + 180) % 360 - 180
        if abs(off) > NEAR_DEG:
            raise BadInput(Message("ground.landmark_off", number=number, off_deg=abs(off)))
        total += off / sigma_deg**2
        weight += 1 / sigma_deg**2
    return Correction(total / weight, math.sqrt(1 / weight))
