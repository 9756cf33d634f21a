"""Ways inside an area: the shortest path between two points that never leaves it, round notches and holes.

Flat metres. A visibility graph over the corners that stand in the way (Lozano-Perez and Wesley, 1979), with a
centimetre-wide margin so that rounding to 1e-7 degrees cannot put a point outside.
"""

import math
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

from telemetry.errors import BadPlan
from telemetry.messages import Message

Point = tuple[float, float]
Floats = NDArray[np.floating[Any]]

MARGIN_M = 0.06
"""Points stay this far inside the area."""
SIGHT_MARGIN_M = 0.03
"""Lines between them stay at least this far inside."""
MANY_CORNERS = 250
"""An outline with more corners is smoothed, inwards, by up to `SMOOTH_M`."""
SMOOTH_M = 1.0
CORNER_M = 40.0
"""What a corner costs, in metres of flight: braking from 10 m/s and gathering speed again at 2.5 m/s2 takes 4 s."""
NOWHERE = -9999
"""Stands for the corner before one that no way leads to."""
SAG = 3.5e-8
"""Metres that an edge's middle moves, per square metre of its length, from one usual projection to another."""


class InnerPaths:
    """The inside of one area in metres."""

    def __init__(self, area: Polygon) -> None:
        """Raises BadPlan when `area` hangs together only by a neck too narrow to fly through."""
        self.area = area
        longest = max(math.dist(a, b) for ring in (area.exterior, *area.interiors) for a, b in pairwise(ring.coords))
        sag = SAG * longest**2
        self.flyable = self._shrunk(area, MARGIN_M + sag)
        self._allowed = area.buffer(-SIGHT_MARGIN_M - sag, join_style="mitre")
        shapely.prepare(self._allowed)
        self._corners = _inner_corners(self.flyable)
        self._reaches: dict[Point, Floats] = {}
        self._ways: dict[Point, tuple[Floats, NDArray[np.int64]]] = {}

    def path(self, start: Point, end: Point) -> list[Point]:
        """The best way from `start` to `end`, both in the flyable part, both included."""
        if start == end:
            return [start]
        if self.sees([(start, end)]):
            return [start, end]
        return [start, *self._round_corners(start, end), end]

    def sees(self, pieces: Sequence[tuple[Point, Point]]) -> bool:
        """Whether every one of the straight `pieces` lies inside."""
        return bool(shapely.covers(self._allowed, shapely.multilinestrings(np.array(pieces))))

    def costs(self, starts: Sequence[Point], ends: Sequence[Point]) -> Floats:
        """Metres from each start to its end, `CORNER_M` counted in for every corner between."""
        a = np.array(starts)
        b = np.array(ends)
        apart: Floats = np.linalg.norm(a - b, axis=1)
        for k in np.flatnonzero(~self._see(a, b) & (apart > 0)).tolist():
            total = self._beyond(starts[k])[0] + self._reach(ends[k])
            apart[k] = total.min(initial=math.inf) + CORNER_M
        return apart

    def nearest(self, point: Point) -> Point:
        """The point of the flyable part that is nearest to `point`."""
        place = shapely.Point(point)
        if self.flyable.covers(place):
            return point
        line = shapely.shortest_line(self.flyable, place)
        x, y = line.coords[0]
        return x, y

    def _shrunk(self, area: Polygon, margin: float) -> Polygon:
        if shapely.get_num_coordinates(area) > MANY_CORNERS:
            smooth = area.buffer(-SMOOTH_M, join_style="mitre").simplify(0.9 * SMOOTH_M)
            if isinstance(smooth, Polygon) and not smooth.is_empty and smooth.is_valid:
                return smooth
        shrunk = area.buffer(-margin, join_style="mitre")
        if not isinstance(shrunk, Polygon) or shrunk.is_empty:
            raise BadPlan(Message("routes.narrow_neck"))
        return shrunk

    def _see(self, starts: Floats, ends: Floats) -> NDArray[np.bool_]:
        lines = shapely.linestrings(np.stack([starts, ends], axis=1))
        return np.asarray(shapely.covers(self._allowed, lines))

    @cached_property
    def _graph(self) -> tuple[Floats, NDArray[np.int32]]:
        """Shortest distances between the corners, and the corner before each on the way."""
        count = len(self._corners)
        weights = np.zeros((count, count))
        rows, columns = np.triu_indices(count, 1)
        if len(rows):
            seen = self._see(self._corners[rows], self._corners[columns])
            apart = np.linalg.norm(self._corners[rows] - self._corners[columns], axis=1)
            weights[rows[seen], columns[seen]] = apart[seen] + CORNER_M
        return _shortest_ways(weights)

    def _round_corners(self, start: Point, end: Point) -> list[Point]:
        from_start, firsts = self._beyond(start)
        total = from_start + self._reach(end)
        if total.size == 0 or not np.isfinite(total.min()):
            raise BadPlan(Message("routes.no_way_inside"))
        last = int(total.argmin())
        first = int(firsts[last])
        before = self._graph[1]
        way = [last]
        while way[-1] != first:
            way.append(int(before[first, way[-1]]))
        return [(float(x), float(y)) for x, y in self._corners[way[::-1]]]

    def _beyond(self, point: Point) -> tuple[Floats, NDArray[np.int64]]:
        """Shortest distance to each corner, and the first corner on the way there."""
        if point not in self._ways:
            total = self._reach(point)[:, None] + self._graph[0]
            firsts = total.argmin(axis=0) if total.size else np.empty(0, dtype=np.int64)
            self._ways[point] = total[firsts, np.arange(len(firsts))], firsts
        return self._ways[point]

    def _reach(self, point: Point) -> Floats:
        """Straight distance to each corner that is in sight, infinite to the others."""
        if point in self._reaches:
            return self._reaches[point]
        apart: Floats = np.linalg.norm(self._corners - np.array(point), axis=1)
        if len(apart) == 0:
            return apart
        seen = self._see(np.broadcast_to(np.array(point), self._corners.shape), self._corners)
        self._reaches[point] = np.where(seen, apart, math.inf)
        return self._reaches[point]


def length(path: list[Point]) -> float:
    """Length of a polyline."""
    return sum(math.dist(a, b) for a, b in pairwise(path))


def _inner_corners(polygon: Polygon) -> Floats:
    """The corners that a shortest path may bend round: those where the inside takes more than a half turn."""
    corners = []
    tidy = shapely.orient_polygons(polygon)  # shell counter-clockwise, holes clockwise: the inside is on the left
    for ring in (tidy.exterior, *tidy.interiors):
        points = np.asarray(ring.coords)[:-1]
        before = points - np.roll(points, 1, axis=0)
        after = np.roll(points, -1, axis=0) - points
        turns_right = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0] < -1e-12
        corners.append(points[turns_right])
    return np.concatenate(corners)


def _shortest_ways(weights: Floats) -> tuple[Floats, NDArray[np.int32]]:
    """Shortest distances between all corners, and the corner before each on the way (Floyd 1962, Warshall 1962).

    `weights` holds the length of each edge above its diagonal, 0 where there is none.
    """
    count = len(weights)
    both = weights + weights.T
    distances = np.where(both > 0, both, np.inf)
    np.fill_diagonal(distances, 0.0)
    before = np.where(both > 0, np.arange(count, dtype=np.int32)[:, None], NOWHERE).astype(np.int32)
    through = np.empty_like(distances)
    for corner in range(count):
        np.add(distances[:, corner, None], distances[corner], out=through)
        shorter = through < distances
        np.copyto(distances, through, where=shorter)
        np.copyto(before, before[corner].copy(), where=shorter)
    return distances, before
