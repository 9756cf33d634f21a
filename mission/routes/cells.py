"""An area divided into cells that are each flown in a direction of their own, where that saves lines.

Flat metres. Greedy: the straight cut along an edge at an inner corner that saves most is made, and its sides are looked
at again (after Huang, "Optimal line-sweep-based decompositions for coverage algorithms", 2001). Puts nothing in order.
"""

import math

import numpy as np
import shapely
from shapely import Polygon

from mission.routes.inside import CORNER_M
from mission.routes.transects import Floats, Transects, transects_at

MOST_CUTS = 14
"""Cuts that are tried of an area."""
MOST_CELLS = 9
DIRECTIONS = 3
"""Directions that are tried of a cell."""
MOVING_ON_M = 40.0
"""What it takes to go on to another cell, more or less."""


def cells_of(area: Polygon, spacing: float) -> list[Transects]:
    """The lines of each cell of `area`; of one cell only where no cut saves anything."""
    done: list[Transects] = []
    waiting = [(area, _best(area, spacing))]
    while waiting:
        cell, lines = waiting.pop()
        parts = _divided(cell, lines, spacing) if len(done) + len(waiting) < MOST_CELLS - 1 else []
        if parts:
            waiting += parts
        elif lines is not None:
            done.append(lines)
    return done


def rough_metres(lines: Transects, spacing: float) -> float:
    """What flying the lines will take, corners counted in, as far as that shows before they are put in order."""
    return lines.metres + len(lines.row) * (2 * CORNER_M + spacing / 2)


def _divided(cell: Polygon, lines: Transects | None, spacing: float) -> list[tuple[Polygon, Transects | None]]:
    """Both sides of the cut that saves most, with their lines; nothing if none saves anything."""
    if lines is None or len(lines.row) < 3:
        return []
    best, parts = rough_metres(lines, spacing), []
    for cut in _cuts(cell, spacing):
        sides = [part for side in cut for part in shapely.get_parts(shapely.intersection(cell, side))]
        cells = [side for side in sides if isinstance(side, Polygon) and side.area > 1.0]
        if len(cells) < 2 or len(cells) > MOST_CELLS:
            continue
        found = []
        metres = MOVING_ON_M * (len(cells) - 1)
        for side in cells:
            found.append((side, _best(side, spacing)))
            metres += 0.0 if found[-1][1] is None else rough_metres(found[-1][1], spacing)
            if metres >= best:
                break
        else:
            best, parts = metres, found
    return parts


def _best(cell: Polygon, spacing: float) -> Transects | None:
    lines = [transects_at(cell, spacing, angle) for angle in main_directions(cell)[:DIRECTIONS]]
    return min(
        (found for found in lines if len(found.row)), key=lambda found: rough_metres(found, spacing), default=None
    )


def main_directions(cell: Polygon) -> list[float]:
    """Directions of the edges of a cell and of its hull, radians in 0..pi, those with the most edge first."""
    steps = np.concatenate([np.diff(shapely.get_coordinates(ring), axis=0) for ring in _rings(cell)])
    angles = np.arctan2(steps[:, 1], steps[:, 0]) % math.pi
    sizes = np.hypot(steps[:, 0], steps[:, 1])
    classes = np.round(np.degrees(angles) / 2).astype(int) % 90
    totals = np.bincount(classes, sizes, minlength=90)
    return [
        float(angles[members][sizes[members].argmax()])
        for members in (np.flatnonzero(classes == c) for c in np.argsort(-totals, kind="stable") if totals[c] > 0)
    ]


def _rings(cell: Polygon) -> list[shapely.LinearRing]:
    return [cell.exterior, cell.convex_hull.exterior, *cell.interiors]


def _cuts(cell: Polygon, spacing: float) -> list[tuple[Polygon, Polygon]]:
    """Half planes on both sides of the lines along edges at inner corners, the longest edges first."""
    tidy = shapely.orient_polygons(cell.simplify(spacing / 10))
    if not isinstance(tidy, Polygon) or tidy.is_empty:
        return []
    found: dict[tuple[int, int], tuple[float, Floats, Floats]] = {}
    for ring in (tidy.exterior, *tidy.interiors):
        points = shapely.get_coordinates(ring)[:-1]
        before, after = points - np.roll(points, 1, axis=0), np.roll(points, -1, axis=0) - points
        inner = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0] < -1e-9
        for corner in np.flatnonzero(inner):
            for step in (before[corner], after[corner]):
                size = float(np.hypot(*step))
                along = step / size
                angle = math.atan2(along[1], along[0]) % math.pi
                offset = float(points[corner] @ np.array([-math.sin(angle), math.cos(angle)]))
                key = round(angle / 0.05), round(offset / (spacing / 4))
                if key not in found or found[key][0] < size:
                    found[key] = (size, points[corner], along)
    west, south, east, north = cell.bounds
    far = 2 * math.hypot(east - west, north - south)
    cuts = sorted(found.items(), key=lambda item: (-item[1][0], item[0]))[:MOST_CUTS]
    return [_sides(point, along, far) for _, (_, point, along) in cuts]


def _sides(point: Floats, along: Floats, far: float) -> tuple[Polygon, Polygon]:
    a, b = point - far * along, point + far * along
    across = far * np.array([-along[1], along[0]])
    return Polygon([a, b, b + across, a + across]), Polygon([b, a, a - across, b - across])
