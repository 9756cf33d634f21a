"""A plan as DJI's two documents: the template a controller shows and the waylines it flies, by DJI's own rules.

Indices run from 0, ids are unique, corners that are cut fit between their neighbours, speeds and the take-off height
are within DJI's limits (DJI WPML, waylines.wpml and common elements).
"""

import copy
import math
from collections.abc import Iterable, Sequence
from itertools import count, pairwise
from xml.etree.ElementTree import Element

from mission.formats.document import PlanFile
from mission.formats.losses import beside_items
from mission.formats.wpml.actions import FILE, Params, action_of
from mission.formats.wpml.aircraft import AIRCRAFT, DEFAULT, Aircraft
from mission.formats.wpml.steps import FASTEST_M_S, TAKEOFF_M, Shots, Steps, WaypointStop, heights_of, steps_of
from mission.parsing.markup import add, child, document, local
from telemetry.messages import Message
from telemetry.positions import LocalFrame
from telemetry.transfer.mission_items import Command, MissionItem

KML = "http://www.opengis.net/kml/2.2"
NAMESPACE = "http://www.dji.com/wpmz/1.0.2"
"""Of a new file; a file that was read keeps its own."""
TEMPLATE_HEIGHT = {"relativeToStartPoint": "relativeToStartPoint", "realTimeFollowSurface": "aboveGroundLevel"}
OURS = {"finishAction", "takeOffSecurityHeight", "takeOffRefPoint", "takeOffRefPointAGLHeight"}
"""What of missionConfig the plan says."""


def documents(plan: PlanFile, aircraft: Aircraft | None, old: Element | None) -> tuple[bytes, bytes, list[Message]]:
    """template.kml, waylines.wpml and what was lost; `old` gives its namespace and mission settings. Raises BadPlan."""
    steps = steps_of(plan)
    mode, heights, lost = heights_of(plan, steps.stops)
    cuts, more = _cuts(steps.stops, heights)
    namespace = _namespace_of(old)
    roots = []
    for is_template in (True, False):
        root = Element("kml", {"xmlns": KML, "xmlns:wpml": namespace})
        body = add(root, "Document")
        if is_template:
            add(body, "wpml:author", "Vanagas")
        body.append(_config(plan, steps, aircraft, old, is_template=is_template))
        _folder(body, steps, mode, heights, cuts, is_template=is_template)
        roots.append(document(root))
    lost = [*steps.lost, *lost, *more, *lost_beside_items(plan)]
    return roots[0], roots[1], lost


def _namespace_of(old: Element | None) -> str:
    """Of the file that is written anew, so that it stays of its version."""
    if old is None:
        return NAMESPACE
    spaces = (str(element.tag)[1:].partition("}")[0] for element in old.iter())
    return next((space for space in spaces if "/wpmz/" in space), NAMESPACE)


def lost_beside_items(plan: PlanFile) -> list[Message]:
    """What of a plan no DJI file holds."""
    lost = beside_items(plan, "kmz")
    lost = [message for message in lost if message.code != "plans.lost.speed"]
    if plan.home is not None and plan.home.alt_m is not None:
        lost.append(Message("plans.lost.dji_home"))
    return lost


