"""How a flying drone took a picture: what it said of its camera then, through its lens, over the ground below.

For recorded flights see `recorded.py`; this is for one that flies now.
"""

import math
from dataclasses import replace

from telemetry.geometry.surface import FlatGround, GroundSurface
from telemetry.vehicles.camera_poses import CameraPose
from vision.ground.lens import Lens
from vision.ground.pose import Pose, Spread
from vision.ground.view import CameraView

TIMING_S = 0.1
"""One sigma between when a picture was taken and when its pose was told: frames and telegrams come by different ways.
Assumed: half of what an encoder and a radio differ by from one moment to the next, not measured."""
ANTENNA_M = 0.3
"""However well a receiver knows its place, its antenna and the camera are apart."""


def drone_view(pose: CameraPose, lens: Lens, ground: GroundSurface | None = None) -> CameraView:
    """How a picture was taken whose camera was in `pose`.

    Without a `ground` it is flat at the height of the drone's home; with one, the drone's home stands on it, so its
    home must be known (ValueError). Moving and turning add to the errors: what was told is of another moment.
    """
    base_m = 0.0
    if ground is not None:
        if pose.home is None:
            raise ValueError("heights above home say nothing of a ground on which home is not known")
        base_m = float(ground.heights_m([pose.home[0]], [pose.home[1]])[0])
    late_s = math.hypot(TIMING_S, pose.held_s)
    turned_deg = pose.turn_deg_s * late_s
    spread = Spread()
    placed_m = spread.horizontal_m
    if pose.accuracy_m is not None:
        placed_m = math.hypot(pose.accuracy_m / math.sqrt(2), ANTENNA_M)
    spread = replace(
        spread,
        horizontal_m=placed_m,
        drift_m=(pose.north_m_s * late_s, pose.east_m_s * late_s),
        yaw_deg=math.hypot(spread.yaw_deg, turned_deg),
        pitch_deg=math.hypot(spread.pitch_deg, turned_deg),
        roll_deg=math.hypot(spread.roll_deg, turned_deg),
    )
    at = Pose(pose.lat, pose.lon, base_m + pose.height_m, pose.yaw_deg, pose.pitch_deg, pose.roll_deg, spread)
    return CameraView(at, lens, ground or FlatGround())
