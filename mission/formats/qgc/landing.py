"""QGroundControl's landing patterns of aeroplanes and VTOLs, which never carry items: approach and landing.

Rule: QGroundControl src/MissionManager/LandingComplexItem.cc (appendMissionItems).
"""

import math
from dataclasses import replace
from typing import Any

from mission.formats.qgc.pattern import PatternSettings, trigger
from mission.parsing import bounded
from telemetry.errors import BadPlan
from telemetry.messages import Message
from telemetry.transfer.mission_items import AltitudeFrame, Command, MissionItem

LAND_START = 189
LOITER_TO_ALT = 31
VTOL_LAND = 85
STOP_PICTURES = 2001
STOP_VIDEO = 2501
"""MAV_CMDs."""


def expand(document: dict[str, Any], place: str) -> list[MissionItem]:
    """The items of a landing pattern. Raises BadPlan."""
    pattern = PatternSettings(document, place)
    items = [MissionItem(LAND_START, AltitudeFrame.NO_POSITION)]
    if pattern.flag("stopTakingPhotos"):
        items += [trigger(0, at_once=False), MissionItem(STOP_PICTURES, AltitudeFrame.NO_POSITION)]
    if pattern.flag("stopVideoPhotos"):
        items.append(MissionItem(STOP_VIDEO, AltitudeFrame.NO_POSITION))
    approach_key = "loiterCoordinate"
    if "landingApproachCoordinate" in document:
        approach_key = "landingApproachCoordinate"
    lat, lon, alt_m = _place(pattern, approach_key)
    there: dict[str, Any] = {"frame": _frame(pattern, "loiterAltitudeRelative"), "lat": lat, "lon": lon, "alt_m": alt_m}
    if pattern.flag("useLoiterToAlt", default=True):
        radius = pattern.number("loiterRadius", 0, 1e5)
        if not pattern.flag("loiterClockwise", default=True):
            radius = -radius
        items.append(MissionItem(LOITER_TO_ALT, param1=1, param2=radius, param4=1, **there))
    else:
        items.append(MissionItem(Command.WAYPOINT, param4=math.nan, **there))
    lat, lon, alt_m = _place(pattern, "landCoordinate")
    frame = _frame(pattern, "landAltitudeRelative")
    land = MissionItem(Command.LAND, frame, param4=0.0, lat=lat, lon=lon, alt_m=alt_m)
    if document["complexItemType"] == "vtolLandingPattern":
        land = replace(land, command=VTOL_LAND, param4=math.nan)
    return [*items, land]


def _place(pattern: PatternSettings, key: str) -> tuple[float, float, float]:
    value = pattern.values.get(key)
    place = f"{pattern.place}.{key}"
    if not isinstance(value, list) or len(value) != 3:
        raise BadPlan(Message("plans.qgc.no_place", place=place))
    return *bounded.place_of(value[0], value[1], place), bounded.height_of(value[2], place)


def _frame(pattern: PatternSettings, old_key: str) -> int:
    return pattern.frame("altitudesAreRelative", default=pattern.flag(old_key, default=True))
