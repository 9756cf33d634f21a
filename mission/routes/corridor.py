"""Corridor: parallel lines to and fro along a road, a stream or the long axis of an area.

Flat metres inside. The corridor is everything within half the width of the line, square at its two ends. Its lines are
the line itself moved sideways, their corners mitred, and cut off where a mitre would leave the corridor.
"""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import shapely
from pydantic import Field
from shapely import LineString, MultiLineString, Polygon
from shapely.geometry.base import BaseGeometry

from mission.routes.cameras import Camera
from mission.routes.footprint import gsd_cm
from mission.routes.inner_paths import Point
from mission.routes.route import STRAIGHT_DOWN, Leg, LegKind, Route
from mission.routes.settings import Conditions, MappingSettings
from mission.routes.transits import fly, rounded
from mission.zones.geometry import flat, local_frame, place_in
from telemetry.errors import BadPlan
from telemetry.messages import Message

DEFAULT_WIDTH_M = 20.0
MITRE = 5.0
"""A mitre reaches at most this many times the distance from the bend; sharper ones are bevelled."""
ROUNDING_M = 0.05
LONGEST_M = 200_000.0
SHORTEST_M = 1.0
LEFT_OPEN = 0.003
"""Share of the corridor that may lie between its lines, at bends that are too sharp for a mitre."""


class CorridorRequest(MappingSettings):
    """What the pilot wants of a corridor."""

    width_m: float | None = Field(default=None, ge=1, le=1000, allow_inf_nan=False)
    """Width that is covered; 20 along a line, that of the area along its long axis when not given."""


def plan_corridor(
    shape: LineString | Polygon, request: CorridorRequest, *, conditions: Conditions, camera: Camera
) -> Route:
    """The lines along `shape` (longitude, latitude degrees). Raises BadPlan when the wish cannot be flown."""
    frame = local_frame(shape)
    line, own_width = _axis(flat(shape, frame))
    width = request.width_m or own_width
    count = max(1, math.ceil(width / request.spacing(camera) - 1e-3))
    spacing = width / count
    if line.length * count > LONGEST_M:
        raise BadPlan(Message("routes.corridor_too_long", lines=count, length_km=line.length / 1000))
    near = place_in(frame, conditions.home)
    height = request.height_m(camera)

    def leg(kind: LegKind, way: list[Point]) -> Leg:
        corners = tuple(rounded(*frame.to_degrees(*point), height) for point in way)
        return Leg(kind, corners, camera=kind is LegKind.TRANSECT, look=STRAIGHT_DOWN)

    legs: list[Leg] = []
    for way in _to_and_fro(line, width, count, near):
        if legs:
            at = frame.to_metres(*legs[-1].points[-1].place)
            legs.append(leg(LegKind.TURN, [(at.east_m, at.north_m), way[0]]))
        legs.append(leg(LegKind.TRANSECT, way))
    flying = conditions.flying(
        height,
        request.speed_m_s,
        trigger_m=request.trigger(camera),
        camera=camera,
        follow_terrain=request.follow_terrain,
    )
    route = fly(legs, flying)
    strip = corridor(line, width)
    lines = [LineString([(*frame.to_metres(*point.place),) for point in each.points]) for each in legs]
    seen = shapely.union_all([path for path, each in zip(lines, legs, strict=True) if each.camera])
    covered = 1 - strip.difference(seen.buffer(spacing / 2 + ROUNDING_M)).area / strip.area
    summary = replace(
        route.summary,
        covered_fraction=float(covered),
        outside_m=float(sum(path.difference(strip.buffer(ROUNDING_M)).length for path in lines)),
        gsd_cm=gsd_cm(camera, height),
        spacing_m=spacing,
        transects=count,
        area_m2=float(strip.area),
    )
    return replace(route, summary=summary)


def corridor(line: LineString, width: float) -> Polygon:
    """Everything within half of `width` of `line`, both in metres, but nothing beyond its ends."""
    return line.buffer(width / 2, cap_style="flat")


