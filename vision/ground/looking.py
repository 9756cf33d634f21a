"""From a point in the picture to a place on the ground, with its error; from many looks at one thing to a better.

Errors go through the geometry to second order, by points at sqrt(3) sigma on the axis of each (those of the unscented
transform; Julier and Uhlmann 2004, doi:10.1109/JPROC.2003.821141), so that they come out right at flat angles too.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from telemetry.geometry.rays import ray
from telemetry.geometry.surface import FlatGround, GroundSurface, meet
from telemetry.positions import Ellipse, LocalFrame, Position
from vision.ground.lens import Lens
from vision.ground.pose import Pose

Floats = NDArray[np.float64]

WITHIN_95 = math.sqrt(-2 * math.log(0.05))
"""One-sigma axes times this hold 95 % of a plane's normal errors (chi-squared with two degrees of freedom)."""
LEAST_SIGMA_M = 0.01
"""No place is claimed to be better known than this."""


@dataclass(frozen=True)
class GroundLook:
    """One look at one thing."""

    lat: float
    lon: float
    spread: Floats
    """Covariance of north and east, square metres, of what is other at every look."""
    by_yaw: Floats
    """What one sigma of the direction's bias moves it by: metres north and east; the same sign for one flight."""

    @property
    def covariance(self) -> Floats:
        """Of north and east, square metres, everything counted."""
        return self.spread + np.outer(self.by_yaw, self.by_yaw)

    @property
    def position(self) -> Position:
        """The place with its one-sigma ellipse."""
        return placed(self.lat, self.lon, self.covariance)


def look(pose: Pose, lens: Lens, x: float, y: float, ground: GroundSurface | None = None) -> GroundLook | None:
    """Where the point `x`, `y` (fractions of the picture from its upper left corner) lies on the ground.

    None when it looks over the horizon, or so nearly so that its error has no bound.
    """
    frame = LocalFrame(pose.lat, pose.lon)
    spread = pose.spread
    sigmas = np.array(
        [
            spread.horizontal_m,
            spread.horizontal_m,
            spread.height_m,
            spread.yaw_deg,
            spread.pitch_deg,
            spread.roll_deg,
            spread.pixel,
            spread.pixel * lens.aspect,
            1.0,
            spread.yaw_bias_deg,
        ]
    )
    # Three sigma squared over the number of errors, the usual choice for normal ones: points at sqrt(3) sigma.
    apart = math.sqrt(3) * np.hstack([np.zeros((len(sigmas), 1)), np.diag(sigmas), -np.diag(sigmas)])
    north, east, up, yaw, pitch, roll, right, down, drift, bias = apart
    north = north + drift * spread.drift_m[0]
    east = east + drift * spread.drift_m[1]
    rays = ray(
        pose.yaw_deg + yaw + bias, pose.pitch_deg + pitch, pose.roll_deg + roll, lens.direction(x + right, y + down)
    )
    hits = meet(ground or FlatGround(), frame, np.stack([north, east, pose.alt_m + up]), rays)
    if not np.isfinite(hits).all():
        return None
    count = len(sigmas)
    ahead = hits[:, 1 : count + 1]
    behind = hits[:, count + 1 :]
    centre = hits[:, :1]
    middle = centre[:, 0] + ((ahead - centre) + (behind - centre)).sum(axis=1) / 6
    slopes = (ahead - behind) / (2 * math.sqrt(3))
    bends = ((ahead - centre) + (behind - centre)) / 6
    shared = slopes[:, : count - 1] @ slopes[:, : count - 1].T + 2 * (bends @ bends.T)
    lat, lon = frame.to_degrees(float(middle[1]), float(middle[0]))
    return GroundLook(lat, lon, shared, slopes[:, count - 1])


def together(looks: Sequence[GroundLook]) -> Position:
    """One place from several looks of one flight at a thing that stood still (generalised least squares).

    What is other at every look averages out; the direction's bias does so only between looks from different sides.
    """
    first = looks[0]
    frame = LocalFrame(first.lat, first.lon)
    places = np.concatenate([np.array(frame.to_metres(one.lat, one.lon))[::-1] for one in looks])
    bias = np.concatenate([one.by_yaw for one in looks])
    covariance = np.outer(bias, bias)
    for number, one in enumerate(looks):
        covariance[2 * number : 2 * number + 2, 2 * number : 2 * number + 2] += one.spread
    design = np.tile(np.eye(2), (len(looks), 1))
    weighted = np.linalg.solve(covariance, design)
    spread = np.linalg.inv(design.T @ weighted)
    north, east = spread @ (weighted.T @ places)
    lat, lon = frame.to_degrees(float(east), float(north))
    return placed(lat, lon, spread)


def placed(lat: float, lon: float, covariance: Floats) -> Position:
    """A position whose ellipse and accuracy are those of a covariance of north and east, square metres."""
    values, vectors = np.linalg.eigh(covariance)
    minor, major = (max(math.sqrt(max(value, 0.0)), LEAST_SIGMA_M) for value in values)
    north, east = vectors[:, 1]
    azimuth = math.degrees(math.atan2(east, north)) % 180
    return Position(
        lat=lat,
        lon=lon,
        accuracy_m=math.hypot(major, minor) / math.sqrt(2),
        ellipse=Ellipse(major_m=major, minor_m=minor, azimuth_deg=azimuth),
    )


def holds(position: Position, lat: float, lon: float) -> bool:
    """Whether a place is within the 95 % ellipse of `position`."""
    if position.ellipse is None:
        raise ValueError("this position has no ellipse")
    east, north = LocalFrame(position.lat, position.lon).to_metres(lat, lon)
    azimuth = math.radians(position.ellipse.azimuth_deg)
    along = north * math.cos(azimuth) + east * math.sin(azimuth)
    across = -north * math.sin(azimuth) + east * math.cos(azimuth)
    return math.hypot(along / position.ellipse.major_m, across / position.ellipse.minor_m) <= WITHIN_95
