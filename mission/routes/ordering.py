"""The order in which the pieces of lines are flown, and from which end, so that little is flown between them.

Flat metres. A travelling salesman over pieces with two ends each: 2-opt (Croes, 1958) and or-opt (Or, 1976) with
every way between two ends counted at first as the bird flies, and looked up inside the area only when it would be used.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mission.routes.inner_paths import InnerPaths, Point
from mission.routes.transects import Floats

Line = list[tuple[Point, Point]]
"""Transects in flying order, each from its beginning to its end."""
MANY_PIECES = 110
"""Beyond this many the first good order is kept."""
STRIPS_TRIED = 200
"""Steps from strip to strip that are tried for a first order, about."""
LONGEST_MOVED = 3
"""Pieces that are moved elsewhere together."""
LOOKED_UP = 24
"""Promising changes whose ways are looked up at a time."""


class TransitWays:
    """What it costs to fly from the end of one piece to that of another: metres inside, corners counted in."""

    def __init__(self, ends: Floats, inside: InnerPaths, home: Point | None) -> None:
        """`ends` is (n, 2, 2): both ends of every piece; end `2 k + side` is of piece k, the last is home."""
        self.inside = inside
        self.points = [(float(x), float(y)) for x, y in ends.reshape(-1, 2)]
        flat = ends.reshape(-1, 2)
        count = len(flat)
        self.cost = np.zeros((count + 1, count + 1))
        self.cost[:count, :count] = np.linalg.norm(flat[:, None] - flat[None], axis=2)
        if home is not None:
            self.cost[count, :count] = self.cost[:count, count] = np.hypot(*(flat - np.array(home)).T)
        self.known = np.eye(count + 1, dtype=bool)
        self.known[count] = self.known[:, count] = True

    def look_up(self, a: NDArray[np.int64], b: NDArray[np.int64]) -> bool:
        """Make the costs between ends `a` and `b` true; whether any was not known before."""
        new = {(min(p, q), max(p, q)) for p, q in zip(a.tolist(), b.tolist(), strict=True) if not self.known[p, q]}
        if not new:
            return False
        pairs = sorted(new)
        true = self.inside.costs([self.points[p] for p, _ in pairs], [self.points[q] for _, q in pairs])
        for (p, q), cost in zip(pairs, true, strict=True):
            self.cost[p, q] = self.cost[q, p] = cost
            self.known[p, q] = self.known[q, p] = True
        return True


Tour = list[tuple[int, int]]
"""Pieces in flying order, with the side (0 or 1) at which each begins."""


class PieceOrder:
    """Pieces in flying order: at first strip by strip as the bird flies, then improved by what is inside."""

    def __init__(self, ends: Floats, strips: Sequence[list[int]], inside: InnerPaths, home: Point | None) -> None:
        self._ways = TransitWays(ends, inside, home)
        self._tour = _strip_by_strip(strips, self._ways)

    def improve(self) -> None:
        """Keep the way between pieces, and from and to home, short."""
        self._tour = _improved(self._tour, self._ways)

    @property
    def line(self) -> Line:
        """The pieces, each from the end at which it is begun."""
        points = self._ways.points
        return [(points[2 * piece + side], points[2 * piece + 1 - side]) for piece, side in self._tour]

    @property
    def between_m(self) -> float:
        """Metres between the pieces, as far as they are known."""
        return sum(
            float(self._ways.cost[2 * a + 1 - side, 2 * b + other]) for (a, side), (b, other) in pairwise(self._tour)
        )


def _strip_by_strip(strips: Sequence[list[int]], ways: TransitWays) -> Tour:
    """Strips to and fro, always on to the nearest that is left; the best of all that may be first."""
    options = [
        [
            [(piece, side ^ (number & 1)) for number, piece in enumerate(pieces)]
            for pieces in (strip, strip[::-1])
            for side in (0, 1)
        ]
        for strip in strips
    ]
    home = len(ways.cost) - 1
    begins = np.array([[2 * o[0][0] + o[0][1] for o in four] for four in options])
    ends = np.array([[2 * o[-1][0] + 1 - o[-1][1] for o in four] for four in options])
    best: tuple[float, Tour] = (math.inf, [])
    firsts = range(0, len(strips), math.ceil(len(strips) ** 2 / STRIPS_TRIED))
    for first in firsts:
        for first_way in range(4):
            left = np.ones(len(strips), dtype=bool)
            cost = float(ways.cost[home, begins[first, first_way]])
            tour = list(options[first][first_way])
            at = ends[first, first_way]
            left[first] = False
            while left.any():
                far = np.where(left[:, None], ways.cost[at, begins], math.inf)
                strip, way = divmod(int(far.argmin()), 4)
                cost += float(far[strip, way])
                tour += options[strip][way]
                at = ends[strip, way]
                left[strip] = False
            cost += float(ways.cost[at, home])
            if cost < best[0] - 1e-9:
                best = (cost, tour)
    return best[1]


def _improved(tour: Tour, ways: TransitWays) -> Tour:
    """`tour` after all changes that shorten it."""
    if not 1 < len(tour) <= MANY_PIECES:
        return tour
    home = len(ways.cost) - 1
    loop = np.array([[home, home], *([2 * piece + side, 2 * piece + 1 - side] for piece, side in tour)])
    ways.look_up(loop[:, 1], np.roll(loop[:, 0], -1))
    for _ in range(60 * len(tour)):
        changes = _changes(loop, ways.cost)
        if not changes:
            break
        new = np.array([pair for change in changes for pair in change.joins])
        if ways.look_up(*np.array(changes[0].joins).T):
            ways.look_up(*new.T)
        else:
            loop = changes[0].made(loop)
    return [(int(begin) // 2, int(begin) % 2) for begin in loop[1:, 0]]


@dataclass(frozen=True)
class _Change:
    """Positions `first` to `last` of the loop go behind position `behind` (themselves: stay), turned round or not."""

    gain: float
    first: int
    last: int
    behind: int
    turn: bool
    joins: list[tuple[int, int]]
    """Ends that come to follow one another."""

    def made(self, loop: NDArray[np.int64]) -> NDArray[np.int64]:
        """The loop after the change."""
        chain = loop[self.first : self.last + 1]
        if self.turn:
            chain = chain[::-1, ::-1]
        if self.behind >= self.first:
            rest = loop[self.last + 1 : self.behind + 1], chain, loop[self.behind + 1 :]
            return np.concatenate([loop[: self.first], *rest])
        return np.concatenate(
            [loop[: self.behind + 1], chain, loop[self.behind + 1 : self.first], loop[self.last + 1 :]]
        )


def _changes(loop: NDArray[np.int64], cost: Floats) -> list[_Change]:
    """The most promising changes, the best first."""
    begins = loop[:, 0]
    ends = loop[:, 1]
    count = len(loop)
    follows = np.roll(begins, -1)
    edge = cost[ends, follows]
    found: list[_Change] = []
    # Turn round first..last: the end before it meets its end, its beginning meets what follows.
    delta = cost[np.ix_(ends, ends)] + cost[np.ix_(follows, follows)] - edge[:, None] - edge[None]
    delta[np.tril_indices(count)] = 0
    for i, j in _lowest(delta):
        joins = [(ends[i], ends[j]), (follows[i], follows[j])]
        found.append(_Change(float(delta[i, j]), i + 1, j, j, True, joins))
    to_begin = cost[np.ix_(ends, begins)]
    to_end = cost[np.ix_(ends, ends)]
    from_begin = cost[np.ix_(begins, follows)]
    from_end = cost[np.ix_(ends, follows)]
    for length in range(1, min(LONGEST_MOVED, count - 2) + 1):
        first = np.arange(1, count - length + 1)
        last = first + length - 1
        closed = cost[ends[first - 1], follows[last]] - edge[first - 1] - edge[last]
        taken = (np.arange(count)[:, None] >= first - 1) & (np.arange(count)[:, None] <= last)
        for turn in (False, True):
            into = to_end[:, last] + from_begin[first].T if turn else to_begin[:, first] + from_end[last].T
            delta = np.where(taken, 0.0, into - edge[:, None] + closed)
            for k, i in _lowest(delta):
                a = int(first[i])
                b = int(last[i])
                enters, leaves = (ends[b], begins[a]) if turn else (begins[a], ends[b])
                joins = [(ends[k], enters), (leaves, follows[k]), (ends[a - 1], follows[b])]
                found.append(_Change(float(delta[k, i]), a, b, k, turn, joins))
    return sorted(found, key=lambda change: (change.gain, change.first, change.last, change.behind, change.turn))


def _lowest(delta: Floats) -> list[tuple[int, int]]:
    flat = delta.ravel()
    places = np.flatnonzero(flat < -1e-6)
    if len(places) > LOOKED_UP:
        places = places[np.argpartition(flat[places], LOOKED_UP)[:LOOKED_UP]]
    return [divmod(int(place), delta.shape[1]) for place in places]
