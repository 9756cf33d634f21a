"""Parallel rows that go on beyond the outline of an area, for pictures of its edges, and their order. Counts nothing.

Flat metres. Where the camera is off between rows, each row begins with a picture where its lead-in begins.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Polygon

from mission.routes.inner_paths import CORNER_M, InnerPaths, Point
from mission.routes.ordering import PieceOrder
from mission.routes.route import LegKind
from mission.routes.track import Track
from mission.routes.transects import Floats, Transects, edges_of, spans

LEVELS = 5
"""Lines across the band of a row at which the area is measured."""
JOINED_M = 20.0
"""Pieces of one row that are not farther apart are flown in one: to stop twice takes longer."""
BESIDE_ROW_M = 1.0
"""What is flown from row to row stays in the area with its margins, and this far round each row."""


@dataclass(frozen=True)
class RowPlan:
    """How rows lie over an area."""

    spacing: float
    """Metres between rows, at most."""
    beside: float = 0.0
    """Metres beyond the outline that the bands of the rows reach sideways."""
    beyond: float = 0.0
    """Metres that each row goes on at either end."""
    fewest: int = 1
    """Rows at least."""


def rows_over(area: Polygon, angle: float, plan: RowPlan) -> Transects:
    """The rows in the direction `angle`, evenly; each as long as the area within its own band, and `beyond`."""
    edges = edges_of(area, -angle)
    south = float(edges[:, 1].min())
    north = float(edges[:, 1].max())
    wide = north - south + 2 * plan.beside
    count = max(plan.fewest, math.ceil(wide / plan.spacing - 1e-3))
    gap = wide / count
    heights = south - plan.beside + gap * (np.arange(count) + 0.5)
    short = min(gap / 20, (north - south) / 100)
    levels = heights[:, None] + gap * np.linspace(-0.5, 0.5, LEVELS)
    line, low, high = spans(edges, np.clip(levels, south + short, north - short).ravel())
    row, low, high = _joined(line // LEVELS, low - plan.beyond, high + plan.beyond)
    return Transects(angle, row, low, high, heights[row], float(area.area))


def _joined(row: NDArray[np.int64], low: Floats, high: Floats) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Stretches of one row that overlap or nearly meet, made one; sorted by row and beginning."""
    order = np.lexsort((low, row))
    pieces: list[tuple[int, float, float]] = []
    for number, begin, end in zip(row[order].tolist(), low[order].tolist(), high[order].tolist(), strict=True):
        if pieces and pieces[-1][0] == number and begin <= pieces[-1][2] + JOINED_M:
            pieces[-1] = (number, pieces[-1][1], max(pieces[-1][2], end))
        else:
            pieces.append((number, begin, end))
    rows, begins, ends = zip(*pieces, strict=True)
    return np.array(rows, dtype=np.int64), np.array(begins), np.array(ends)


class RowOrder:
    """Rows in one or several directions, in the order in which they are flown."""

    def __init__(self, sets: list[Transects], inside: InnerPaths, home: Point | None) -> None:
        """`inside` is where the ways from row to row lie."""
        self._inside = inside
        strips: list[list[int]] = []
        size = 0
        for rows in sets:
            strips += [[piece + size for piece in strip] for strip in rows.strips()]
            size += len(rows.row)
        self._metres = sum(rows.metres for rows in sets)
        self._size = size
        self._order = PieceOrder(np.concatenate([rows.ends() for rows in sets]), strips, self._inside, home)

    @cached_property
    def metres(self) -> float:
        """Metres flown, corners counted in, as far as that shows before the order is improved."""
        return self._metres + self._order.between_m + 2 * CORNER_M * self._size

    def track(self, *, camera_in_turns: bool) -> Track:
        """The rows with the ways between them."""
        self._order.improve()
        line = self._order.line
        track = Track([line[0][0]], [], [])
        for begin, end in line:
            for point in self._inside.path(track.points[-1], begin)[1:]:
                track.points.append(point)
                track.kinds.append(LegKind.TURN)
                track.camera.append(camera_in_turns)
            track.points.append(end)
            track.kinds.append(LegKind.TRANSECT)
            track.camera.append(True)
        return track


def flyable_round(area: Polygon, sets: list[Transects], reach: float) -> Polygon:
    """The area with a margin of `reach` metres and a narrow strip round each row, in one piece."""
    rows = [LineString(ends).buffer(BESIDE_ROW_M, cap_style="square") for each in sets for ends in each.ends()]
    whole = shapely.union_all([area.buffer(reach + BESIDE_ROW_M, join_style="mitre"), *rows])
    if isinstance(whole, Polygon):
        return whole
    hull = shapely.convex_hull(whole)
    return Polygon(shapely.get_coordinates(hull))
