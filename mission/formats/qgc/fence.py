"""Geofence and rally points of a .plan file, versions 1 and 2. Checks no geometry beyond the globe."""

from collections.abc import Mapping, Sequence
from typing import Any

from mission.formats.document import FenceArea, fence_area
from mission.parsing import bounded
from telemetry.errors import BadPlan
from telemetry.messages import Message
from telemetry.positions import Position


def read_fence(value: object, place: str) -> tuple[FenceArea, ...]:
    """The circles and polygons; version 1 had one polygon to stay in."""
    if value is None:
        return ()
    if not isinstance(value, dict):
        raise BadPlan(Message("plans.no_object", place=place))
    if value.get("version") == 1:
        corners = _corners(value.get("polygon") or [], f"{place}.polygon")
        if not corners:
            return ()
        return (FenceArea(corners),)
    if value.get("version") != 2:
        raise BadPlan(Message("plans.qgc.fence_version", place=place, version=str(value.get("version"))[:20]))
    polygons = _listed(value.get("polygons"), f"{place}.polygons")
    circles = _listed(value.get("circles"), f"{place}.circles")
    areas = [_polygon(entry, f"{place}.polygons[{n}]") for n, entry in enumerate(polygons)]
    areas += [_circle(entry, f"{place}.circles[{n}]") for n, entry in enumerate(circles)]
    bounded.want_count(sum(len(area.corners) for area in areas), place, "corners")
    return tuple(areas)


def read_rally(value: object, place: str) -> tuple[Position, ...]:
    """The rally points, altitudes above home."""
    if value is None:
        return ()
    if not isinstance(value, dict):
        raise BadPlan(Message("plans.no_object", place=place))
    points = _listed(value.get("points"), f"{place}.points")
    bounded.want_count(len(points), place, "rally points")
    return tuple(_rally(point, f"{place}.points[{n}]") for n, point in enumerate(points))


def write_fence(areas: Sequence[FenceArea], old: Mapping[str, Any] | None) -> dict[str, Any]:
    """The geoFence object; unknown keys and the breach return point of an `old` one are kept."""
    kept = {key: value for key, value in (old or {}).items() if key != "polygon"}
    return kept | {
        "circles": [
            {
                "circle": {"center": list(area.corners[0]), "radius": area.radius_m},
                "inclusion": area.inclusion,
                "version": 1,
            }
            for area in areas
            if area.radius_m is not None
        ],
        "polygons": [
            {"polygon": [list(corner) for corner in area.corners], "inclusion": area.inclusion, "version": 1}
            for area in areas
            if area.radius_m is None
        ],
        "version": 2,
    }


def write_rally(points: Sequence[Position]) -> dict[str, Any]:
    """The rallyPoints object."""
    return {"points": [[point.lat, point.lon, point.alt_m or 0.0] for point in points], "version": 2}


def lost_of_rally(points: Sequence[Position]) -> list[Message]:
    """What of them is not written."""
    bare = sum(point.alt_m is None for point in points)
    if not bare:
        return []
    return [Message("plans.lost.rally_heights", count=bare)]


def _listed(value: object, place: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise BadPlan(f"{place}: not a list")
    return value


def _corners(value: object, place: str) -> tuple[tuple[float, float], ...]:
    corners = []
    for number, corner in enumerate(_listed(value, place)):
        if not isinstance(corner, list) or len(corner) not in (2, 3):
            raise BadPlan(f"{place}[{number}]: not [latitude, longitude]")
        corners.append(bounded.place_of(corner[0], corner[1], f"{place}[{number}]"))
    if len(corners) > 1 and corners[0] == corners[-1]:
        corners.pop()
    return tuple(corners)


def _entry(value: object, place: str) -> tuple[dict[str, Any], bool]:
    if not isinstance(value, dict):
        raise BadPlan(Message("plans.no_object", place=place))
    inclusion = value.get("inclusion", True)
    if not isinstance(inclusion, bool):
        raise BadPlan(Message("plans.qgc.inclusion", place=place))
    return value, inclusion


def _polygon(value: object, place: str) -> FenceArea:
    entry, inclusion = _entry(value, place)
    corners = _corners(entry.get("polygon"), f"{place}.polygon")
    return fence_area(corners, f"{place}.polygon", inclusion=inclusion)


def _circle(value: object, place: str) -> FenceArea:
    entry, inclusion = _entry(value, place)
    circle = entry.get("circle")
    center = circle.get("center") if isinstance(circle, dict) else None
    if not isinstance(circle, dict) or not isinstance(center, list) or len(center) not in (2, 3):
        raise BadPlan(Message("plans.qgc.circle", place=place))
    radius = bounded.number_of(circle.get("radius"), f"{place}.circle.radius")
    there = bounded.place_of(center[0], center[1], f"{place}.circle.center")
    return fence_area([there], f"{place}.circle.radius", inclusion=inclusion, radius_m=radius)


def _rally(value: object, place: str) -> Position:
    if not isinstance(value, list) or len(value) not in (2, 3):
        raise BadPlan(Message("plans.qgc.no_place", place=place))
    lat, lon, alt = [*value, None][:3]
    return bounded.position_of(lat, lon, alt, place)
