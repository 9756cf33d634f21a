"""The ground that a line of sight meets: flat, or as a terrain file has it."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from telemetry.positions import LocalFrame

Floats = NDArray[np.float64]

FARTHEST_M = 5_000.0
"""A line of sight that meets no ground within this distance on the map is taken to look over the horizon."""
STEPS = 96
"""Points on a line of sight at which a terrain is asked for its height, closer together near the camera."""
HALVINGS = 24


class GroundSurface(Protocol):
    """Where the ground is. Degrees in, metres out, above whatever the poses' heights count from."""

    def heights_m(self, lats: ArrayLike, lons: ArrayLike) -> Floats:
        """The height at each place."""


@dataclass(frozen=True)
class FlatGround:
    """The same height everywhere."""

    height_m: float = 0.0

    def heights_m(self, lats: ArrayLike, lons: ArrayLike) -> Floats:
        """`height_m` at every place."""
        return np.full(np.broadcast_shapes(np.shape(lats), np.shape(lons)), self.height_m, dtype=np.float64)


def meet(ground: GroundSurface, frame: LocalFrame, start: Floats, ray: Floats) -> Floats:
    """Where rays meet the ground: metres north and east in `frame` (2 x n), NaN for those that do not.

    `start` is north, east, height (3 x n) and `ray` north, east, down (3 x n), of any length.
    """
    level = np.hypot(ray[0], ray[1])
    if isinstance(ground, FlatGround):
        with np.errstate(divide="ignore", invalid="ignore"):
            along = (start[2] - ground.height_m) / ray[2]
            good = (along > 0) & (along * level <= FARTHEST_M)
        return np.where(good, start[:2] + np.where(good, along, 0.0) * ray[:2], np.nan)
    return _march(ground, frame, start, ray, level)


def _march(ground: GroundSurface, frame: LocalFrame, start: Floats, ray: Floats, level: Floats) -> Floats:
    """Step along each ray until it is under the ground, then halve the step in which it went."""
    steep = np.maximum(level, np.abs(ray[2]) / 4)
    reach = FARTHEST_M / np.maximum(steep, 1e-12)
    near = np.zeros_like(reach)
    far = np.full_like(reach, np.nan)
    for step in np.geomspace(1e-3, 1.0, STEPS):
        along = step * reach
        under = np.isnan(far) & (_above(ground, frame, start, ray, along) <= 0)
        far = np.where(under, along, far)
        near = np.where(np.isnan(far), along, near)
        if not np.isnan(far).any():
            break
    hit = ~np.isnan(far)
    low = near
    high = np.where(hit, far, near)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        under = _above(ground, frame, start, ray, middle) <= 0
        low = np.where(under, low, middle)
        high = np.where(under, middle, high)
    good = hit & (high * level <= FARTHEST_M)
    return np.where(good, start[:2] + high * ray[:2], np.nan)


def _above(ground: GroundSurface, frame: LocalFrame, start: Floats, ray: Floats, along: Floats) -> Floats:
    """How far each ray is above the ground after `along` of its lengths, metres."""
    north = start[0] + along * ray[0]
    east = start[1] + along * ray[1]
    lats = frame.lat + north / frame.metres_per_degree.north_m
    lons = frame.lon + east / frame.metres_per_degree.east_m
    above: Floats = start[2] - along * ray[2] - ground.heights_m(lats, lons)
    return above
