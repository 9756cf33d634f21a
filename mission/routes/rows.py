"""Where the lines over an area with notches or holes should lie: not evenly, but so that little is left beside an edge.

Flat metres. A shortest path from line to line over a grid of heights: each line costs its metres and corners, each gap
between two lines what neither of them sees. Cuts no line and puts nothing in order.
"""

import numpy as np
from numpy.typing import NDArray
from shapely import Polygon

from mission.routes.inner_paths import CORNER_M
from mission.routes.transects import Floats, Transects, edges_of, spans, transects_over

STEPS = 10
"""Heights to the spacing."""
COLUMNS = 120
WIDEST = 13
"""Steps between neighbouring lines, at most."""
MOST_HEIGHTS = 700
MISSED_M = 9.0
"""Metres of flight that it takes to see what is missed, for each metre of line that it is worth."""


def uneven_transects(polygon: Polygon, spacing: float, angle: float) -> Transects | None:
    """Lines in the direction `angle` over `polygon`, placed one by one; None where the area is too large for that."""
    edges = edges_of(polygon, -angle)
    south = float(edges[:, 1].min())
    north = float(edges[:, 1].max())
    step = spacing / STEPS
    count = int(np.ceil((north - south) / step))
    if count > MOST_HEIGHTS or count < STEPS:
        return None
    west = float(edges[:, 0].min())
    east = float(edges[:, 0].max())
    wide = (east - west) / COLUMNS
    marks = west + wide * (np.arange(COLUMNS) + 0.5)
    heights = south + step * np.arange(1, count)
    row, low, high = spans(edges, heights)
    crossed = _filled(row, low, high, marks, len(heights))
    ground = _filled(*spans(edges, south + step * (np.arange(count) + 0.5)), marks, count)
    cost = np.bincount(row, high - low, len(heights)) + np.bincount(row, minlength=len(heights)) * (
        2 * CORNER_M + spacing / 2
    )
    chosen = _chosen(crossed, ground, cost, MISSED_M * wide / STEPS)
    if not len(chosen):
        return None
    return transects_over(polygon, edges, angle, heights[chosen])


def missed_m2(polygon: Polygon, lines: Transects, spacing: float) -> float:
    """Square metres of `polygon` that no line passes within half a spacing of; ends and turns see nothing here."""
    edges = edges_of(polygon, -lines.angle)
    south = float(edges[:, 1].min())
    north = float(edges[:, 1].max())
    west = float(edges[:, 0].min())
    east = float(edges[:, 0].max())
    count = min(MOST_HEIGHTS, int(np.ceil((north - south) / spacing * STEPS)) + 1)
    step = (north - south) / count
    wide = (east - west) / COLUMNS
    marks = west + wide * (np.arange(COLUMNS) + 0.5)
    heights = south + step * (np.arange(count) + 0.5)
    ground = _filled(*spans(edges, heights), marks, count)
    first, last = np.searchsorted(heights, [lines.height - spacing / 2, lines.height + spacing / 2])
    left, right = np.searchsorted(marks, [lines.low, lines.high])
    for a, b, c, d in zip(first.tolist(), last.tolist(), left.tolist(), right.tolist(), strict=True):
        ground[a:b, c:d] = False
    return float(ground.sum()) * step * wide


def _filled(row: NDArray[np.int64], low: Floats, high: Floats, marks: Floats, rows: int) -> NDArray[np.bool_]:
    """(rows, columns) which marks lie within a piece."""
    edge = np.zeros((rows, len(marks) + 1), dtype=np.int32)
    np.add.at(edge, (row, np.searchsorted(marks, low)), 1)
    np.add.at(edge, (row, np.searchsorted(marks, high)), -1)
    return np.asarray(np.cumsum(edge, axis=1)[:, :-1] > 0)


def _chosen(crossed: NDArray[np.bool_], ground: NDArray[np.bool_], cost: Floats, price: float) -> NDArray[np.int64]:
    """Which heights get a line. Height k lies between the ground rows k and k + 1."""
    heights = len(crossed)
    reach = STEPS // 2
    below = np.vstack([np.zeros((1, ground.shape[1]), dtype=np.int64), np.cumsum(ground, axis=0)])
    columns = np.arange(ground.shape[1])
    # Seen rows of ground for height k: k + 1 - reach up to k + reach. An edge of the area is a line that sees nothing.
    seen_to = np.vstack(
        [np.zeros((1, len(columns)), dtype=np.int64), np.arange(1, heights + 1)[:, None] + reach * crossed]
    )
    seen_from = np.vstack(
        [np.arange(1, heights + 1)[:, None] - reach * crossed, np.full((1, len(columns)), heights + 1, dtype=np.int64)]
    )
    last = heights + 1
    missed = np.full((WIDEST + 1, heights + 2), np.inf)
    for apart in range(1, min(WIDEST, last) + 1):
        to = np.minimum(seen_to[: last + 1 - apart], last)
        start = np.maximum(seen_from[apart - 1 :], 0)
        start = np.maximum(start, to)
        missed[apart, apart:] = (below[start, columns] - below[to, columns]).sum(axis=1) * price
    best = np.full(last + 1, np.inf)
    before = np.zeros(last + 1, dtype=np.int64)
    best[0] = 0
    full_cost = np.concatenate([[0.0], cost, [0.0]])
    for k in range(1, last + 1):
        reachable = np.arange(1, min(WIDEST, k) + 1)
        options = best[k - reachable] + missed[reachable, k]
        pick = int(options.argmin())
        best[k], before[k] = options[pick] + full_cost[k], k - reachable[pick]
    chain = []
    k = int(before[last])
    while k > 0:
        chain.append(k - 1)
        k = int(before[k])
    return np.array(chain[::-1], dtype=np.int64)
