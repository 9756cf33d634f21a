"""The areas of a fence on board of the simulated vehicle, and what lies outside them. Pure."""

from collections.abc import Sequence

import shapely
from shapely.geometry.base import BaseGeometry

from telemetry.positions import LocalFrame
from telemetry.transfer.mission_items import MissionItem


def outside_fence(items: Sequence[MissionItem], frame: LocalFrame, east: float, north: float) -> bool:
    """Whether a place, metres of `frame`, is where MAV_CMD_NAV_FENCE `items` allow nobody."""
    inside, outside = fence_areas(items, frame)
    here = shapely.Point(east, north)
    return not all(area.covers(here) for area in inside) or any(area.covers(here) for area in outside)


def fence_areas(items: Sequence[MissionItem], frame: LocalFrame) -> tuple[list[BaseGeometry], list[BaseGeometry]]:
    """The areas to stay in and to stay out of, in metres of `frame`."""
    inside: list[BaseGeometry] = []
    outside: list[BaseGeometry] = []
    at = 0
    while at < len(items):
        item = items[at]
        if item.command in (5003, 5004):  # circle: inclusion, exclusion; param 1 is the radius
            circle = shapely.Point(frame.to_metres(item.lat, item.lon)).buffer(item.param1)
            (inside if item.command == 5003 else outside).append(circle)
            at += 1
        elif item.command in (5001, 5002):  # polygon vertex: param 1 is how many there are
            count = max(int(item.param1), 1)
            ring = [frame.to_metres(corner.lat, corner.lon) for corner in items[at : at + count]]
            if len(ring) >= 3:
                (inside if item.command == 5001 else outside).append(shapely.Polygon(ring))
            at += count
        else:
            at += 1
    return inside, outside
