"""QGroundControl's structure scan, which never carries items: loops round a structure in layers, by its own rule.

Rule: QGroundControl src/MissionManager/StructureScanComplexItem.cc (appendMissionItems); version 2 named the bottom
`Altitude` and began there.
"""

import math
from typing import Any

import shapely
from shapely import Polygon

from mission.formats.qgc.pattern import PatternSettings, Point, trigger, waypoint
from mission.parsing import bounded
from telemetry.errors import BadPlan
from telemetry.messages import Message
from telemetry.positions import LocalFrame
from telemetry.transfer.mission_items import AltitudeFrame, MissionItem

LOOK_ASIDE = 196
LOOK_AHEAD = 197
"""MAV_CMD_DO_SET_ROI_WPNEXT_OFFSET and _ROI_NONE."""
MITRE = 3.0


def expand(document: dict[str, Any], place: str) -> list[MissionItem]:
    """The items of a structure scan: in at the entrance height, the layers, out again. Raises BadPlan."""
    scan = PatternSettings(document, place)
    calc = scan.inner("CameraCalc")
    bottom_key = "Altitude"
    if "ScanBottomAlt" in document:
        bottom_key = "ScanBottomAlt"
    bottom = scan.number(bottom_key, -1000, 1e5)
    entrance = scan.number("EntranceAltitude", -1000, 1e5, bottom)
    layer_m = calc.number("AdjustedFootprintFrontal", 0.01, 1e5)
    layers = int(scan.number("Layers", 1, 1_000))
    down = scan.flag("StartFromTop")
    height = scan.number("StructureHeight", -1000, 1e5)
    mav_frame = scan.frame("altitudeRelative")
    corners = scan.corners("polygon", 3)
    frame = LocalFrame(*corners[0])
    loop = _loop([frame.to_metres(*corner) for corner in corners], calc.number("DistanceToSurface", 0, 1e4), place)
    bounded.want_count(layers * (len(loop) + 3), place)
    door = waypoint(loop[0], frame, entrance, mav_frame)
    items = [
        door,
        MissionItem(LOOK_ASIDE, AltitudeFrame.NO_POSITION, lat=scan.number("GimbalPitch", -180, 180, 0), alt_m=90),
    ]
    for number in range(layers):
        rise = layer_m / 2 + number * layer_m
        alt = bottom + rise
        if down:
            alt = height - rise
        alt = bounded.height_of(alt, f"{place}, layer {number + 1}")
        round_it = [waypoint(point, frame, alt, mav_frame) for point in [*loop, loop[0]]]
        every = trigger(calc.number("AdjustedFootprintSide", 0.01, 1e5), at_once=True)
        items += [round_it[0], every, *round_it[1:], trigger(0, at_once=False)]
    return [*items, MissionItem(LOOK_AHEAD, AltitudeFrame.NO_POSITION), door]


def _loop(corners: list[Point], distance_m: float, place: str) -> list[Point]:
    """Clockwise round the structure at `distance_m` from it, from near its first corner, so that it is on the right."""
    structure = Polygon(corners)
    if not structure.is_valid or not structure.area:
        raise BadPlan(Message("plans.qgc.polygon", place=place))
    around = structure.buffer(distance_m, join_style="mitre", mitre_limit=MITRE)
    loop = [(float(x), float(y)) for x, y in shapely.get_coordinates(shapely.orient_polygons(around, exterior_cw=True))]
    loop = loop[: len(around.exterior.coords) - 1]
    first = min(range(len(loop)), key=lambda number: math.dist(loop[number], corners[0]))
    return loop[first:] + loop[:first]
