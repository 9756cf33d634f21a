"""Which wall each piece of a ring round a building sees, and where the camera looks to see it at right angles."""

import math
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

import shapely
from shapely import LineString, Polygon
from shapely import Point as Place

from mission.routes.inner_paths import Point

ALONG_RAD = math.radians(1.0)
"""A piece of the ring that is turned from its wall by less than this runs along it."""
FAR = 20.0
"""How many times as far as a wall is long the place lies that the camera looks at: from both ends of the wall the
line to it is then within atan(0.5 / 20) = 1.4 degrees of the wall's normal, and one place does for the whole wall."""


class Facet(NamedTuple):
    """A stretch of the ring with one wall, or one corner, in view."""

    corners: tuple[Point, ...]
    """Metres; begins where the one before it ended."""
    look: Point
    """Metres: far behind a wall, on the middle of its normal, or the building's own corner."""


def facets_of(ring: Sequence[Point], building: Polygon) -> list[Facet]:
    """The closed `ring` round `building` (metres) cut where another wall or corner comes into view."""
    walls = list(_walls(building))
    pieces = [(_seen(a, b, walls), a, b) for a, b in pairwise(ring)]
    return [_facet(key, list(same), walls) for key, same in groupby(pieces, key=lambda piece: piece[0])]


def _walls(building: Polygon) -> Iterator[tuple[Point, Point]]:
    yield from pairwise([(x, y) for x, y in shapely.get_coordinates(building.exterior.simplify(0.02))])


def _seen(a: Point, b: Point, walls: Sequence[tuple[Point, Point]]) -> tuple[str, int]:
    """The wall that a piece of the ring runs along, or the end of a wall that it goes round, by number."""
    middle = Place((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
    nearest = min(range(len(walls)), key=lambda number: LineString(walls[number]).distance(middle))
    start, end = walls[nearest]
    if abs(math.sin(_bearing(a, b) - _bearing(start, end))) < math.sin(ALONG_RAD):
        return "wall", nearest
    if math.dist((middle.x, middle.y), end) < math.dist((middle.x, middle.y), start):
        return "corner", (nearest + 1) % len(walls)
    return "corner", nearest


def _facet(
    key: tuple[str, int], pieces: Sequence[tuple[tuple[str, int], Point, Point]], walls: Sequence[tuple[Point, Point]]
) -> Facet:
    corners = (pieces[0][1], *(piece[2] for piece in pieces))
    kind, number = key
    start, end = walls[number]
    if kind == "corner":
        return Facet(corners, start)
    length = math.dist(start, end)
    normal = (start[1] - end[1]) / length, (end[0] - start[0]) / length
    middle = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    out = (corners[0][0] - middle[0]) * normal[0] + (corners[0][1] - middle[1]) * normal[1]
    away = -math.copysign(FAR * max(length, abs(out)), out)
    return Facet(corners, (middle[0] + away * normal[0], middle[1] + away * normal[1]))


def _bearing(a: Point, b: Point) -> float:
    return math.atan2(b[1] - a[1], b[0] - a[0])