def _config(
    plan: PlanFile, steps: Steps, aircraft: Aircraft | None, old: Element | None, *, is_template: bool
) -> Element:
    kept = child(child(old, "Document"), "missionConfig")
    config = Element("wpml:missionConfig")
    if kept is None:
        for key, value in (("flyToWaylineMode", "safely"), ("exitOnRCLost", "executeLostAction")):
            add(config, f"wpml:{key}", value)
        add(config, "wpml:executeRCLostAction", "goBack")
        add(config, "wpml:globalTransitionalSpeed", min(FASTEST_M_S, steps.stops[0].speed_m_s))
    else:
        gone = OURS
        if aircraft:
            gone = OURS | {"droneInfo", "payloadInfo"}
        config.extend(_prefixed(part) for part in kept if local(part) not in gone)
    config.insert(1, _said("finishAction", steps.finish))
    takeoff_m = TAKEOFF_M
    if steps.takeoff_m is not None:
        takeoff_m = steps.takeoff_m
    config.insert(4, _said("takeOffSecurityHeight", takeoff_m))
    if is_template and plan.home is not None:
        config.insert(5, _said("takeOffRefPoint", f"{plan.home.lat:.9f},{plan.home.lon:.9f},0"))
    if aircraft or kept is None:
        number = aircraft or AIRCRAFT[DEFAULT]
        drone = add(config, "wpml:droneInfo")
        add(drone, "wpml:droneEnumValue", number.drone)
        add(drone, "wpml:droneSubEnumValue", number.sub)
        payload = add(config, "wpml:payloadInfo")
        add(payload, "wpml:payloadEnumValue", number.payload)
        add(payload, "wpml:payloadSubEnumValue", 0)
        add(payload, "wpml:payloadPositionIndex", 0)
    return config


def _folder(
    body: Element, steps: Steps, mode: str, heights: Sequence[float], cuts: Sequence[float], *, is_template: bool
) -> None:
    folder = add(body, "Folder")
    cruise = _speed(steps.stops[0])
    if is_template:
        add(folder, "wpml:templateType", "waypoint")
        add(folder, "wpml:templateId", 0)
        system = add(folder, "wpml:waylineCoordinateSysParam")
        add(system, "wpml:coordinateMode", "WGS84")
        add(system, "wpml:heightMode", TEMPLATE_HEIGHT[mode])
        add(system, "wpml:positioningType", "GPS")
        add(folder, "wpml:autoFlightSpeed", cruise)
        add(folder, "wpml:gimbalPitchMode", "manual")
        add(folder, "wpml:globalHeight", heights[0])
        add(add(folder, "wpml:globalWaypointHeadingParam"), "wpml:waypointHeadingMode", "followWayline")
        add(folder, "wpml:globalWaypointTurnMode", "toPointAndStopWithDiscontinuityCurvature")
        add(folder, "wpml:globalUseStraightLine", 1)
    else:
        add(folder, "wpml:templateId", 0)
        add(folder, "wpml:executeHeightMode", mode)
        add(folder, "wpml:waylineId", 0)
        add(folder, "wpml:autoFlightSpeed", cruise)
    ids = count()
    if steps.before:
        _group(folder, "wpml:startActionGroup", next(ids), 0, 0, ("reachPoint", None), _actions(steps.before))
    for number, (stop, height, cut) in enumerate(zip(steps.stops, heights, cuts, strict=True)):
        mark = add(folder, "Placemark")
        point = add(mark, "Point")
        add(point, "coordinates", f"{stop.waypoint.lon:.9f},{stop.waypoint.lat:.9f}")
        add(mark, "wpml:index", number)
        if is_template:
            add(mark, "wpml:ellipsoidHeight", height)
            add(mark, "wpml:height", height)
            for key in ("Height", "Speed", "HeadingParam", "TurnParam"):
                add(mark, f"wpml:useGlobal{key}", False)
        else:
            add(mark, "wpml:executeHeight", height)
        add(mark, "wpml:waypointSpeed", _speed(stop))
        _write_heading(mark, stop)
        turn = add(mark, "wpml:waypointTurnParam")
        add(turn, "wpml:waypointTurnMode", "coordinateTurn" if cut else "toPointAndStopWithDiscontinuityCurvature")
        add(turn, "wpml:waypointTurnDampingDist", cut)
        add(mark, "wpml:useStraightLine", True)
        _write_groups(mark, stop, number, steps.shots, ids)


