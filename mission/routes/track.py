"""A survey's track in flat metres: its corners, what each piece between two of them is for, and what it covers."""

import math
from dataclasses import dataclass
from itertools import groupby

import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from mission.routes.inside import Point
from mission.routes.route import LegKind

TOGETHER = 32
"""Pieces whose surroundings are drawn together; drawn all at once, a long track that crosses itself takes longer."""


@dataclass
class Track:
    """Corners in flying order, and for each piece between two of them what it is for."""

    points: list[Point]
    kinds: list[LegKind]
    camera: list[bool]

    def covered(self, reach: float) -> BaseGeometry:
        """Everything within `reach` metres of a piece on which pictures are taken."""
        runs: list[list[Point]] = []
        at = 0
        for on, run in groupby(self.camera):
            count = len(list(run))
            if on:
                runs += [self.points[k : min(k + TOGETHER, at + count) + 1] for k in range(at, at + count, TOGETHER)]
            at += count
        around = shapely.buffer([shapely.LineString(run) for run in runs], reach, quad_segs=8)
        return shapely.union_all(shapely.make_valid(around))

    def from_home(self, home: Point | None) -> "Track":
        """The track in the direction that begins at its end nearest home."""
        if home is None or math.dist(home, self.points[0]) <= math.dist(home, self.points[-1]):
            return self
        return Track(self.points[::-1], self.kinds[::-1], self.camera[::-1])


def covered_fraction(area: Polygon, track: Track, reach: float) -> float:
    """Part of `area` within `reach` metres of the pieces on which pictures are taken."""
    return 1 - float(area.difference(track.covered(reach)).area) / float(area.area)
