"""The ground of an area as a fine grid, for asking quickly what a piece of the track alone covers.

Flat metres. An estimate within a few hundredths of a percent; what is told to the pilot is measured exactly elsewhere.
"""

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from shapely import Polygon

from mission.routes.inside import Point
from mission.routes.transects import Floats, edges_of, spans, turned

Piece = tuple[Point, Point]
FINEST = 5.0
"""Cells to the reach, in a small area."""
FEWEST_CELLS = 5_000
MOST_CELLS = 60_000
FEWEST_ROWS = 16
MOST_IN_BOX = 400_000
"""Cells, those outside the area counted in."""


class Ground:
    """How many pieces of track see each cell."""

    def __init__(self, area: Polygon, reach: float, angle: float) -> None:
        """`reach` is how far a piece sees; the grid is turned by `angle` so that most pieces lie along it."""
        self.reach = reach
        self._cos, self._sin = math.cos(angle), math.sin(angle)
        edges = edges_of(area, -angle)
        west, south = edges[:, [0, 2]].min(), edges[:, [1, 3]].min()
        east, north = edges[:, [0, 2]].max(), edges[:, [1, 3]].max()
        wide, high = east - west, north - south
        fine = min(reach / FINEST, math.sqrt(area.area / FEWEST_CELLS), min(wide, high) / FEWEST_ROWS)
        pitch = max(fine, math.sqrt(area.area / MOST_CELLS), math.sqrt(wide * high / MOST_IN_BOX))
        columns, rows = (math.ceil(size / pitch) for size in (east - west, north - south))
        self._pitch, self._columns, self._rows = pitch, columns, rows
        self._west, self._south = west, south
        self._weight = _weights(
            edges, west + pitch * (np.arange(columns) + 0.5), south + pitch * (np.arange(rows) + 0.5), pitch
        )
        # Each cell is looked at in another spot (Roberts' R2 sequence): narrow gaps must not slip through.
        number = np.arange(columns) + 1000.0 * np.arange(rows)[:, None]
        self._x = west + pitch * (np.arange(columns) + (number * 0.7548776662466927) % 1)
        self._y = south + pitch * (np.arange(rows)[:, None] + (number * 0.5698402909980532) % 1)
        self._seen = np.zeros((rows, columns), dtype=np.int16)
        self._known: dict[Piece, tuple[tuple[slice, slice], NDArray[np.bool_]]] = {}
        self._angle = angle
        self.total = float(self._weight.sum())
        self.bare = self.total
        """Square metres that nothing sees."""

    def change(self, old: Iterable[Piece], new: Iterable[Piece]) -> float:
        """Take `old` pieces away and put `new` ones in; gives how many square metres are bare in addition."""
        before = self.bare
        for piece in new:
            window, near = self._near(piece)
            seen = self._seen[window]
            self.bare -= float(self._weight[window][near & (seen == 0)].sum())
            seen += near
        for piece in old:
            window, near = self._near(piece)
            seen = self._seen[window]
            seen -= near
            self.bare += float(self._weight[window][near & (seen == 0)].sum())
        return self.bare - before

    def gaps(self) -> list[tuple[float, Point, Point, Point]]:
        """The patches that nothing sees, largest first: square metres, middle, and the two far ends."""
        labels, _ = ndimage.label((self._seen == 0) & (self._weight > 0), structure=np.ones((3, 3)))
        found: list[tuple[float, Point, Point, Point]] = []
        for number, window in enumerate(ndimage.find_objects(labels), start=1):
            rows, columns = np.nonzero(labels[window] == number)
            rows, columns = rows + window[0].start, columns + window[1].start
            weight = self._weight[rows, columns]
            places = turned(np.stack([self._x[rows, columns], self._y[rows, columns]], 1), self._angle)
            middle = weight @ places / weight.sum()
            far = places[np.argmax(((places - middle) ** 2).sum(1))]
            other = places[np.argmax(((places - far) ** 2).sum(1))]
            found.append((float(weight.sum()), _point(middle), _point(far), _point(other)))
        return sorted(found, key=lambda gap: (-gap[0], gap[1]))

    def _near(self, piece: Piece) -> tuple[tuple[slice, slice], NDArray[np.bool_]]:
        known = self._known.get(piece)
        if known is None:
            known = self._known[piece] = self._measured(*piece)
        return known

    def _measured(self, a: Point, b: Point) -> tuple[tuple[slice, slice], NDArray[np.bool_]]:
        cos, sin, pitch, reach = self._cos, self._sin, self._pitch, self.reach
        ax, ay = a[0] * cos + a[1] * sin, a[1] * cos - a[0] * sin
        bx, by = b[0] * cos + b[1] * sin, b[1] * cos - b[0] * sin
        west, south = self._west, self._south
        left = max(0, int((min(ax, bx) - reach - west) / pitch))
        right = min(self._columns, int((max(ax, bx) + reach - west) / pitch) + 1)
        low = max(0, int((min(ay, by) - reach - south) / pitch))
        high = min(self._rows, int((max(ay, by) + reach - south) / pitch) + 1)
        window = slice(low, high), slice(left, right)
        x, y = self._x[window] - ax, self._y[window] - ay
        dx, dy = bx - ax, by - ay
        square = dx * dx + dy * dy
        if square == 0:
            near = x * x + y * y <= reach * reach
        else:
            along = np.clip((x * dx + y * dy) / square, 0, 1)
            near = (x - along * dx) ** 2 + (y - along * dy) ** 2 <= reach * reach
        return window, near


def _point(place: Floats) -> Point:
    return float(place[0]), float(place[1])


def _weights(edges: Floats, x: Floats, y: Floats, pitch: float) -> Floats:
    """(rows, columns) square metres of area in each cell, a row being counted as its middle line."""
    row, low, high = spans(edges, y)
    weight = np.zeros((len(y), len(x)))
    west = x[0] - pitch / 2
    for r, a, b in zip(row, (low - west) / pitch, (high - west) / pitch, strict=True):
        first, last = int(a), min(int(b), len(x) - 1)
        if first >= last:
            weight[r, min(first, last)] += b - a
            continue
        weight[r, first] += first + 1 - a
        weight[r, first + 1 : last] += 1
        weight[r, last] += b - last
    return weight * pitch * pitch
