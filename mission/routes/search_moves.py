"""Changes that may make a track quicker: corners moved, left out, put in, and the way round of a part of it.

Flat metres. Only proposes, at random from a seeded source; what a change is worth is found out by `annealing`.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from random import Random

import numpy as np

from mission.routes.inner_paths import Floats, InnerPaths, Point

FINEST = 0.03
COARSEST = 1.5
"""How far a corner is moved, in reaches."""
STEPS = (0.8, 0.3)
"""How far the end of a line is drawn back, in reaches."""
NEAR = 6
"""Corners that may come to follow one another when a part is turned round, the nearest first."""


@dataclass(frozen=True)
class TrackChange:
    """Corners `first` up to, not including, `last` are replaced by `points`."""

    first: int
    last: int
    points: tuple[Point, ...]


class Moves:
    """Proposes changes to a track."""

    def __init__(self, reach: float, inside: InnerPaths, rnd: Random, direction: float | None) -> None:
        """`direction` is that of lines to be kept as they lie, in radians; None where corners may go anywhere."""
        self._reach = reach
        self._inside = inside
        self._rnd = rnd
        self._direction = direction
        self._kinds: list[tuple[Callable[[list[Point]], TrackChange | None], float]] = [
            (self._drop, 2.0), (self._drop_two, 1.0)
        ]  # fmt: skip
        if direction is None:
            self._kinds += [
                (self._shift, 5.0), (self._slide, 5.0), (self._sideways, 3.0), (self._merge, 2.0), (self._insert, 1.5),
                (self._turn_round, 2.0), (self._elsewhere, 1.0),
            ]  # fmt: skip
        else:
            self._kinds += [(partial(self._along, direction), 10.0)]
        self._points: list[Point] = []
        self._array: Floats = np.empty((0, 2))
        self._weights = [weight for _, weight in self._kinds]

    def propose(self, points: list[Point]) -> TrackChange | None:
        """A change of a random kind at a random place; None where that kind cannot be had there."""
        kind, _ = self._rnd.choices(self._kinds, self._weights)[0]
        return kind(points)

    def shorter(self, points: list[Point], k: int) -> list[TrackChange]:
        """Every change at corner `k` that is likely to shorten the track."""
        changes = [TrackChange(k, k + 1, ())]
        if k + 1 < len(points):
            changes.append(TrackChange(k, k + 2, ()))
            if self._direction is None:
                changes.append(TrackChange(k, k + 2, (_between(points[k], points[k + 1], 0.5),)))
        for other in (k - 1, k + 1):
            if 0 <= other < len(points) and self._direction is None:
                apart = math.dist(points[k], points[other])
                steps = [step * self._reach / apart for step in STEPS if step * self._reach < apart]
                changes += [TrackChange(k, k + 1, (_between(points[k], points[other], step),)) for step in steps]
        return changes

    def towards(self, points: list[Point], spot: Point) -> TrackChange:
        """The track pulled over `spot`: a near corner moved, one put in, or flown there from a corner, and back."""
        part = self._rnd.uniform(0.3, 1.0)
        kind = self._rnd.random()
        if self._direction is not None and kind < 0.9:
            return self._drawn_out(points, spot, part, self._direction)
        if kind < 0.5:
            k, foot = _nearest_piece(self._as_array(points), spot)
            return TrackChange(k + 1, k + 1, (_between(foot, spot, part),))
        if kind < 0.6:
            k = self._rnd.choice((0, len(points)))
            return TrackChange(k, k, (_between(points[k - 1 if k else 0], spot, part),))
        k = self._near_to(points, spot)[0 if kind < 0.8 else self._rnd.randrange(min(NEAR, len(points)))]
        there = _between(points[k], spot, part)
        if kind < 0.92:
            return TrackChange(k, k + 1, (there,))
        return self._there_and_back(points, k, spot if self._rnd.random() < 0.4 else there)

    def _drawn_out(self, points: list[Point], spot: Point, part: float, direction: float) -> TrackChange:
        """The corner nearest to `spot` moved in the direction of the lines only."""
        k = self._near_to(points, spot)[0]
        x = math.cos(direction)
        y = math.sin(direction)
        size = part * ((spot[0] - points[k][0]) * x + (spot[1] - points[k][1]) * y)
        return TrackChange(k, k + 1, ((points[k][0] + x * size, points[k][1] + y * size),))

    def _there_and_back(self, points: list[Point], k: int, spot: Point) -> TrackChange:
        """Out from corner `k` to a spot that may be out of sight, and back where the track goes on."""
        way = self._inside.path(points[k], self._inside.nearest(spot))
        if k == 0:
            change = TrackChange(0, 0, tuple(way[:0:-1]))
        elif k == len(points) - 1:
            change = TrackChange(k + 1, k + 1, tuple(way[1:]))
        else:
            change = TrackChange(k + 1, k + 1, (*way[1:], *way[-2::-1]))
        return change

    def _as_array(self, points: list[Point]) -> Floats:
        if points is not self._points:
            self._points, self._array = points, np.array(points)
        return self._array

    def _near_to(self, points: list[Point], place: Point) -> list[int]:
        """The corners nearest to a place, the nearest first."""
        away = ((self._as_array(points) - place) ** 2).sum(axis=1)
        return [int(k) for k in np.argsort(away, kind="stable")[: NEAR + 1]]

    def _size(self) -> float:
        return self._reach * math.exp(self._rnd.uniform(math.log(FINEST), math.log(COARSEST)))

    def _near(self, point: Point) -> Point:
        size = self._size()
        angle = self._rnd.uniform(0, 2 * math.pi)
        return point[0] + size * math.cos(angle), point[1] + size * math.sin(angle)

    def _shift(self, points: list[Point]) -> TrackChange:
        k = self._rnd.randrange(len(points))
        return TrackChange(k, k + 1, (self._near(points[k]),))

    def _slide(self, points: list[Point]) -> TrackChange | None:
        """A corner moved along one of its pieces, to and fro."""
        k = self._rnd.randrange(len(points))
        other = k + self._rnd.choice((-1, 1))
        if not 0 <= other < len(points):
            return None
        apart = math.dist(points[k], points[other])
        size = self._size() * self._rnd.choice((-1, 1, 1))
        if apart == 0 or size > apart:
            return None
        return TrackChange(k, k + 1, (_between(points[k], points[other], size / apart),))

    def _along(self, direction: float, points: list[Point]) -> TrackChange:
        """A corner moved in the direction of the lines."""
        k = self._rnd.randrange(len(points))
        size = self._size() * self._rnd.choice((-1, 1))
        x = math.cos(direction) * size
        y = math.sin(direction) * size
        return TrackChange(k, k + 1, ((points[k][0] + x, points[k][1] + y),))

    def _drop(self, points: list[Point]) -> TrackChange:
        k = self._rnd.randrange(len(points))
        return TrackChange(k, k + 1, ())

    def _drop_two(self, points: list[Point]) -> TrackChange:
        k = self._rnd.randrange(len(points) - 1)
        return TrackChange(k, k + 2, ())

    def _merge(self, points: list[Point]) -> TrackChange:
        """Two corners made one."""
        k = self._rnd.randrange(len(points) - 1)
        return TrackChange(k, k + 2, (_between(points[k], points[k + 1], self._rnd.random()),))

    def _sideways(self, points: list[Point]) -> TrackChange | None:
        """A piece moved as a whole, across itself."""
        k = self._rnd.randrange(len(points) - 1)
        (ax, ay), (bx, by) = points[k], points[k + 1]
        apart = math.dist(points[k], points[k + 1])
        if apart == 0:
            return None
        size = self._size() * self._rnd.choice((-1, 1)) / apart
        x = (ay - by) * size
        y = (bx - ax) * size
        return TrackChange(k, k + 2, ((ax + x, ay + y), (bx + x, by + y)))

    def _insert(self, points: list[Point]) -> TrackChange:
        k = self._rnd.randrange(len(points) - 1)
        return TrackChange(k + 1, k + 1, (self._near(_between(points[k], points[k + 1], self._rnd.random())),))

    def _turn_round(self, points: list[Point]) -> TrackChange | None:
        """The part between two corners that are near one another, flown the other way round."""
        here = self._rnd.randrange(len(points))
        there = self._neighbour(points, here)
        if there is None:
            return None
        if here < there:  # `here` is followed by `there`, what was between comes after it
            return TrackChange(here + 1, there + 1, tuple(points[there:here:-1]))
        return TrackChange(there, here, tuple(points[here - 1 : there - 1 if there else None : -1]))

    def _elsewhere(self, points: list[Point]) -> TrackChange | None:
        """One or two corners taken out and put in between others."""
        count = self._rnd.choice((1, 2, 2))
        if len(points) < count + 3:
            return None
        k = self._rnd.randrange(len(points) - count + 1)
        moved = points[k : k + count]
        there = self._neighbour(points, self._rnd.choice((k, k + count - 1)))
        if there is None or k <= there < k + count:
            return None
        at = there + self._rnd.choice((0, 1))
        if self._rnd.random() < 0.5:
            moved = moved[::-1]
        if at > k + count:
            return TrackChange(k, at, (*points[k + count : at], *moved))
        if at < k:
            return TrackChange(at, k + count, (*moved, *points[at:k]))
        return None

    def _neighbour(self, points: list[Point], here: int) -> int | None:
        """A corner near to `here` that does not follow it yet."""
        there = self._rnd.choice(self._near_to(points, points[here])[1:])
        if abs(there - here) <= 1:
            return None
        return there


def _between(a: Point, b: Point, part: float) -> Point:
    return a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part


def _nearest_piece(points: Floats, spot: Point) -> tuple[int, Point]:
    """The piece of a track that is nearest to a spot, and the spot's foot on it."""
    begins = points[:-1]
    steps = np.diff(points, axis=0)
    square = np.maximum((steps * steps).sum(axis=1), 1e-9)
    part = np.clip(((spot - begins) * steps).sum(axis=1) / square, 0.0, 1.0)
    feet = begins + steps * part[:, None]
    k = int(((feet - spot) ** 2).sum(axis=1).argmin())
    return k, (float(feet[k, 0]), float(feet[k, 1]))
