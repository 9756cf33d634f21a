"""The order of strips: which first, from which corner, so that little is flown between them. Flat metres; exact for
nothing, good for the dozen strips a zone has."""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mission.routes.inside import Point
from mission.routes.transects import Strip

Distance = Callable[[Point, Point], float]
Line = list[tuple[Point, Point]]
"""Transects in flying order, each from its beginning to its end."""
MANY_STRIPS = 14
"""Beyond this many the first good order is kept."""


def fly_to_and_fro(strip: Strip, *, backwards: bool, from_high: bool) -> Line:
    """The cuts of a strip, each in the other direction than the one before."""
    cuts = strip[::-1] if backwards else strip
    return [
        (cut.high, cut.low) if from_high == (number % 2 == 0) else (cut.low, cut.high)
        for number, cut in enumerate(cuts)
    ]


def in_good_order(strips: Sequence[Strip], home: Point | None, distance: Distance) -> Line:
    """All transects of `strips` in an order and direction that keep the way between them, and from home, short."""
    ways = [
        [
            fly_to_and_fro(strip, backwards=backwards, from_high=high)
            for backwards in (False, True)
            for high in (False, True)
        ]
        for strip in strips
    ]
    table = _Table(ways, home, distance)
    order = min((table.greedy(first) for first in range(len(strips))), key=table.cost)
    if len(strips) <= MANY_STRIPS:
        order = _improved(order, table)
    return [transect for strip, way in zip(order, table.best_ways(order), strict=True) for transect in ways[strip][way]]


class _Table:
    """Distances between the ends of every strip's four ways, and from home to each."""

    def __init__(self, ways: list[list[Line]], home: Point | None, distance: Distance) -> None:
        self.count = len(ways)
        begins = [way[0][0] for four in ways for way in four]
        ends = [way[-1][1] for four in ways for way in four]
        known: dict[tuple[Point, Point], float] = {}

        def apart(a: Point, b: Point) -> float:
            key = (a, b) if a <= b else (b, a)
            if key not in known:
                known[key] = distance(*key)
            return known[key]

        size = 4 * self.count
        self.between: NDArray[np.float64] = np.zeros((self.count, 4, self.count, 4))
        flat = self.between.reshape(size, size)
        for i, end in enumerate(ends):
            for j, begin in enumerate(begins):
                flat[i, j] = 0.0 if i // 4 == j // 4 else apart(end, begin)
        self.out = np.array([0.0 if home is None else _far(home, p) for p in begins]).reshape(self.count, 4)
        self.back = np.array([0.0 if home is None else _far(home, p) for p in ends]).reshape(self.count, 4)

    def greedy(self, first: int) -> list[int]:
        """From strip `first` always on to the nearest that is left, by the nearest ends."""
        nearest = self.between.min(axis=(1, 3))
        order, left = [first], set(range(self.count)) - {first}
        while left:
            order.append(min(left, key=lambda strip: (nearest[order[-1], strip], strip)))
            left.remove(order[-1])
        return order

    def cost(self, order: list[int]) -> float:
        """Metres between strips, and from and to home, in the best ways for `order`."""
        so_far = self.out[order[0]]
        for a, b in pairwise(order):
            so_far = (so_far[:, None] + self.between[a, :, b, :]).min(axis=0)
        return float((so_far + self.back[order[-1]]).min())

    def best_ways(self, order: list[int]) -> list[int]:
        """Which of its four ways each strip is flown; shortest way through the layers."""
        so_far, came = self.out[order[0]], []
        for a, b in pairwise(order):
            options = so_far[:, None] + self.between[a, :, b, :]
            came.append(options.argmin(axis=0))
            so_far = options.min(axis=0)
        ways = [int((so_far + self.back[order[-1]]).argmin())]
        for choice in reversed(came):
            ways.append(int(choice[ways[-1]]))
        return ways[::-1]


def _improved(order: list[int], table: _Table) -> list[int]:
    """`order` after turning round pieces of it for as long as that helps (2-opt, Croes 1958)."""
    best, cost = order, table.cost(order)
    again = True
    while again:
        again = False
        for i in range(len(order)):
            for j in range(i + 1, len(order)):
                tried = best[:i] + best[i : j + 1][::-1] + best[j + 1 :]
                if (new := table.cost(tried)) < cost - 1e-6:
                    best, cost, again = tried, new, True
    return best


def _far(a: Point, b: Point) -> float:
    return float(np.hypot(a[0] - b[0], a[1] - b[1]))
