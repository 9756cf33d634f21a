"""The settings that QGroundControl's patterns share, read by name, and transects made into items by its rule.

Rule: QGroundControl src/MissionManager/TransectStyleComplexItem.cc: a waypoint at each point, the camera switched at
each entry, and at each exit too unless it takes pictures in the turns.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mission.parsing import bounded
from telemetry.errors import BadPlan
from telemetry.messages import Message
from telemetry.positions import LocalFrame
from telemetry.transfer.mission_items import AltitudeFrame, Command, MissionItem

Point = tuple[float, float]
"""Metres east and north of the pattern's first corner."""
MOST_CORNERS = 2_000
SMALLEST_SPACING_M = 0.5
ONE_LINE_M = 100_000.0
"""Below the first QGroundControl takes the second, so that one line is left."""
TERRAIN_FRAME = 10
"""MAV_FRAME_GLOBAL_TERRAIN_ALT."""
FRAME_OF_MODE = {1: int(AltitudeFrame.RELATIVE), 2: int(AltitudeFrame.AMSL), 3: TERRAIN_FRAME, 4: TERRAIN_FRAME}
"""QGroundControl's DistanceMode; 3 is computed from a terrain that only it has, so the vehicle's own is asked for."""
TAKE_PICTURE = 2000
"""MAV_CMD_IMAGE_START_CAPTURE."""
HOVER_S = 4.0
"""How long QGroundControl lets a vehicle hover for a picture."""


@dataclass(frozen=True)
class PatternSettings:
    """One object of a pattern, its values read by key. Raises BadPlan naming the place."""

    values: Mapping[str, Any]
    place: str

    def inner(self, key: str) -> "PatternSettings":
        """An object in it."""
        value = self.values.get(key)
        if not isinstance(value, dict):
            raise BadPlan(Message("plans.qgc.pattern_part", place=self.place, key=key))
        return PatternSettings(value, f"{self.place}.{key}")

    def number(self, key: str, least: float, most: float, default: float | None = None) -> float:
        """A number between two others."""
        if key not in self.values and default is not None:
            return default
        value = bounded.number_of(self.values.get(key), f"{self.place}.{key}")
        if not least <= value <= most:
            raise BadPlan(Message("plans.qgc.between", place=self.place, key=key, value=value, least=least, most=most))
        return value

    def flag(self, key: str, *, default: bool = False) -> bool:
        """True or false."""
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            raise BadPlan(Message("plans.qgc.flag", place=self.place, key=key))
        return value

    def frame(self, key: str, *, default: bool = True) -> int:
        """The MAV_FRAME of heights: above home where the flag is set, else above the sea."""
        if self.flag(key, default=default):
            return int(AltitudeFrame.RELATIVE)
        return int(AltitudeFrame.AMSL)

    def corners(self, key: str, least: int) -> list[tuple[float, float]]:
        """(lat, lon) of a polygon or line; the first corner not repeated."""
        value = self.values.get(key)
        place = f"{self.place}.{key}"
        if not isinstance(value, list) or not all(isinstance(pair, list) and len(pair) >= 2 for pair in value):
            raise BadPlan(f"{place}: not a list of [latitude, longitude]")
        if len(value) > MOST_CORNERS:
            raise BadPlan(Message("plans.qgc.too_many_corners", place=place, corners=len(value), most=MOST_CORNERS))
        corners = [bounded.place_of(pair[0], pair[1], f"{place}[{n}]") for n, pair in enumerate(value)]
        if len(corners) > least and corners[0] == corners[-1] and key == "polygon":
            corners.pop()
        if len(set(corners)) < least:
            raise BadPlan(Message("plans.qgc.too_few_corners", place=place, corners=len(set(corners)), least=least))
        return corners


@dataclass(frozen=True)
class PatternCamera:
    """What the CameraCalc object and its neighbours say of height and pictures; metres."""

    height_m: float
    frame: int
    spacing_m: float
    trigger_m: float
    """Between pictures; 0 for none."""
    in_turns: bool
    hover: bool

    @property
    def line_spacing_m(self) -> float:
        """Between lines; more than any area is wide where one line is enough."""
        if self.spacing_m < SMALLEST_SPACING_M:
            return ONE_LINE_M
        return self.spacing_m


@dataclass(frozen=True)
class Transect:
    """One line of a pattern: its points in flying order, turnarounds first and last where there are any."""

    points: tuple[Point, ...]
    turnaround: bool


