"""Areas of two hundred corners, for timing the planner: hand-made and seeded ones of several kinds.

Everything here is invented, in metres east and north; nothing of it is a real place.
"""

import math
import random
from itertools import pairwise

import numpy as np
import shapely
from shapely import Polygon
from shapely.affinity import scale, translate

from benchmarks._coverage_areas import CONCAVE, CONVEX, HOLES, Area, comb, less, regular, star


def of_200_vertices() -> list[Area]:
    """All of them, always the same ones."""
    rnd = random.Random("two hundred")
    rough = [240 * rnd.uniform(0.8, 1.2) for _ in range(200)]
    ragged = [260 * rnd.uniform(0.35, 1.0) for _ in range(200)]
    holes = [translate(regular(20, 35), x, y) for x in (-120, 0, 120) for y in (-70, 70)]
    gears = [translate(star(20, 40, 26), x, y) for x in (-90, 90) for y in (-90, 90)]
    return [
        Area(CONVEX, "ellipse", 25, scale(regular(200, 100), 4, 2)),
        Area(CONCAVE, "rough circle", 25, _round(rough)),
        Area(CONCAVE, "ragged circle", 25, _round(ragged)),
        Area(CONCAVE, "star of 100 spikes", 25, star(100, 260, 200)),
        Area(CONCAVE, "star of 100 long spikes", 20, star(100, 300, 120)),
        Area(CONCAVE, "star of 20 spikes, finely drawn", 25, shapely.segmentize(star(20, 300, 200), 23)),
        Area(HOLES, "ellipse with six round holes", 25, less(scale(regular(80, 200), 1.2, 0.9), *holes)),
        Area(HOLES, "disc with four gears", 20, less(regular(40, 220), *gears)),
        Area(CONCAVE, "comb of 50 teeth", 20, comb([(20 * k, 20 * k + 12) for k in range(50)], 992, 80, 180)),
        Area(CONCAVE, "spiral of three turns", 20, _spiral(100, 3, 60)),
        *(Area(CONCAVE, f"tangle {number}", 20, _tangle(random.Random(f"tangle {number}"))) for number in (1, 2, 3)),
    ]


def _round(radii: list[float]) -> Polygon:
    turn = 2 * math.pi / len(radii)
    return Polygon([(r * math.cos(k * turn), r * math.sin(k * turn)) for k, r in enumerate(radii)])


def _spiral(corners: int, turns: int, apart: float) -> Polygon:
    """A band that winds outwards, half as wide as its turns are apart, with so many corners on either side."""
    angles = [2 * math.pi * turns * k / (corners - 1) for k in range(corners)]
    sides = [
        [(r * math.cos(a), r * math.sin(a)) for a in angles for r in (apart * (0.5 + more + a / (2 * math.pi)),)]
        for more in (0.0, 0.5)
    ]
    return Polygon([*sides[0], *sides[1][::-1]])


def _tangle(rnd: random.Random) -> Polygon:
    """Two hundred random corners joined in an order whose edges do not cross: crossings are turned out of it."""
    points = np.array([(rnd.uniform(0, 700), rnd.uniform(0, 500)) for _ in range(200)])
    ring = sorted(range(200), key=lambda k: math.atan2(points[k, 1] - 250, points[k, 0] - 350))
    crossed = True
    while crossed:
        crossed = False
        for k in range(198):
            edges = np.array(shapely.linestrings(points[[*pairwise([*ring, ring[0]])]]))
            for other in np.flatnonzero(shapely.crosses(edges[k], edges[k + 2 :])).tolist()[:1]:
                ring[k + 1 : k + 3 + other] = ring[k + 1 : k + 3 + other][::-1]
                crossed = True
    return Polygon(points[ring])
