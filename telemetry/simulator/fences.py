"""The areas of a fence on board of the simulated vehicle, and what lies outside them. Pure."""

from collections.abc import Sequence

import shapely
from shapely.geometry.base import BaseGeometry

from telemetry.positions import LocalFrame
from telemetry.transfer.mission_items import MissionItem

INCLUSION_VERTEX = 5001
EXCLUSION_VERTEX = 5002
INCLUSION_CIRCLE = 5003
EXCLUSION_CIRCLE = 5004
"""MAV_CMD_NAV_FENCE numbers."""


def outside_fence(items: Sequence[MissionItem], frame: LocalFrame, east: float, north: float) -> bool:
    """Whether a place, metres of `frame`, is where MAV_CMD_NAV_FENCE `items` allow nobody."""
    inside, outside = fence_areas(items, frame)
    here = shapely.Point(east, north)
    return not all(area.covers(here) for area in inside) or any(area.covers(here) for area in outside)


def fence_areas(items: Sequence[MissionItem], frame: LocalFrame) -> tuple[list[BaseGeometry], list[BaseGeometry]]:
    """The areas to stay in and to stay out of, in metres of `frame`."""
    inside: list[BaseGeometry] = []
    outside: list[BaseGeometry] = []
    areas = {INCLUSION_CIRCLE: inside, INCLUSION_VERTEX: inside, EXCLUSION_CIRCLE: outside, EXCLUSION_VERTEX: outside}
    at = 0
    while at < len(items):
        item = items[at]
        if item.command in (INCLUSION_CIRCLE, EXCLUSION_CIRCLE):  # param 1 is the radius
            circle = shapely.Point(frame.to_metres(item.lat, item.lon)).buffer(item.param1)
            areas[item.command].append(circle)
            at += 1
        elif item.command in (INCLUSION_VERTEX, EXCLUSION_VERTEX):  # param 1 is how many there are
            count = max(int(item.param1), 1)
            ring = [frame.to_metres(corner.lat, corner.lon) for corner in items[at : at + count]]
            if len(ring) >= 3:
                areas[item.command].append(shapely.Polygon(ring))
            at += count
        else:
            at += 1
    return inside, outside
