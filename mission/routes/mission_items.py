"""A route as the mission items a vehicle flies, and items as JSON. Sends nothing."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from mission.routes.route import Leg, LegKind, Look, PointOfInterest, Route, Waypoint
from telemetry.errors import BadPlan
from telemetry.messages import Message
from telemetry.transfer.mission_items import AltitudeFrame, Command, MissionItem

ANY = math.nan
"""As the vehicle likes."""
ANGLES_FROM_MISSION = 2.0
"""MAV_MOUNT_MODE_MAVLINK_TARGETING, parameter 7 of MOUNT_CONTROL."""


def items_of(route: Route) -> list[MissionItem]:
    """Take-off, speed, the legs with camera and gimbal told where that changes, and home again.

    Altitudes are metres above home (frame 3). The return is the vehicle's own, so the last corner of a last transit
    leg, which is home, is not written. Raises BadPlan for a route of several sorties: each is a mission of its own.
    """
    if route.sorties:
        raise BadPlan(Message("routes.several_sorties", sorties=len(route.sorties)))
    return items_of_legs(route.legs, speed_m_s=route.summary.speed_m_s, trigger_m=route.summary.trigger_m)


def items_of_legs(legs: Sequence[Leg], *, speed_m_s: float | None, trigger_m: float | None) -> list[MissionItem]:
    """The items of legs that one battery flies, as `items_of`; without a speed none is asked for."""
    first = legs[0].points[0]
    items = [MissionItem(Command.TAKEOFF, param4=ANY, lat=first.lat, lon=first.lon, alt_m=first.height_m)]
    if speed_m_s is not None:
        items.append(MissionItem(Command.CHANGE_SPEED, AltitudeFrame.NO_POSITION, 1, round(speed_m_s, 2), -1))
    if legs[0].kind is not LegKind.TRANSIT:
        items.append(_waypoint(first))
    camera = False
    look = None
    last = len(legs) - 1
    for number, leg in enumerate(legs):
        if leg.look is not None and leg.look != look:
            items += _turn_gimbal(look, leg.look)
            look = leg.look
        if leg.camera != camera:
            items.append(_camera(trigger_m, on=leg.camera))
            camera = leg.camera
        goes_home = number == last and number > 0 and leg.kind is LegKind.TRANSIT
        flown_to = leg.points[1:]
        if goes_home:
            flown_to = leg.points[1:-1]
        items += [_waypoint(point) for point in flown_to]
        if leg.hold_s:
            items[-1] = replace(items[-1], param1=round(leg.hold_s, 1))
    if camera:
        items.append(_camera(trigger_m, on=False))
    if isinstance(look, PointOfInterest):
        items.append(MissionItem(Command.SET_ROI_NONE, AltitudeFrame.NO_POSITION))
    return [*items, MissionItem(Command.RETURN_TO_LAUNCH, AltitudeFrame.NO_POSITION)]


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


def _waypoint(point: Waypoint) -> MissionItem:
    return MissionItem(Command.WAYPOINT, param4=ANY, lat=point.lat, lon=point.lon, alt_m=point.height_m)


def _camera(trigger_m: float | None, *, on: bool) -> MissionItem:
    distance = 0.0
    if on:
        distance = round(trigger_m or 0.0, 2)
    return MissionItem(Command.CAMERA_TRIGGER_DISTANCE, AltitudeFrame.NO_POSITION, distance, 0, int(on))


def _turn_gimbal(before: Look | None, look: Look) -> list[MissionItem]:
    if isinstance(look, PointOfInterest):
        lat, lon, height_m = look.at
        return [MissionItem(Command.SET_ROI_LOCATION, lat=lat, lon=lon, alt_m=height_m)]
    turned = [MissionItem(Command.MOUNT_CONTROL, AltitudeFrame.NO_POSITION, look.deg, alt_m=ANGLES_FROM_MISSION)]
    if isinstance(before, PointOfInterest):
        turned.insert(0, MissionItem(Command.SET_ROI_NONE, AltitudeFrame.NO_POSITION))
    return turned