def _axis(shape: LineString | Polygon) -> tuple[LineString, float]:
    """The line to fly along, and the width it has of its own."""
    if isinstance(shape, LineString):
        return LineString(shapely.remove_repeated_points(shape, 0.01)), DEFAULT_WIDTH_M
    box = shapely.get_coordinates(shapely.oriented_envelope(shape))[:4]
    if math.dist(box[1], box[2]) > math.dist(box[0], box[1]):
        box = np.roll(box, -1, axis=0)
    return LineString([(box[0] + box[3]) / 2, (box[1] + box[2]) / 2]), math.dist(box[0], box[3])


def _to_and_fro(line: LineString, width: float, count: int, near: Point | None) -> list[list[Point]]:
    """Lines in flying order, each beginning on the side where the one before it ended."""
    offsets = [width * ((number + 0.5) / count - 0.5) for number in range(count)]
    strip = corridor(line, width)
    lanes = [_lane(line, offset, strip) for offset in offsets]
    gaps = strip.difference(
        shapely.union_all([LineString(path) for lane in lanes for path in lane]).buffer(width / count / 2)
    )
    if gaps.area > LEFT_OPEN * strip.area:
        lanes = [
            _in_order(line, offset, lane + _across(line, offset, gaps))
            for lane, offset in zip(lanes, offsets, strict=True)
        ]
    lanes = [lane for lane in lanes if lane]
    if not lanes:
        raise BadPlan(Message("routes.corridor_too_wide"))
    ways = [
        [path for number, lane in enumerate(order) for path in _flown(lane, backwards=(number % 2 == 0) == first)]
        for order in (lanes, lanes[::-1])
        for first in (False, True)
    ]
    if near is None:
        return ways[0]
    return min(ways, key=lambda way: math.dist(way[0][0], near))


def _lane(line: LineString, offset: float, strip: Polygon) -> list[list[Point]]:
    """The pieces of one line of the corridor, in the order of the line it is flown along."""
    moved: LineString | MultiLineString = line
    if abs(offset) >= 1e-9:
        moved = line.offset_curve(offset, join_style="mitre", mitre_limit=MITRE)
    pieces = [_cut_off(part, strip) for part in shapely.get_parts(moved) if part.length >= SHORTEST_M]
    return _in_order(line, offset, [piece for piece in pieces if piece])


def _across(line: LineString, offset: float, gaps: BaseGeometry) -> list[list[Point]]:
    """What a line of the corridor lacks: where `line` comes back close to itself, its offset curve leaves out what is
    nearer to another part of it, though nothing is flown there."""
    lacking = [
        gaps.intersection(LineString(ends).offset_curve(offset)) for ends in pairwise(shapely.get_coordinates(line))
    ]
    parts = [part for found in lacking for part in shapely.get_parts(found) if part.length >= SHORTEST_M]
    return [[(x, y) for x, y in shapely.get_coordinates(part)] for part in parts]


def _in_order(line: LineString, offset: float, pieces: list[list[Point]]) -> list[list[Point]]:
    """`pieces`, which lie `offset` to the left of `line`, as it comes by them."""
    ends = shapely.get_coordinates(line)
    steps = np.diff(ends, axis=0)
    lengths = np.hypot(*steps.T)
    begins = np.cumsum(lengths) - lengths

    def comes_by(piece: list[Point]) -> float:
        """How far along `line` that is; near two parts of it, where it is to the side that the offset says."""
        (x, y), ways = (np.array(piece[0]) - ends[:-1]).T, steps.T / lengths
        along = ways[0] * x + ways[1] * y
        left = ways[0] * y - ways[1] * x
        beyond = np.maximum(0, np.maximum(-along, along - lengths))
        return float((begins + along)[np.argmin(np.abs(left - offset) + beyond)])

    return sorted(pieces, key=comes_by)


def _cut_off(mitred: LineString, strip: Polygon) -> list[Point]:
    """`mitred` with straight cuts where it leaves `strip`."""
    kept = [part for part in shapely.get_parts(mitred.intersection(strip)) if part.length > ROUNDING_M]
    kept.sort(key=lambda part: mitred.project(part.interpolate(0.5, normalized=True)))
    return [(x, y) for part in kept for x, y in shapely.get_coordinates(part)]


def _flown(lane: list[list[Point]], *, backwards: bool) -> list[list[Point]]:
    if backwards:
        return [piece[::-1] for piece in reversed(lane)]
    return lane
