"""How many pictures show each point of an area: a raster over it, counted. Knows no flight: see `pictures`.

The raster lies along the long axis of the area. Its cost is bounded: an area of any size has about `INSIDE` points,
`distance_m` apart; a point is shown by a picture when its footprint holds it.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

from mission.ground import FlatTerrain, Terrain
from mission.routes.cameras import Camera
from mission.routes.pictures import Floats, Pictures, footprints
from mission.routes.transects import edges_of, spans, turned
from mission.zones.geometry import local_frame, to_metres
from telemetry.positions import LocalFrame

ENOUGH_IMAGES = 5
"""Pictures that are to show each point when nobody asks for another number: what photogrammetry programs recommend."""
INSIDE = 40_000
"""Points within the area, about."""
MOST_POINTS = 400_000
"""Points of the whole raster."""
ROWS_AT_ONCE = 400_000
"""Rows of footprints that are worked out together."""


@dataclass(frozen=True)
class ImageCount:
    """The pictures that show each point of an area."""

    counts: NDArray[np.int32]
    """(rows, columns) of the raster, also outside the area."""
    inside: NDArray[np.bool_]
    """(rows, columns) which points lie within the area."""
    distance_m: float
    """Between neighbouring points."""
    frame: LocalFrame
    turn: float
    """Radians counter-clockwise from east to the rows of the raster."""
    corner: tuple[float, float]
    """Metres of the first point, in the frame turned by `turn`."""

    @cached_property
    def seen(self) -> NDArray[np.int32]:
        """Pictures of each point of the area."""
        return np.asarray(self.counts[self.inside])

    @property
    def least(self) -> int:
        """Pictures that show the point shown least."""
        return int(self.seen.min())

    @property
    def middle(self) -> float:
        """Pictures that show half of the points at least (median)."""
        return float(np.median(self.seen))

    def short_fraction(self, wanted: int) -> float:
        """Part of the area, 0..1, that fewer than `wanted` pictures show."""
        return float((self.seen < wanted).mean())

    def short_m2(self, wanted: int) -> float:
        """The same in square metres."""
        return int((self.seen < wanted).sum()) * self.distance_m**2

    @property
    def worst_place(self) -> tuple[float, float]:
        """(lat, lon) of a point that is shown least: of those the one nearest to their middle."""
        rows, columns = np.nonzero(self.inside & (self.counts == self.least))
        nearest = int(np.argmin((rows - rows.mean()) ** 2 + (columns - columns.mean()) ** 2))
        return self.place(float(rows[nearest]), float(columns[nearest]))

    def place(self, row: float, column: float) -> tuple[float, float]:
        """(lat, lon) of a point of the raster; halves lie between points."""
        there = np.array([self.corner[0] + column * self.distance_m, self.corner[1] + row * self.distance_m])
        return self.frame.to_degrees(*turned(there, self.turn).tolist())

    def as_json(self, wanted: int) -> dict[str, Any]:
        """The numbers that a summary and a verdict hold."""
        lat, lon = self.worst_place
        return {
            "wanted": wanted,
            "least": self.least,
            "middle": self.middle,
            "short_fraction": round(self.short_fraction(wanted), 4),
            "worst_lat": round(lat, 6),
            "worst_lon": round(lon, 6),
            "distance_m": round(self.distance_m, 2),
        }


def count_images(area: Polygon, pictures: Pictures, camera: Camera, terrain: Terrain | None = None) -> ImageCount:
    """The pictures that show each point of `area`, a polygon in longitude and latitude degrees.

    Raises BadInput where the terrain is not known.
    """
    frame = local_frame(area)
    turn, raster = _raster(to_metres(area, frame))
    quads: Floats = np.asarray(turned(footprints(pictures, camera, terrain or FlatTerrain(), frame), -turn))
    counts = np.zeros((raster.rows, raster.columns), dtype=np.int32)
    quads = quads[np.isfinite(quads).all(axis=(1, 2))]
    high = np.ptp(quads[:, :, 1], axis=1).max(initial=0.0) / raster.step
    at_once = max(1, int(ROWS_AT_ONCE / (high + 1)))
    for first in range(0, len(quads), at_once):
        counts += raster.filled(quads[first : first + at_once])
    return ImageCount(counts, raster.inside, raster.step, frame, turn, (raster.west, raster.south))


@dataclass(frozen=True)
class _Raster:
    """Points over an area that lies along it."""

    west: float
    south: float
    step: float
    rows: int
    columns: int
    inside: NDArray[np.bool_]

    def filled(self, quads: Floats) -> NDArray[np.int32]:
        """(rows, columns) how many of the convex `quads`, shape (n, 4, 2), hold each point."""
        low = quads[:, :, 1].min(axis=1)
        high = quads[:, :, 1].max(axis=1)
        first = np.clip(np.ceil((low - self.south) / self.step), 0, self.rows).astype(np.int64)
        last = np.clip(np.floor((high - self.south) / self.step) + 1, 0, self.rows).astype(np.int64)
        count = np.maximum(last - first, 0)
        quad = np.repeat(np.arange(len(quads)), count)
        row = np.arange(len(quad)) + np.repeat(first - np.cumsum(count) + count, count)
        begin, end = _crossed(quads[quad], self.south + self.step * row)
        begin = np.clip(np.ceil((begin - self.west) / self.step), 0, self.columns)
        end = np.clip(np.floor((end - self.west) / self.step) + 1, 0, self.columns)
        return self.gathered(row, begin.astype(np.int64), np.maximum(begin, end).astype(np.int64))

    def gathered(self, row: NDArray[np.int64], begin: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.int32]:
        """(rows, columns) how many of the stretches of columns hold each point."""
        wide = self.columns + 1
        size = self.rows * wide
        change = np.bincount(row * wide + begin, minlength=size) - np.bincount(row * wide + end, minlength=size)
        return np.cumsum(change.reshape(self.rows, wide), axis=1, dtype=np.int32)[:, :-1]


def _crossed(quads: Floats, level: Floats) -> tuple[Floats, Floats]:
    """Where a level line at `level` enters and leaves each of the convex `quads`; begins after its end if never."""
    x = quads[:, :, 0]
    y = quads[:, :, 1]
    x1 = np.roll(x, -1, axis=1)
    y1 = np.roll(y, -1, axis=1)
    level = level[:, None]
    crosses = (y <= level) != (y1 <= level)
    with np.errstate(divide="ignore", invalid="ignore"):
        where = x + (level - y) * (x1 - x) / (y1 - y)
    return np.where(crosses, where, np.inf).min(axis=1), np.where(crosses, where, -np.inf).max(axis=1)


def _raster(metres: Polygon) -> tuple[float, _Raster]:
    """The raster over an area, and by how much it is turned."""
    box = shapely.get_coordinates(shapely.oriented_envelope(metres))
    sides = np.diff(box[:3], axis=0)
    along = sides[int(np.argmax(np.hypot(*sides.T)))]
    turn = math.atan2(along[1], along[0])
    edges = edges_of(metres, -turn)
    west = edges[:, [0, 2]].min()
    south = edges[:, [1, 3]].min()
    east = edges[:, [0, 2]].max()
    north = edges[:, [1, 3]].max()
    step = math.sqrt(max(metres.area / INSIDE, (east - west) * (north - south) / MOST_POINTS))
    columns = max(1, math.floor((east - west) / step))
    rows = max(1, math.floor((north - south) / step))
    west += (east - west - (columns - 1) * step) / 2
    south += (north - south - (rows - 1) * step) / 2
    row, low, high = spans(edges, south + step * np.arange(rows))
    begin = np.clip(np.ceil((low - west) / step), 0, columns).astype(np.int64)
    end = np.clip(np.floor((high - west) / step) + 1, 0, columns).astype(np.int64)
    empty = _Raster(west, south, step, rows, columns, np.zeros((rows, columns), dtype=np.bool_))
    inside = empty.gathered(row, begin, np.maximum(begin, end)) > 0
    if not inside.any():
        inside = np.ones_like(inside)
    return turn, _Raster(west, south, step, rows, columns, inside)
