"""Parallel lines over an area: cut to its inside, and gathered into strips that can be flown to and fro.

Flat metres. Lines lie `spacing` apart and centred, so that the outermost are at most half a spacing from the edge.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Polygon
from shapely.affinity import rotate

from mission.routes.inside import Point

SHORTEST_M = 0.5
"""A cut shorter than this is left to the neighbouring lines."""


@dataclass(frozen=True)
class Cut:
    """One line's piece inside the area, its ends in the order of growing distance along the line."""

    low: Point
    high: Point


Strip = list[Cut]
"""Cuts of neighbouring lines, each facing only the one before and the one after it: flown to and fro without a gap."""


def strips_at(flyable: Polygon, spacing: float, angle: float) -> list[Strip]:
    """The strips of lines in the direction `angle` (radians, counter-clockwise from east)."""
    centre = flyable.centroid
    level = rotate(flyable, -angle, origin=centre, use_radians=True)
    west, south, east, north = level.bounds
    count = max(1, math.ceil((north - south) / spacing - 1e-9))
    first = (south + north) / 2 - (count - 1) * spacing / 2
    heights = first + spacing * np.arange(count)
    ends = np.stack([np.full(count, west - 1), np.full(count, east + 1)], axis=1)
    lines = shapely.linestrings(np.stack([ends, np.stack([heights, heights], axis=1)], axis=2))
    rows = [_pieces(cut) for cut in np.asarray(shapely.intersection(level, lines))]
    back = _turner(angle, (centre.x, centre.y))
    return [
        [Cut(back((low, heights[row])), back((high, heights[row]))) for row, low, high in strip]
        for strip in _chain(rows)
    ]


def _pieces(cut: shapely.Geometry) -> list[tuple[float, float]]:
    pieces = [
        tuple(sorted(x for x, _ in part.coords)) for part in shapely.get_parts(cut) if part.geom_type == "LineString"
    ]
    spans = [(xs[0], xs[-1]) for xs in pieces if xs]
    return sorted(span for span in spans if span[1] - span[0] >= SHORTEST_M)


def _chain(rows: list[list[tuple[float, float]]]) -> list[list[tuple[int, float, float]]]:
    """Pieces of neighbouring rows that face exactly one another go into one strip."""
    strips: list[list[tuple[int, float, float]]] = []
    open_strips: dict[int, list[tuple[int, float, float]]] = {}
    for number, row in enumerate(rows):
        before = rows[number - 1] if number else []
        going_on: dict[int, list[tuple[int, float, float]]] = {}
        for place, piece in enumerate(row):
            facing = _facing(piece, before)
            alone = len(facing) == 1 and len(_facing(before[facing[0]], row)) == 1
            strip = open_strips[facing[0]] if alone else []
            if not alone:
                strips.append(strip)
            strip.append((number, *piece))
            going_on[place] = strip
        open_strips = going_on
    return strips


def _facing(piece: tuple[float, float], row: list[tuple[float, float]]) -> list[int]:
    return [place for place, other in enumerate(row) if other[0] < piece[1] and piece[0] < other[1]]


def _turner(angle: float, centre: Point) -> Callable[[Point], Point]:
    cos, sin = math.cos(angle), math.sin(angle)

    def back(point: Point) -> Point:
        x, y = point[0] - centre[0], point[1] - centre[1]
        return centre[0] + cos * x - sin * y, centre[1] + sin * x + cos * y

    return back
