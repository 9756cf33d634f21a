"""An area divided into cells that are each flown in a direction of their own, where that saves lines.

Flat metres. Greedy: the straight cut along an edge at an inner corner that saves most is made, and its sides are looked
at again (after Huang, "Optimal line-sweep-based decompositions for coverage algorithms", 2001). Puts nothing in order.
"""

import math
from itertools import combinations

import numpy as np
import shapely
from shapely import LineString, Polygon
from shapely.ops import split

from mission.routes.inner_paths import CORNER_M
from mission.routes.transects import Floats, Transects, transects_at

MOST_CUTS = 14
"""Cuts that are tried of an area."""
MOST_CELLS = 9
DIRECTIONS = 3
"""Directions that are tried of a cell."""
GAP_PRICE = 13.0
"""Metres that it takes to close gaps, for each metre of line that is missing."""
MISSED = 0.0035
"""Part of the area that may be missed."""
MOVING_ON_M = 40.0
"""What it takes to go on to another cell, more or less."""


def cells_of(area: Polygon, spacing: float, effort: float = 1.0) -> list[Transects]:
    """The lines of each cell of `area`; of one cell only where no cut saves anything.

    `effort` is the part of the cuts, 0..1, that is tried.
    """
    done: list[Transects] = []
    waiting = [(area, _best(area, spacing))]
    while waiting:
        cell, lines = waiting.pop()
        parts = []
        if len(done) + len(waiting) < MOST_CELLS - 1:
            parts = _divided(cell, lines, spacing, math.ceil(MOST_CUTS * effort))
        if parts:
            waiting += parts
        elif lines is not None:
            done.append(lines)
    return done


def rough_metres(lines: Transects, spacing: float) -> float:
    """What flying the lines will take, corners counted in, as far as that shows before they are put in order."""
    missed = max(0.0, (1 - MISSED) * lines.area / spacing - lines.metres)
    return lines.metres + GAP_PRICE * missed + len(lines.row) * (2 * CORNER_M + spacing / 2)


def _divided(
    cell: Polygon, lines: Transects | None, spacing: float, most: int
) -> list[tuple[Polygon, Transects | None]]:
    """Both sides of the cut that saves most, with their lines; nothing if none saves anything."""
    if lines is None or len(lines.row) < 3:
        return []
    best = rough_metres(lines, spacing)
    parts = []
    for cells in _cuts(cell, spacing, most):
        found = [(side, _best(side, spacing)) for side in cells]
        sides = [side for _, side in found if side is not None]
        metres = MOVING_ON_M * (len(cells) - 1) + sum(rough_metres(side, spacing) for side in sides)
        if metres - _bends(sides, spacing) < best - 1.0:
            best = metres - _bends(sides, spacing)
            parts = found
    return parts


def _bends(sides: list[Transects], spacing: float) -> float:
    """Metres saved where a line of one cell goes on as a line of the next: one corner in place of two and a way."""
    meets = 0
    for a, b in combinations([side.ends().reshape(-1, 2) for side in sides], 2):
        near = np.linalg.norm(a[:, None] - b[None], axis=2) < spacing / 4
        meets += min(int(near.any(axis=1).sum()), int(near.any(axis=0).sum()))
    return meets * (CORNER_M + spacing / 2)


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


def _rings(cell: Polygon) -> list[shapely.Geometry]:
    return [cell.exterior, shapely.convex_hull(cell).boundary, *cell.interiors]


def _cuts(cell: Polygon, spacing: float, most: int) -> list[list[Polygon]]:
    """What `cell` falls into when it is cut at an inner corner: along an edge right through, or to another corner."""
    tidy = shapely.orient_polygons(cell.simplify(spacing / 10))
    if not isinstance(tidy, Polygon) or tidy.is_empty:
        return []
    through: dict[tuple[int, int], tuple[float, Floats, Floats]] = {}
    chords: list[tuple[float, Floats, Floats]] = []
    corners = np.concatenate([shapely.get_coordinates(ring)[:-1] for ring in (tidy.exterior, *tidy.interiors)])
    for ring in (tidy.exterior, *tidy.interiors):
        points = shapely.get_coordinates(ring)[:-1]
        before = points - np.roll(points, 1, axis=0)
        after = np.roll(points, -1, axis=0) - points
        inner = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0] < -1e-9
        for corner in np.flatnonzero(inner):
            for step in (before[corner], after[corner]):
                size = float(np.hypot(*step))
                along = step / size
                angle = math.atan2(along[1], along[0]) % math.pi
                offset = float(points[corner] @ np.array([-math.sin(angle), math.cos(angle)]))
                key = round(angle / 0.05), round(offset / (spacing / 4))
                if key not in through or through[key][0] < size:
                    through[key] = (size, points[corner], along)
            chords += _chords(points[corner], before[corner], after[corner], corners)
    west, south, east, north = cell.bounds
    far = 2 * math.hypot(east - west, north - south)
    longest = sorted(through.items(), key=lambda item: (-item[1][0], item[0]))[:most]
    sides = [_sides(point, along, far) for _, (_, point, along) in longest]
    pieces = [[*shapely.get_parts(shapely.intersection(cell, np.array(pair)))] for pair in sides]
    shortest = sorted(chords, key=lambda chord: (chord[0], *chord[1], *chord[2]))[:most]
    pieces += [[*split(cell, _stretched(a, b)).geoms] for _, a, b in shortest]
    cells = [[part for part in parts if isinstance(part, Polygon) and part.area > 1.0] for parts in pieces]
    return [parts for parts in cells if 1 < len(parts) <= MOST_CELLS]


def _chords(corner: Floats, before: Floats, after: Floats, others: Floats) -> list[tuple[float, Floats, Floats]]:
    """Cuts from an inner corner to the two corners nearest to the direction that halves it."""
    middle = before / np.hypot(*before) - after / np.hypot(*after)
    steps = others - corner
    sizes = np.linalg.norm(steps, axis=1)
    size = float(np.hypot(*middle))
    if size < 1e-9:
        return []
    turn = np.where(sizes > 0, steps @ middle / np.maximum(sizes, 1e-9) / size, -1.0)
    fit = np.flatnonzero(turn > 0.9)
    best = fit[np.argsort(sizes[fit], kind="stable")[:2]]
    return [(float(sizes[k]), corner, others[k]) for k in best]


def _stretched(a: Floats, b: Floats) -> LineString:
    """The line from `a` to `b`, 20 cm longer at both ends so that it cuts."""
    step = (b - a) / np.hypot(*(b - a)) * 0.2
    return LineString([a - step, b + step])


def _sides(point: Floats, along: Floats, far: float) -> tuple[Polygon, Polygon]:
    """The half planes on both sides of a line, as far as matters."""
    a = point - far * along
    b = point + far * along
    across = far * np.array([-along[1], along[0]])
    return Polygon([a, b, b + across, a + across]), Polygon([b, a, a - across, b - across])
