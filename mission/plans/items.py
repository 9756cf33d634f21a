"""A route as the mission items a vehicle flies, and items as JSON. Sends nothing."""

import math
from typing import Any

from mission.routes.route import LegKind, Route
from telemetry.vehicles import Command, Frame, MissionItem

ANY = math.nan
"""As the vehicle likes."""


def items_of(route: Route) -> list[MissionItem]:
    """Take-off, speed, the legs with the camera switched where it starts and stops, and home again.

    Altitudes are metres above home (frame 3). The return is the vehicle's own, so a last transit leg is not written.
    """
    lat, lon = route.legs[0].points[0]
    items = [
        MissionItem(Command.TAKEOFF, param4=ANY, lat=lat, lon=lon, alt_m=route.altitude_m),
        MissionItem(Command.CHANGE_SPEED, Frame.NO_POSITION, 1, round(route.summary.speed_m_s, 2), -1),
    ]
    if route.legs[0].kind is not LegKind.TRANSIT:
        items.append(_waypoint(route.legs[0].points[0], route.altitude_m))
    camera = False
    for number, leg in enumerate(route.legs):
        if leg.kind is LegKind.TRANSIT and number:
            break
        if leg.camera != camera:
            items.append(_camera(route, on=leg.camera))
            camera = leg.camera
        items += [_waypoint(point, route.altitude_m) for point in leg.points[1:]]
    if camera:
        items.append(_camera(route, on=False))
    return [*items, MissionItem(Command.RETURN_TO_LAUNCH, Frame.NO_POSITION)]


def items_to_json(items: list[MissionItem]) -> list[dict[str, Any]]:
    """Items ready for JSON; NaN becomes null."""
    return [
        {
            "command": int(item.command),
            "frame": int(item.frame),
            "params": [None if math.isnan(value) else value for value in item.params],
            "lat": item.lat,
            "lon": item.lon,
            "alt_m": item.alt_m,
            "autocontinue": item.autocontinue,
        }
        for item in items
    ]


def items_from_json(items: list[dict[str, Any]]) -> list[MissionItem]:
    """The inverse of `items_to_json`."""
    return [_from_json(item) for item in items]


def _from_json(item: dict[str, Any]) -> MissionItem:
    p1, p2, p3, p4 = (ANY if value is None else float(value) for value in item["params"])
    where: dict[str, Any] = {name: item[name] for name in ("lat", "lon", "alt_m", "autocontinue")}
    return MissionItem(item["command"], item["frame"], p1, p2, p3, p4, **where)


def _waypoint(point: tuple[float, float], altitude_m: float) -> MissionItem:
    return MissionItem(Command.WAYPOINT, param4=ANY, lat=point[0], lon=point[1], alt_m=altitude_m)


def _camera(route: Route, *, on: bool) -> MissionItem:
    distance = round(route.summary.trigger_m, 2) if on else 0.0
    return MissionItem(Command.CAMERA_TRIGGER_DISTANCE, Frame.NO_POSITION, distance, 0, 1 if on else 0)
