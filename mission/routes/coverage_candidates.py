"""Candidates for covering an area: lines in one direction, evenly or one by one, or cell by cell, in a first order.

Flat metres. Deterministic: how much is tried goes by counts. Joins the lines of the promising ones to a track.
"""

import math
from itertools import pairwise

import numpy as np
import shapely
from shapely import Polygon

from mission.routes.cells import GAP_PRICE, cells_of, main_directions, rough_metres
from mission.routes.inner_paths import CORNER_M, InnerPaths, Point
from mission.routes.ordering import PieceOrder
from mission.routes.rows import missed_m2, uneven_transects
from mission.routes.transects import Transects, transects_at

ENOUGH = 0.9959
"""Part of the area that is to be covered by the estimate of the grid."""
EASY_CORNERS = 64
"""An area with more corners is worth less effort on each: fewer directions, cuts and candidates."""
EVERY_DEG = 3
"""Between directions that are tried, beside those of edges."""
MOST_EDGES = 24
"""Directions of edges that are tried, those with the most edge first."""
DRAFTS = 18
"""Directions whose lines are put in a first order."""
UNEVEN = 6
"""Directions of two kinds in which lines are placed unevenly too."""
CONVEX_FROM = 0.995
"""An area that fills more of its hull has no notch worth the name."""
MISSED_SEEN = 0.5
"""Part of what the lines miss beside slanted edges that turns leave so."""


class CoverageCandidate:
    """Lines in a first order."""

    def __init__(self, choice: list[Transects], inside: InnerPaths, spacing: float, home: Point | None) -> None:
        self.inside = inside
        self.spacing = spacing
        strips: list[list[int]] = []
        self.size = 0
        for lines in choice:
            strips += [[piece + self.size for piece in strip] for strip in lines.strips()]
            self.size += len(lines.row)
        self.angle = max(choice, key=lambda lines: lines.metres).angle
        self._order = PieceOrder(np.concatenate([lines.ends() for lines in choice]), strips, inside, home)
        if len(choice) == 1:
            rough = _promise(inside.flyable, choice[0], spacing)
        else:
            rough = sum(rough_metres(lines, spacing) for lines in choice)
        rough -= self.size * spacing / 2
        self.worth = (rough + self._order.between_m, self.angle)

    def joined(self) -> list[Point]:
        """The lines in a good order, the ways between them kept inside."""
        self._order.improve()
        line = self._order.line
        points = [line[0][0]]
        for begin, end in line:
            points += [*self.inside.path(points[-1], begin)[1:], *self.inside.path(begin, end)[1:]]
        return points


def coverage_candidates(
    flyable: Polygon, spacing: float, direction: float | None, directions: float
) -> list[list[Transects]]:
    """Sets of lines that are worth joining to a track: in the best single directions, and cell by cell.

    `directions` is the part (0..1) of the directions and cuts that are looked at.
    """
    if direction is not None:
        lines = transects_at(flyable, spacing, direction)
        if not len(lines.row):
            return []
        return [[lines]]
    effort = directions * min(1.0, EASY_CORNERS / shapely.get_num_coordinates(flyable))
    tried = {round(math.degrees(angle) % 180 * 5): angle for angle in reversed(_directions(flyable, effort))}
    found = [lines for angle in tried.values() if len((lines := transects_at(flyable, spacing, angle)).row)]
    found.sort(key=lambda lines: (_promise(flyable, lines, spacing), lines.angle))
    coverage_candidates = [[lines] for lines in found[: math.ceil(DRAFTS * effort)]]
    if flyable.interiors or flyable.area < CONVEX_FROM * flyable.convex_hull.area:
        count = math.ceil(UNEVEN * effort)
        angles = [*(lines.angle for lines in found[:count]), *main_directions(flyable)[:count]]
        uneven = [uneven_transects(flyable, spacing, angle) for angle in dict.fromkeys(angles)]
        coverage_candidates += [[lines] for lines in uneven if lines is not None and len(lines.row)]
    cells = cells_of(flyable, spacing, effort)
    if len(cells) > 1:
        coverage_candidates.append(cells)
    return coverage_candidates


def _promise(polygon: Polygon, lines: Transects, spacing: float) -> float:
    """What flying the lines will take, closing their gaps included."""
    gaps = max(0.0, MISSED_SEEN * missed_m2(polygon, lines, spacing) - (1 - ENOUGH) * lines.area)
    return lines.metres + len(lines.row) * (2 * CORNER_M + spacing / 2) + GAP_PRICE * gaps / spacing


def _directions(polygon: Polygon, effort: float) -> list[float]:
    """Directions worth trying, radians: the narrowest box's, those of the edges, and every few degrees."""
    steps = (math.radians(d) for d in range(0, 180, math.ceil(EVERY_DEG / effort)))
    box = shapely.get_coordinates(shapely.oriented_envelope(polygon))
    boxes = [math.atan2(*(b - a)[::-1]) for a, b in pairwise(box[:3])]
    return [*boxes, *main_directions(polygon)[: math.ceil(MOST_EDGES * effort)], *steps]
