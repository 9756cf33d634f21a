"""Rings in flat metres that are flown round something: circles of enough corners, and where a ring is begun."""

import math
from collections.abc import Sequence

import shapely
from shapely import Polygon

from mission.routes.inner_paths import Point

CHORD_ERROR_M = 0.45
"""How far a straight piece may lie inside the circle it stands for."""
FEWEST_CORNERS = 12


def circle(centre: Point, radius: float, *, towards: Point | None, clockwise: bool) -> list[Point]:
    """Corners on the circle, the first repeated at the end, beginning on the side of `towards` (north if None)."""
    corners = max(FEWEST_CORNERS, math.ceil(math.pi / math.acos(max(0.0, 1 - CHORD_ERROR_M / radius))))
    first = 0.0
    if towards is not None:
        first = math.atan2(towards[0] - centre[0], towards[1] - centre[1])
    step = 2 * math.pi / corners
    if not clockwise:
        step = -step
    bearings = [first + number * step for number in range(corners)]
    ring = [(centre[0] + radius * math.sin(b), centre[1] + radius * math.cos(b)) for b in bearings]
    return [*ring, ring[0]]


def around(shape: Polygon, distance: float) -> list[Point]:
    """The ring `distance` outside the outline of `shape`, its corners round, the first repeated at the end."""
    per_quarter = max(3, math.ceil(math.pi / 4 / math.acos(max(0.0, 1 - CHORD_ERROR_M / distance))))
    grown = shape.buffer(distance, quad_segs=per_quarter)
    return [(x, y) for x, y in shapely.get_coordinates(grown.exterior.simplify(0.02))]


def begun_near(ring: Sequence[Point], place: Point | None, *, clockwise: bool) -> list[Point]:
    """A closed ring turned to the direction asked for, begun and ended at its corner nearest to `place`."""
    corners = list(ring[:-1])
    if shapely.LinearRing(corners).is_ccw == clockwise:
        corners.reverse()
    if place is not None:
        first = min(range(len(corners)), key=lambda n: math.dist(corners[n], place))
        corners = corners[first:] + corners[:first]
    return [*corners, corners[0]]
