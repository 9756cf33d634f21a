"""Parallel lines over an area: how few do, where they lie, and the pieces of them that are inside.

Flat metres. Lines lie at most `spacing` apart and the outermost at most half of it from the edge, but for a sliver of
the area that a plan may leave out.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

Floats = NDArray[np.floating[Any]]

SHORTEST_M = 0.5
"""A piece shorter than this is left to the neighbouring lines."""
SLIVER = 0.0012
"""Part of the area that may lie beyond the outermost line's reach, on either side."""


@dataclass(frozen=True)
class Transects:
    """Every piece of the lines in one direction, row by row."""

    angle: float
    """Radians counter-clockwise from east."""
    row: NDArray[np.int64]
    """(n) which line each piece is of."""
    low: Floats
    """(n) where it begins along the line, in the frame turned by `angle`."""
    high: Floats
    """(n) where it ends."""
    height: Floats
    """(n) across the line."""
    area: float
    """Square metres of what the lines lie over."""

    @property
    def metres(self) -> float:
        """Length of all pieces."""
        return float((self.high - self.low).sum())

    def ends(self) -> Floats:
        """(n, 2, 2) low and high end of every piece, in flat metres."""
        level = np.stack([np.stack([self.low, self.height], 1), np.stack([self.high, self.height], 1)], axis=1)
        return turned(level, self.angle)

    def strips(self) -> list[list[int]]:
        """Pieces of neighbouring lines that face only one another, gathered: each is flown to and fro without a gap."""
        strips: list[list[int]] = []
        strip_of: dict[int, list[int]] = {}
        rows = [np.flatnonzero(self.row == row) for row in range(int(self.row.max(initial=-1)) + 1)]
        for before, here in zip([np.array([], dtype=np.int64), *rows], rows, strict=False):
            for piece in here.tolist():
                facing = self._facing(piece, before).tolist()
                if len(facing) == 1 and len(self._facing(facing[0], here)) == 1:
                    strip_of[piece] = strip_of[facing[0]]
                else:
                    strip_of[piece] = []
                    strips.append(strip_of[piece])
                strip_of[piece].append(piece)
        return strips

    def _facing(self, piece: int, others: NDArray[np.int64]) -> NDArray[np.int64]:
        meets = (self.low[others] < self.high[piece]) & (self.low[piece] < self.high[others])
        return np.asarray(others[meets])


def transects_at(polygon: Polygon, spacing: float, angle: float, sliver: float = SLIVER) -> Transects:
    """The lines in the direction `angle` over `polygon`, evenly: as few as reach all of it but twice the `sliver`."""
    edges = edges_of(polygon, -angle)
    return transects_over(polygon, edges, angle, _heights(edges, spacing, sliver))


def transects_over(polygon: Polygon, edges: Floats, angle: float, heights: Floats) -> Transects:
    """The lines at `heights` over `polygon`, whose edges turned by minus `angle` are `edges`."""
    row, low, high = spans(edges, heights)
    long = high - low >= SHORTEST_M
    row = row[long]
    low = low[long]
    high = high[long]
    return Transects(angle, row, low, high, heights[row], float(polygon.area))


def edges_of(polygon: Polygon, angle: float = 0.0) -> Floats:
    """(n, 4) x and y of both ends of every edge, turned by `angle` about the origin."""
    rings = [turned(shapely.get_coordinates(ring), angle) for ring in (polygon.exterior, *polygon.interiors)]
    return np.concatenate([np.hstack([ring[:-1], ring[1:]]) for ring in rings])


def spans(edges: Floats, heights: Floats) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Where level lines at `heights` are inside: for each piece its line, its beginning and its end."""
    x0, y0, x1, y1 = edges.T[:, :, None]
    edge, line = np.nonzero((y0 <= heights) != (y1 <= heights))
    x = x0[edge, 0] + (heights[line] - y0[edge, 0]) * ((x1 - x0)[edge, 0] / (y1 - y0)[edge, 0])
    order = np.lexsort((x, line))
    x = x[order]
    line = line[order]
    return line[::2], x[::2], x[1::2]


def turned(points: Floats, angle: float) -> Floats:
    """Points (…, 2) turned counter-clockwise about the origin."""
    cos = math.cos(angle)
    sin = math.sin(angle)
    return np.asarray(points @ np.array([[cos, sin], [-sin, cos]]))


def _heights(edges: Floats, spacing: float, sliver: float) -> Floats:
    """Heights of the lines: evenly over what is left when the sliver on either side is cut off."""
    south = float(edges[:, 1].min())
    north = float(edges[:, 1].max())
    step = (north - south) / 160
    levels = south + step * (np.arange(160) + 0.5)
    line, low, high = spans(edges, levels)
    area = np.concatenate([[0.0], np.cumsum(np.bincount(line, high - low, minlength=160))])
    area /= area[-1]
    marks = south + step * np.arange(161)
    bottom, top = np.interp([sliver, 1 - sliver], area, marks)
    count = max(1, math.ceil((top - bottom) / spacing - 1e-3))
    if count == max(1, math.ceil((north - south) / spacing - 1e-3)):
        bottom = south
        top = north
    gap = (top - bottom) / count
    return np.asarray(bottom + gap * (np.arange(count) + 0.5))
