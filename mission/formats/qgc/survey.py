"""QGroundControl's survey without stored items: its transects by its own rule, concave areas crossed as it does.

Rule: QGroundControl src/MissionManager/SurveyComplexItem.cc (_rebuildTransectsPhase1). Our own planner is in
`mission.routes`; this is only what the file's author saw on the screen.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from mission.formats.qgc.pattern import (
    PatternCamera,
    PatternSettings,
    Point,
    Transect,
    camera_of,
    extended,
    items_of,
    lawnmower,
)
from mission.parsing import bounded
from telemetry.positions import LocalFrame
from telemetry.transfer.mission_items import MissionItem

FUDGE_M = 2_000.0
"""How much longer than the area the fan of lines is."""
REVERSE_POINTS = (2, 3)
REVERSE_LINES = (1, 3)
"""entryLocation: 0 top left, 1 top right, 2 bottom left, 3 bottom right."""

Lines = list[Sequence[Point]]


def expand(document: dict[str, Any], place: str) -> list[MissionItem]:
    """The items of a survey of any known version. Raises BadPlan."""
    survey = PatternSettings(document, place)
    corners = survey.corners("polygon", 3)
    if "TransectStyleComplexItem" in document:
        style = survey.inner("TransectStyleComplexItem")
        camera = camera_of(style)
        turnaround = style.number("TurnAroundDistance", -1e5, 1e5, 0)
        angle = survey.number("angle", -360, 360)
        entry = survey.number("entryLocation", 0, 3, 0)
        refly = style.flag("Refly90Degrees")
        alternate = survey.flag("flyAlternateTransects")
    else:
        camera = _old_camera(survey)
        grid = survey.inner("grid")
        turnaround = grid.number("turnAroundDistance", -1e5, 1e5, 0)
        angle = grid.number("angle", -360, 360)
        entry = grid.number("entryLocation", 0, 3, 0)
        refly = survey.flag("refly90Degrees")
        alternate = False
    frame = LocalFrame(*corners[0])
    area = np.array([frame.to_metres(*corner) for corner in corners])
    transects: list[Transect] = []
    directions = [_clamped(angle)]
    if refly:
        directions.append(directions[0] + 90)
    for direction in directions:
        lines = _entered(_lines(area, camera.line_spacing_m, direction, place), int(entry))
        if transects:
            lines = _nearest_first(lines, transects[-1].points[-1])
        if alternate:
            lines = lines[::2] + lines[1::2][::-1]
        transects += [extended(line, turnaround) for line in lawnmower(lines)]
    return items_of(transects, camera, frame, place)


def _old_camera(survey: PatternSettings) -> PatternCamera:
    """Of a version 2 or 3, which had no TransectStyleComplexItem."""
    grid = survey.inner("grid")
    hover = survey.flag("hoverAndCapture")
    return PatternCamera(
        height_m=bounded.height_of(grid.values.get("altitude"), f"{grid.place}.altitude"),
        frame=grid.frame("relativeAltitude"),
        spacing_m=grid.number("spacing", 0, 1e6),
        trigger_m=survey.number("cameraTriggerDistance", 0, 1e6, 0),
        in_turns=survey.flag("cameraTriggerInTurnaround", default=True) and not hover,
        hover=hover,
    )


def _clamped(angle: float) -> float:
    if angle > 90:
        return angle - 180
    if angle < -90:
        return angle + 180
    return angle


def _lines(area: "np.ndarray[Any, np.dtype[np.float64]]", spacing: float, angle: float, place: str) -> Lines:
    """The outermost crossings of each line of the fan with the area's edge, all lines the same way round."""
    low = area.min(axis=0)
    high = area.max(axis=0)
    middle = (low + high) / 2
    half = (float(max(high - low)) + FUDGE_M) / 2
    bounded.want_count(int((2 * half - FUDGE_M) / spacing), place, "transects")
    turn = math.radians(angle)
    across = np.array([math.cos(turn), -math.sin(turn)])
    along = np.array([math.sin(turn), math.cos(turn)])
    u = (area - middle) @ across
    v = (area - middle) @ along
    fan = np.arange(-half, half, spacing)
    lines = _crossings(u, v, fan)
    if len(lines) < 2:
        lines = _crossings(u, v, np.array([0.0]))
    return [[_point(middle + at * across + end * along) for end in ends] for at, *ends in lines]


def _crossings(u: Any, v: Any, fan: Any) -> list[tuple[float, float, float]]:
    """(u of the line, v where it begins, v where it ends) of each line that crosses the edge twice or more.

    All run the way of the first, which begins on the edge that the polygon names earlier.
    """
    least = np.full(len(fan), np.inf)
    most = np.full(len(fan), -np.inf)
    edge_of_least = np.zeros(len(fan), int)
    edge_of_most = np.zeros(len(fan), int)
    for edge, (u0, v0, u1, v1) in enumerate(zip(u, v, np.roll(u, -1), np.roll(v, -1), strict=True)):
        if u0 == u1:
            continue
        hit = slice(np.searchsorted(fan, min(u0, u1)), np.searchsorted(fan, max(u0, u1), side="right"))
        where = v0 + (v1 - v0) * (fan[hit] - u0) / (u1 - u0)
        edge_of_least[hit] = np.where(where < least[hit], edge, edge_of_least[hit])
        edge_of_most[hit] = np.where(where > most[hit], edge, edge_of_most[hit])
        least[hit], most[hit] = np.minimum(least[hit], where), np.maximum(most[hit], where)
    found = np.flatnonzero(most - least > 1e-9)
    if not len(found):
        return []
    ends = (most, least)
    if edge_of_least[found[0]] < edge_of_most[found[0]]:
        ends = (least, most)
    return [(float(fan[n]), float(ends[0][n]), float(ends[1][n])) for n in found]


def _point(where: Any) -> Point:
    return float(where[0]), float(where[1])


def _entered(lines: Lines, entry: int) -> Lines:
    if entry in REVERSE_POINTS:
        lines = [line[::-1] for line in lines]
    if entry in REVERSE_LINES:
        lines = lines[::-1]
    return lines


def _nearest_first(lines: Lines, here: Point) -> Lines:
    """Of the first three of the four ends, as QGroundControl looks at them, the nearest becomes the begin."""
    if not lines:
        return lines
    ends = (lines[0][0], lines[0][-1], lines[-1][0])
    nearest = min(range(3), key=lambda number: math.dist(ends[number], here))
    if nearest == 1:
        return [line[::-1] for line in lines]
    if nearest == 2:
        return lines[::-1]
    return lines
