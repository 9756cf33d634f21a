"""A survey's track in flat metres: its corners, what each piece between two of them is for, and what it covers."""

import math
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from mission.routes.inner_paths import InnerPaths, Point
from mission.routes.route import LegKind

TOGETHER = 32
"""Pieces whose surroundings are drawn together; drawn all at once, a long track that crosses itself takes longer."""


@dataclass
class Track:
    """Corners in flying order, and for each piece between two of them what it is for."""

    points: list[Point]
    kinds: list[LegKind]
    camera: list[bool]

    def covered(self, reach: float, *, round_ends: bool = False) -> BaseGeometry:
        """Everything within `reach` metres of a piece on which pictures are taken.

        Nothing beyond where the camera is turned on or off counts, but with `round_ends` half a disc does.
        """
        caps: Literal["round", "flat"] = "round" if round_ends else "flat"
        runs: list[list[Point]] = []
        at = 0
        for on, run in groupby(self.camera):
            count = len(list(run))
            if on:
                # One piece more at the beginning, so that the corner between two parts is covered as any other.
                runs += [
                    self.points[max(k - 1, at) : min(k + TOGETHER, at + count) + 1]
                    for k in range(at, at + count, TOGETHER)
                ]
            at += count
        around = shapely.buffer([shapely.LineString(run) for run in runs], reach, quad_segs=8, cap_style=caps)
        return shapely.union_all(shapely.make_valid(around))

    def drawn_out(self, by: float, inside: InnerPaths) -> "Track":
        """The track begun up to `by` metres earlier and ended as much later, as far as that stays inside."""
        begin = _beyond(self.points[1], self.points[0], by, inside)
        end = _beyond(self.points[-2], self.points[-1], by, inside)
        return Track([begin, *self.points[1:-1], end], self.kinds, self.camera)

    def from_home(self, home: Point | None) -> "Track":
        """The track in the direction that begins at its end nearest home."""
        if home is None or math.dist(home, self.points[0]) <= math.dist(home, self.points[-1]):
            return self
        return Track(self.points[::-1], self.kinds[::-1], self.camera[::-1])


def _beyond(before: Point, end: Point, by: float, inside: InnerPaths) -> Point:
    """The point up to `by` metres past `end` on the way from `before`."""
    length = math.dist(before, end)
    for part in (1.0, 0.75, 0.5, 0.25):
        far = by * part / max(length, 1e-9)
        there = (end[0] + (end[0] - before[0]) * far, end[1] + (end[1] - before[1]) * far)
        if inside.flyable.covers(shapely.Point(there)) and inside.sees([(end, there)]):
            return there
    return end


def covered_fraction(area: Polygon, track: Track, reach: float, *, round_ends: bool = False) -> float:
    """Part of `area` within `reach` metres of the pieces on which pictures are taken, as `Track.covered`."""
    seen = track.covered(reach, round_ends=round_ends)
    return 1 - float(area.difference(seen).area) / float(area.area)
