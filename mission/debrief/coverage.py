"""What a camera's footprint covered of an area while it moved: how much, how long, and what it left out. Pure.

Between two recorded points the camera is taken to move and turn evenly. What was not recorded is not counted as seen.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from shapely import MultiPoint, Polygon
from shapely.geometry.base import BaseGeometry

from mission.debrief.camera_view import CameraState, corners
from mission.routes.cameras import Camera

LONGEST_STEP_S = 5.0
"""Points farther apart in time are not joined: nobody knows what was between them."""
STEP_M = 1.0
"""No corner of the picture moves farther between two projections while the camera turns."""
MOST_STEPS = 64
SLIVER_M = 0.5
"""A gap narrower than this everywhere is no gap that anybody could fly."""


@dataclass(frozen=True)
class Coverage:
    """What was covered of an area."""

    fraction: float
    """Part of the area that was seen, 0..1."""
    watched_s: float
    """Seconds in which any of the area was seen."""
    mean_dwell_s: float
    """Seconds for which a place of the area was seen, on average over the area."""
    covered: BaseGeometry
    """Inside the area; flat metres, as all here."""
    gaps: tuple[Polygon, ...]
    """What was not seen, largest first, slivers left out."""


def cover(area: Polygon, runs: Sequence[Sequence[CameraState]], camera: Camera) -> Coverage:
    """What `camera` saw of `area` on each of `runs`: stretches of time in which it was on, points in order of time."""
    swept = []
    seconds = []
    for run in runs:
        for before, after in pairwise(run):
            if after.seconds - before.seconds <= LONGEST_STEP_S:
                for piece, lasted in _swept(before, after, camera):
                    swept.append(piece)
                    seconds.append(lasted)
    pieces = np.array(swept, dtype=object)
    if swept:
        pieces = shapely.convex_hull(pieces)
    inside = shapely.intersection(pieces, area)
    areas = shapely.area(inside)
    lasted_s = np.array(seconds)
    covered = shapely.union_all(inside)
    left = area.difference(covered)
    return Coverage(
        fraction=min(1.0, max(0.0, 1 - left.area / area.area)),
        watched_s=float(lasted_s[areas > 0].sum()),
        mean_dwell_s=_dwell(runs, camera, area),
        covered=covered,
        gaps=_gaps(left),
    )


def _swept(before: CameraState, after: CameraState, camera: Camera) -> Iterator[tuple[BaseGeometry, float]]:
    """What is seen between two points, with the seconds each piece took.

    A footprint that only moves sweeps the hull of its first and last place exactly; where it turns or changes size it
    is projected so often that the hull is true to a fraction of `STEP_M`.
    """
    steps = _steps(before, after, camera)
    shapes = [corners(camera, before.towards(after, step / steps)) for step in range(steps + 1)]
    for one, other in pairwise(shapes):
        if one is not None and other is not None:
            yield MultiPoint(np.concatenate([one, other])), (after.seconds - before.seconds) / steps


def _steps(before: CameraState, after: CameraState, camera: Camera) -> int:
    first = corners(camera, before)
    last = corners(camera, after)
    if first is None or last is None:
        return MOST_STEPS
    moved = np.array([after.east_m - before.east_m, after.north_m - before.north_m])
    turned = np.linalg.norm(last - first - moved, axis=1).max()
    return int(min(MOST_STEPS, max(1, math.ceil(turned / STEP_M))))


def _dwell(runs: Sequence[Sequence[CameraState]], camera: Camera, area: Polygon) -> float:
    """Seconds a place was seen, by the trapezoidal rule over the footprints' parts inside the area."""
    total = 0.0
    for run in runs:
        shapes = [corners(camera, eye) for eye in run]
        seen = [0.0 if shape is None else Polygon(shape).intersection(area).area for shape in shapes]
        for (before, first), (after, last) in pairwise(zip(run, seen, strict=True)):
            if after.seconds - before.seconds <= LONGEST_STEP_S:
                total += (first + last) / 2 * (after.seconds - before.seconds)
    return total / float(area.area)


def _gaps(left: BaseGeometry) -> tuple[Polygon, ...]:
    pieces = [piece for piece in shapely.get_parts(left) if isinstance(piece, Polygon)]
    wide = [piece for piece in pieces if not piece.buffer(-SLIVER_M / 2).is_empty]
    return tuple(sorted(wide, key=lambda piece: -piece.area))
