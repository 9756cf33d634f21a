"""Finding the outlines that volumes touch in place and height, many against many. Knows no zone and no time.

Volumes that lie near each other are first taken together: an outline that covers the box of them all is met by each,
one that misses it by none, and only where an edge passes between them is each asked for itself.
"""

import threading
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from mission.airspace.outlines import copies
from mission.airspace.volume import Volume
from telemetry.errors import BadGeometry

EDGE_M = 0.01
"""Height that counts as touching."""
TOGETHER = 24
"""Volumes in a group."""
Floats = NDArray[np.float64]
Numbers = NDArray[np.intp]


class Pairs(NamedTuple):
    """Things that touch, by number: the one asked about, and the entry of the index."""

    asked: Numbers
    entry: Numbers


class VolumeQuery(NamedTuple):
    """Volumes as arrays, in an order in which neighbours are near each other."""

    number: Numbers
    """Which volume of the question it is."""
    footprint: NDArray[np.object_]
    box: Floats
    """West, south, east, north."""
    band: Floats
    """Rows, metres: lowest and highest above the sea, lowest and highest above the ground."""

    def together(self, size: int) -> "VolumeQuery":
        """Groups of `size` neighbours as if each were one volume; their footprints are boxes."""
        starts = np.arange(0, len(self.number), size)
        low, high = (reduce.reduceat(self.box, starts) for reduce in (np.minimum, np.maximum))
        box = np.column_stack([low[:, :2], high[:, 2:]])
        lowest, highest = (reduce.reduceat(self.band, starts, axis=1) for reduce in (np.minimum, np.maximum))
        band = np.stack([lowest[0], highest[1], lowest[2], highest[3]])
        return VolumeQuery(np.arange(len(starts)), np.asarray(shapely.box(*box.T)), box, band)


class Index:
    """Outlines with their heights. Never changes; threads take turns in it, as the geometry library wants it."""

    def __init__(self, outlines: NDArray[np.object_], heights: Floats) -> None:
        """`heights` has a row an outline: floor, floor's share of the ground, ceiling, ceiling's share of it."""
        self.bounds = shapely.bounds(outlines).reshape(-1, 4)
        self._outlines, self._heights = outlines, np.ascontiguousarray(heights.T)
        self._tree = STRtree(outlines)
        self._turn = threading.Lock()
        shapely.prepare(outlines)

    def meeting(self, volumes: Sequence[Volume]) -> Pairs:
        """Which volumes (by their place in `volumes`) touch which outlines in place and height; pairs may repeat.

        Raises BadGeometry for a volume without a place.
        """
        each = _asked(volumes)
        groups = each.together(TOGETHER)
        all_of_them = each.together(len(each.number))
        with self._turn:
            every, some = self._split(all_of_them, Pairs(*self._tree.query(all_of_them.footprint)))
            whole, part = self._split(
                groups, self._boxes(groups, _within(some, len(groups.number), len(groups.number)))
            )
            one_by_one = self._boxes(each, _within(part, TOGETHER, len(each.number)))
            touch = shapely.intersects(self._outlines[one_by_one.entry], each.footprint[one_by_one.asked])
        sure = (_within(every, len(each.number), len(each.number)), _within(whole, TOGETHER, len(each.number)))
        asked = np.concatenate([one_by_one.asked[touch], *(pairs.asked for pairs in sure)])
        entry = np.concatenate([one_by_one.entry[touch], *(pairs.entry for pairs in sure)])
        there = self._as_high(each, Pairs(asked, entry))
        return Pairs(each.number[there.asked], there.entry)

    def _split(self, groups: VolumeQuery, pairs: Pairs) -> tuple[Pairs, Pairs]:
        """Pairs of a group and an outline that covers all of it, and those where only some of it may touch."""
        asked, entry = self._as_high(groups, pairs)
        outlines = self._outlines[entry]
        boxes = groups.footprint[asked]
        whole = shapely.covers(outlines, boxes)
        part = ~whole
        part[part] = shapely.intersects(outlines[part], boxes[part])
        return Pairs(asked[whole], entry[whole]), Pairs(asked[part], entry[part])

    def _boxes(self, asked: VolumeQuery, pairs: Pairs) -> Pairs:
        """Those whose boxes touch, and whose heights do."""
        a = asked.box[pairs.asked]
        b = self.bounds[pairs.entry]
        near = (a[:, 0] <= b[:, 2]) & (a[:, 2] >= b[:, 0]) & (a[:, 1] <= b[:, 3]) & (a[:, 3] >= b[:, 1])
        return self._as_high(asked, Pairs(pairs.asked[near], pairs.entry[near]))

    def _as_high(self, asked: VolumeQuery, pairs: Pairs) -> Pairs:
        """Those whose heights touch. Written so that a height that is not a number counts as touching."""
        sea_low, sea_high, ground_low, ground_high = asked.band[:, pairs.asked]
        floor, floor_on_ground, ceiling, ceiling_on_ground = self._heights[:, pairs.entry]
        upper = np.where(floor_on_ground == 1, ground_high, sea_high)
        lower = np.where(ceiling_on_ground == 1, ground_low, sea_low)
        there = ~((upper < floor - EDGE_M) | (lower > ceiling + EDGE_M))
        return Pairs(pairs.asked[there], pairs.entry[there])


