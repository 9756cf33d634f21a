"""QGroundControl's corridor scan without stored items: its line offset to both sides, by its own rule.

Rule: QGroundControl src/MissionManager/CorridorScanComplexItem.cc (_rebuildTransectsPhase1).
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from mission.formats.qgc.pattern import PatternSettings, Point, camera_of, extended, items_of, lawnmower
from mission.parsing import bounded
from telemetry.positions import LocalFrame
from telemetry.transfer.mission_items import MissionItem

OTHER_SIDE = (1, 3)
OTHER_END = (2, 3)
"""EntryPoint."""
SHARPEST = 0.05
"""Cosine below which a bend's corner is not moved out to where the offset edges meet: it would be far away."""


def expand(document: dict[str, Any], place: str) -> list[MissionItem]:
    """The items of a corridor scan. Raises BadPlan."""
    corridor = PatternSettings(document, place)
    corners = corridor.corners("polyline", 2)
    style = corridor.inner("TransectStyleComplexItem")
    camera = camera_of(style)
    width = corridor.number("CorridorWidth", 0, 1e5)
    spacing = camera.line_spacing_m
    count = max(1, math.ceil(width / spacing))
    bounded.want_count(count * len(corners), place)
    frame = LocalFrame(*corners[0])
    line = _without_doubles([frame.to_metres(*corner) for corner in corners])
    offsets = [0.0]
    if count > 1:
        offsets = [width / 2 - spacing / 2 - number * spacing for number in range(count)]
    transects = [offset_line(line, by) for by in offsets]
    entry = int(corridor.number("EntryPoint", 0, 3, 0))
    if entry in OTHER_SIDE:
        transects = transects[::-1]
    if entry in OTHER_END:
        transects = [transect[::-1] for transect in transects]
    turnaround = style.number("TurnAroundDistance", -1e5, 1e5, 0)
    return items_of([extended(transect, turnaround) for transect in lawnmower(transects)], camera, frame, place)


def offset_line(line: Sequence[Point], by: float) -> Sequence[Point]:
    """`line` moved `by` metres to the left, its corners where the moved edges meet."""
    normals = []
    for (x0, y0), (x1, y1) in pairwise(line):
        length = math.hypot(x1 - x0, y1 - y0)
        normals.append((-(y1 - y0) / length, (x1 - x0) / length))
    moved = []
    for point, before, after in zip(line, [normals[0], *normals], [*normals, normals[-1]], strict=True):
        middle = (before[0] + after[0]) / 2, (before[1] + after[1]) / 2
        square = middle[0] ** 2 + middle[1] ** 2
        shift = (middle[0] / square, middle[1] / square) if square > SHARPEST else before
        moved.append((point[0] + by * shift[0], point[1] + by * shift[1]))
    return moved


def _without_doubles(line: Sequence[Point]) -> list[Point]:
    return [line[0], *(b for a, b in pairwise(line) if math.dist(a, b) > 1e-6)]
