"""Four or more points clicked on a camera's picture and on the map: where every other point of its picture lies.

For cameras whose pose nobody measured, on ground that is flat where they look.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from telemetry.errors import BadInput
from telemetry.messages import Message
from telemetry.positions import Latitude, LocalFrame, Longitude, Position
from vision.ground.looking import placed

Floats = NDArray[np.float64]
Fraction = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]

CLICK_SIGMA = 0.004
"""How well a point is clicked in the picture, as a fraction of its width."""
MAP_SIGMA_M = 0.5
"""How well it is clicked on the map, along each of north and east."""
FARTHEST_M = 1_000.0
"""Farther from the clicked points than this nothing is placed."""
MOST_MISFIT_M = 5.0
"""Clicks that cannot be brought together better than this belong to different points, or the ground is not flat."""


class ClickedPoint(BaseModel):
    """One place, in the picture and on the map."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    x: Fraction
    y: Fraction
    """Across and down, fractions of the picture from its upper left corner."""
    lat: Latitude
    lon: Longitude


@dataclass(frozen=True)
class GroundPlane:
    """A picture laid on flat ground by a homography, with how well that is known."""

    frame: LocalFrame
    matrix: Floats
    """From x, y, 1 in the picture to east, north, 1 in the frame, times a scale."""
    variants: tuple[Floats, ...]
    """The same with each click moved by one sigma, one after the other."""
    misfit_m: float
    """Root mean square of what is left between clicks and map; 0 for four points, which always fit."""

    def place(self, x: float, y: float) -> Position | None:
        """Where a point of the picture lies, with its ellipse. None above the horizon and far from what was clicked."""
        there = _through(self.matrix, x, y)
        if there is None or float(np.hypot(*there)) > FARTHEST_M:
            return None
        moved = [_through(variant, x, y) for variant in self.variants]
        moved += [_through(self.matrix, x + CLICK_SIGMA, y), _through(self.matrix, x, y + CLICK_SIGMA)]
        known = [other for other in moved if other is not None]
        if len(known) < len(moved):
            return None
        off = np.array(known)[:, ::-1] - there[::-1]
        covariance = off.T @ off + np.eye(2) * self.misfit_m**2 / 2
        lat, lon = self.frame.to_degrees(float(there[0]), float(there[1]))
        return placed(lat, lon, covariance)


def lay(points: Sequence[ClickedPoint]) -> GroundPlane:
    """The plane through clicked points. Raises BadInput for fewer than four, three on a line, or clicks that do not
    belong together."""
    if len(points) < 4:
        raise BadInput(Message("ground.too_few_points", number=len(points)))
    frame = LocalFrame(points[0].lat, points[0].lon)
    picture = np.array([(point.x, point.y) for point in points])
    ground = np.array([frame.to_metres(point.lat, point.lon) for point in points])
    middle = ground.mean(axis=0)
    frame = LocalFrame(*frame.to_degrees(float(middle[0]), float(middle[1])))
    ground = ground - middle
    _require_spread(picture, "picture")
    _require_spread(ground / max(float(np.abs(ground).max()), 1e-9), "map")
    matrix = _fit(picture, ground)
    left = [_through(matrix, *at) for at in picture]
    if any(there is None for there in left):
        raise BadInput(Message("ground.horizon_between"))
    off = np.array(left) - ground
    misfit = math.sqrt(float((off**2).sum()) / len(points))
    if misfit > MOST_MISFIT_M:
        worst = int(np.argmax((off**2).sum(axis=1))) + 1
        raise BadInput(Message("ground.misfit", misfit_m=misfit, worst=worst))
    return GroundPlane(frame, matrix, tuple(_moved(picture, ground)), misfit)


def _moved(picture: Floats, ground: Floats) -> list[Floats]:
    variants = []
    for row in range(len(picture)):
        for column in range(2):
            nudge = np.zeros_like(picture)
            nudge[row, column] = 1.0
            variants.append(_fit(picture + CLICK_SIGMA * nudge, ground))
            variants.append(_fit(picture, ground + MAP_SIGMA_M * nudge))
    return variants


def _fit(picture: Floats, ground: Floats) -> Floats:
    """The homography from picture to ground, its scale positive on the side of the horizon where most clicks are."""
    found, _ = cv2.findHomography(picture, ground)
    if found is None:
        raise BadInput(Message("ground.no_plane"))
    matrix = np.asarray(found, np.float64)
    scales = np.column_stack([picture, np.ones(len(picture))]) @ matrix[2]
    if np.median(scales) > 0:
        return matrix
    return -matrix


def _through(matrix: Floats, x: float, y: float) -> Floats | None:
    """East and north of a point in the picture; None on and above the horizon."""
    east, north, scale = matrix @ np.array([x, y, 1.0])
    if scale < 1e-9:
        return None
    return np.array([east / scale, north / scale])


def _require_spread(points: Floats, where: str) -> None:
    for skip in range(len(points)) if len(points) == 4 else [-1]:
        chosen = points
        if skip >= 0:
            chosen = np.delete(points, skip, axis=0)
        singular = np.linalg.svd(chosen - chosen.mean(axis=0), compute_uv=False)
        if singular[1] < 0.02 * max(singular[0], 1e-12) or singular[0] < 1e-6:
            raise BadInput(Message(f"ground.one_line.{where}"))