def _within(pairs: Pairs, size: int, count: int) -> Pairs:
    """The pairs of groups of `size` as pairs of their members, of which there are `count`."""
    members = (pairs.asked[:, None] * size + np.arange(size)).ravel()
    entry = np.repeat(pairs.entry, size)
    return Pairs(members[members < count], entry[members < count])


def _asked(volumes: Sequence[Volume]) -> VolumeQuery:
    """Volumes as arrays, those at the antimeridian on each turn of the globe where an outline may be."""
    footprints = _footprints(volumes)
    boxes = shapely.bounds(footprints)
    number = np.arange(len(volumes))
    far = np.flatnonzero((boxes[:, 0] <= -180) | (boxes[:, 2] >= 180) | (boxes[:, 2] - boxes[:, 0] > 180))
    if len(far):
        near = np.setdiff1d(number, far)
        turned = [(place, copy) for place in far for copy in copies(footprints[place])]
        number = np.concatenate([near, [place for place, _ in turned]])
        footprints = np.concatenate([footprints[near], np.array([copy for _, copy in turned], dtype=np.object_)])
        boxes = shapely.bounds(footprints)
    band = np.array([_heights(volume) for volume in volumes], dtype=np.float64).T
    order = _neighbours(boxes)
    return VolumeQuery(number[order], footprints[order], boxes[order], band[:, number[order]])


def _heights(volume: Volume) -> tuple[float, float, float, float]:
    sea = volume.above_sea
    ground = volume.above_ground
    return sea.low_m, sea.high_m, ground.low_m, ground.high_m


def _footprints(volumes: Sequence[Volume]) -> NDArray[np.object_]:
    """Where the volumes are; one that crosses itself counts with all that it surrounds. Raises BadGeometry."""
    footprints = np.array([v.footprint for v in volumes], dtype=np.object_)
    crossed = ~shapely.is_valid(footprints)
    if crossed.any():
        footprints[crossed] = shapely.convex_hull(footprints[crossed])
    lost = np.flatnonzero(shapely.is_empty(footprints) | ~np.isfinite(shapely.bounds(footprints)).all(axis=1))
    if len(lost):
        raise BadGeometry(f"leg {lost[0] + 1} covers no place, so no zone can be looked up for it; draw it again")
    return footprints


def _neighbours(boxes: Floats) -> Numbers:
    """An order of boxes along a curve that keeps near ones near (Morton 1966): the bits of both axes take turns."""
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    span = np.ptp(middle, axis=0)
    cell = ((middle - middle.min(axis=0)) / np.where(span > 0, span, 1) * 0xFFFF).astype(np.int64)
    key = np.zeros(len(boxes), dtype=np.int64)
    for bit in range(16):
        key |= ((cell[:, 0] >> bit) & 1) << (2 * bit) | ((cell[:, 1] >> bit) & 1) << (2 * bit + 1)
    return np.argsort(key, kind="stable")