def camera_of(style: PatternSettings) -> PatternCamera:
    """Of a TransectStyleComplexItem."""
    calc = style.inner("CameraCalc")
    mode = 2
    if calc.flag("DistanceToSurfaceRelative", default=True):
        mode = 1
    if style.flag("FollowTerrain"):
        mode = 3
    mode = int(calc.number("DistanceMode", 0, 5, float(mode)))
    hover = style.flag("HoverAndCapture")
    return PatternCamera(
        height_m=bounded.height_of(calc.values.get("DistanceToSurface"), f"{calc.place}.DistanceToSurface"),
        frame=FRAME_OF_MODE.get(mode, int(AltitudeFrame.RELATIVE)),
        spacing_m=calc.number("AdjustedFootprintSide", 0, 1e6),
        trigger_m=calc.number("AdjustedFootprintFrontal", 0, 1e6),
        in_turns=style.flag("CameraTriggerInTurnAround", default=True) and not hover,
        hover=hover,
    )


def extended(points: Sequence[Point], by_m: float) -> Transect:
    """A line with a turnaround point `by_m` metres before its begin and after its end."""
    if by_m <= 0:
        return Transect(tuple(points), turnaround=False)
    return Transect((_beyond(points[1], points[0], by_m), *points, _beyond(points[-2], points[-1], by_m)), True)


def lawnmower(transects: Sequence[Sequence[Point]]) -> list[Sequence[Point]]:
    """Every other line the other way round."""
    return [line[::-1] if number % 2 else line for number, line in enumerate(transects)]


def items_of(transects: Sequence[Transect], camera: PatternCamera, frame: LocalFrame, place: str) -> list[MissionItem]:
    """The items that fly `transects` in order."""
    bounded.want_count(3 * sum(len(line.points) for line in transects), place)
    if camera.hover and camera.trigger_m:
        return _hovering(transects, camera, frame, place)
    items = []
    for number, line in enumerate(transects):
        first = int(line.turnaround)
        last = len(line.points) - 1 - int(line.turnaround)
        for at, point in enumerate(line.points):
            items.append(waypoint(point, frame, camera.height_m, camera.frame))
            begins = number == 0 and at == 0 and camera.in_turns
            ends = number == len(transects) - 1 and at == len(line.points) - 1 and camera.in_turns
            if camera.trigger_m and (at == first or begins):
                items.append(trigger(camera.trigger_m, at_once=True))
            elif camera.trigger_m and (ends or (at == last and not camera.in_turns)):
                items.append(trigger(0, at_once=True))
    return items


def waypoint(point: Point, frame: LocalFrame, height_m: float, mav_frame: int, hold_s: float = 0) -> MissionItem:
    """A waypoint; the heading is the vehicle's."""
    lat, lon = bounded.place_of(*frame.to_degrees(*point), "a waypoint of the pattern")
    return MissionItem(Command.WAYPOINT, mav_frame, hold_s, param4=math.nan, lat=lat, lon=lon, alt_m=height_m)


def trigger(every_m: float, *, at_once: bool) -> MissionItem:
    """The camera every so many metres; 0 stops it."""
    return MissionItem(Command.CAMERA_TRIGGER_DISTANCE, AltitudeFrame.NO_POSITION, every_m, 0, float(at_once))


def _hovering(transects: Sequence[Transect], camera: PatternCamera, frame: LocalFrame, place: str) -> list[MissionItem]:
    """A stop and a picture at both ends of each line and every trigger distance between."""
    items = []
    for line in transects:
        inner = line.points
        if line.turnaround:
            inner = line.points[1:-1]
        bounded.want_count(2 * int(math.dist(inner[0], inner[-1]) / camera.trigger_m), place)
        stops = []
        if len(inner) == 2:
            stops = _every(inner[0], inner[1], camera.trigger_m)
        whole = [inner[0], *stops, *inner[1:]]
        if line.turnaround:
            whole = [line.points[0], *whole, line.points[-1]]
        for at, point in enumerate(whole):
            if line.turnaround and at in (0, len(whole) - 1):
                items.append(waypoint(point, frame, camera.height_m, camera.frame))
                continue
            items.append(waypoint(point, frame, camera.height_m, camera.frame, HOVER_S))
            items.append(MissionItem(TAKE_PICTURE, AltitudeFrame.NO_POSITION, 0, 0, 1))
        bounded.want_count(len(items), place)
    return items


def _every(begin: Point, end: Point, step: float) -> list[Point]:
    count = int(math.dist(begin, end) / step)
    return [_beyond(end, begin, -step * number) for number in range(1, count + 1)]


def _beyond(before: Point, at: Point, by: float) -> Point:
    """The point `by` metres past `at` on the way from `before`."""
    length = math.dist(before, at) or 1.0
    return at[0] + (at[0] - before[0]) / length * by, at[1] + (at[1] - before[1]) / length * by