def _write_groups(mark: Element, stop: WaypointStop, number: int, shots: Iterable[Shots], ids: "count[int]") -> None:
    actions = _actions(stop.actions)
    if stop.waypoint.param1:
        actions.insert(0, ("hover", {"hoverTime": stop.waypoint.param1}))
    if actions:
        _group(mark, "wpml:actionGroup", next(ids), number, number, ("reachPoint", None), actions)
    for shot in shots:
        if shot.start == number:
            picture: Params = {"payloadPositionIndex": 0} | FILE
            trigger = (shot.trigger, shot.every)
            _group(mark, "wpml:actionGroup", next(ids), shot.start, shot.end, trigger, [("takePhoto", picture)])


def _write_heading(mark: Element, stop: WaypointStop) -> None:
    heading = add(mark, "wpml:waypointHeadingParam")
    yaw = math.nan
    if stop.waypoint.command == Command.WAYPOINT:
        yaw = stop.waypoint.param4
    if stop.poi is not None:
        add(heading, "wpml:waypointHeadingMode", "towardPOI")
        add(heading, "wpml:waypointPoiPoint", f"{stop.poi.lat:.9f},{stop.poi.lon:.9f},{stop.poi.alt_m:.6f}")
    elif math.isnan(yaw):
        add(heading, "wpml:waypointHeadingMode", "followWayline")
    else:
        add(heading, "wpml:waypointHeadingMode", "smoothTransition")
        add(heading, "wpml:waypointHeadingAngle", yaw)
    add(heading, "wpml:waypointHeadingPathMode", "followBadArc")


def _group(
    parent: Element, tag: str, number: int, start: int, end: int, trigger: tuple[str, float | None],
    actions: Iterable[tuple[str, Params]],
) -> None:  # fmt: skip
    group = add(parent, tag)
    add(group, "wpml:actionGroupId", number)
    add(group, "wpml:actionGroupStartIndex", start)
    add(group, "wpml:actionGroupEndIndex", end)
    add(group, "wpml:actionGroupMode", "sequence")
    told = add(group, "wpml:actionTrigger")
    add(told, "wpml:actionTriggerType", trigger[0])
    if trigger[1] is not None:
        add(told, "wpml:actionTriggerParam", trigger[1])
    for place, (func, params) in enumerate(actions):
        action = add(group, "wpml:action")
        add(action, "wpml:actionId", place)
        add(action, "wpml:actionActuatorFunc", func)
        inner = add(action, "wpml:actionActuatorFuncParam")
        for key, value in params.items():
            add(inner, f"wpml:{key}", value)


def _actions(items: Iterable[MissionItem]) -> list[tuple[str, Params]]:
    return [action for item in items if (action := action_of(item)) is not None]


def _speed(stop: WaypointStop) -> float:
    return float(min(FASTEST_M_S, max(0.1, stop.speed_m_s)))


def _cuts(stops: Sequence[WaypointStop], heights: Sequence[float]) -> tuple[list[float], list[Message]]:
    """The damping distance of each waypoint, 0 to stop there; shortened where two would not fit between them."""
    cuts = [stop.waypoint.param2 for stop in stops]
    cuts[0] = cuts[-1] = 0.0
    for number, (a, b) in enumerate(pairwise(stops)):
        flat = LocalFrame(a.waypoint.lat, a.waypoint.lon).to_metres(b.waypoint.lat, b.waypoint.lon)
        room = 0.99 * math.hypot(*flat, heights[number] - heights[number + 1])
        cuts[number] = min(cuts[number], room)
        cuts[number + 1] = min(cuts[number + 1], room - cuts[number])
    if cut := sum(cut != stop.waypoint.param2 for cut, stop in zip(cuts, stops, strict=True)):
        return cuts, [Message("plans.lost.radii", count=cut)]
    return cuts, []


def _said(key: str, value: str | float) -> Element:
    return add(Element("x"), f"wpml:{key}", value)


def _prefixed(part: Element) -> Element:
    """A copy whose names have the prefix wpml instead of their namespace."""
    again = copy.deepcopy(part)
    for element in again.iter():
        element.tag = f"wpml:{local(element)}"
    return again
