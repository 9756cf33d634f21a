"""The ground of an area as bits, for asking quickly what the pieces of a track cover between them.

Flat metres. An estimate within a few hundredths of a percent; what is told to the pilot is measured exactly elsewhere.
"""

import math
from collections.abc import Sequence
from random import Random

import numpy as np
from numpy.typing import NDArray
from shapely import Polygon

from mission.routes.inner_paths import Point
from mission.routes.transects import Floats, edges_of, spans, turned

Piece = tuple[Point, Point]
Bits = NDArray[np.uint64]
"""(…, words) a bit for each cell."""
FINEST = 4.0
"""Rows to the reach, in a small area."""
FEWEST_CELLS = 10_000
MOST_CELLS = 50_000
"""Inside the area, about."""
SKEW = 1.0
"""Radians between the lines that are flown and the rows of cells, so that no gap slips through between two rows."""
GOLDEN = 0.6180339887498949
WORD = 64


class Ground:
    """Cells in rows that lie aslant to the lines; each row begins a little further on than the one before."""

    def __init__(self, area: Polygon, reach: float, angle: float) -> None:
        """`reach` is how far a piece sees to both sides, `angle` the direction most pieces lie in, in radians."""
        self.reach = reach
        self._angle = angle + SKEW
        edges = edges_of(area, -self._angle)
        west = edges[:, [0, 2]].min()
        south = edges[:, [1, 3]].min()
        east = edges[:, [0, 2]].max()
        north = edges[:, [1, 3]].max()
        # Cells are twice as high as they are wide: a row costs more than a bit.
        high = max(min(reach / FINEST, math.sqrt(2 * area.area / FEWEST_CELLS)), math.sqrt(2 * area.area / MOST_CELLS))
        self._wide = high / 2
        rows = math.ceil((north - south) / high)
        columns = math.ceil((east - west) / self._wide) + 1
        self._words = math.ceil(columns / WORD)
        self._y = south + high * (np.arange(rows) + 0.5)
        self._first = west + self._wide * ((np.arange(rows) * GOLDEN) % 1 - 0.5)
        filled = np.tri(columns + 1, self._words * WORD, -1, dtype=np.uint8)
        self._up_to: Bits = np.packbits(filled, axis=1, bitorder="little").view(np.uint64)
        self._columns = columns
        self.cell = high * self._wide
        """Square metres of one cell."""
        row, low, far = spans(edges, self._y)
        begin, end = (self._column(row, x) for x in (low, far))
        self.bits: Bits = np.zeros((rows, self._words), dtype=np.uint64)
        """Those within the area."""
        np.bitwise_or.at(self.bits, row, self._up_to[end] & ~self._up_to[begin])
        self.bits = self.bits.ravel()
        self.total = self.cell * int(np.bitwise_count(self.bits).sum())

    def seen(self, pieces: Sequence[Piece]) -> Bits:
        """(pieces, words) the cells within reach of each piece."""
        ends = turned(np.array(pieces, dtype=float).reshape(-1, 2), -self._angle).reshape(-1, 4)
        south = np.minimum(ends[:, 1], ends[:, 3])
        north = np.maximum(ends[:, 1], ends[:, 3])
        first, last = np.searchsorted(self._y, [south - self.reach, north + self.reach])
        count = last - first
        piece = np.repeat(np.arange(len(ends)), count)
        row = np.arange(len(piece)) + np.repeat(first - np.cumsum(count) + count, count)
        dx = ends[:, 2] - ends[:, 0]
        dy = ends[:, 3] - ends[:, 1]
        dy = np.where(np.abs(dy) < 1e-9, 1e-9, dy)
        # A row cuts what a piece sees from the least to the greatest x of discs whose middles lie along the piece;
        # where that least is follows from its derivative.
        off = self.reach * np.sign(dy) * dx / np.hypot(dx, dy)
        ax, ay, dx, dy, off = np.stack([ends[:, 0], ends[:, 1], dx, dy, off])[:, piece]
        above = self._y[row] - ay
        side = np.array([[1.0], [-1.0]])
        along = np.clip((above - side * off) / dy, 0.0, 1.0)
        half = np.sqrt(np.maximum(self.reach**2 - (above - along * dy) ** 2, 0.0))
        begin, end = self._column(row, ax + along * dx - side * half)
        mask = np.zeros((len(ends), len(self._y), self._words), dtype=np.uint64)
        mask[piece, row] = self._up_to[end] & ~self._up_to[begin]
        return mask.reshape(len(ends), len(self.bits))

    def bare(self, seen: Bits) -> NDArray[np.float64]:
        """Square metres of the area that are not `seen`, for each row of bits."""
        return np.asarray(np.bitwise_count(self.bits & ~seen).sum(axis=-1) * self.cell)

    def gaps(self, seen: Bits) -> "Gaps":
        """Where nothing is `seen`."""
        return Gaps(self, self.bits & ~seen)

    def place(self, word: int, bit: int) -> Point:
        """Where a cell is."""
        row, first = divmod(word, self._words)
        x, y = turned(np.array([self._first[row] + self._wide * (first * WORD + bit), self._y[row]]), self._angle)
        return float(x), float(y)

    def _column(self, row: NDArray[np.int64] | slice, x: Floats) -> NDArray[np.int64]:
        """How many cells of a row lie before `x`."""
        return np.asarray(np.clip(np.ceil((x - self._first[row]) / self._wide), 0, self._columns), dtype=np.int64)


class Gaps:
    """The cells that nothing sees."""

    def __init__(self, ground: Ground, bits: Bits) -> None:
        self._ground = ground
        self._bits = bits
        self._words = np.flatnonzero(bits)

    def any(self, rnd: Random) -> Point:
        """One of them, at random."""
        word = int(self._words[rnd.randrange(len(self._words))])
        value = int(self._bits[word])
        return self._ground.place(word, rnd.choice([bit for bit in range(WORD) if value >> bit & 1]))
