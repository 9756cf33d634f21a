"""Wayline documents to mission items: waylines.wpml, which is what is flown, and a waypoint template without one.

A speed is told before the waypoint from which it holds, a hover first of all at a waypoint is its hold time, a camera
trigger begins and ends after the waypoints that its group names, and a region of interest holds from its waypoint on.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from xml.etree.ElementTree import Element

from mission.formats.document import PlanFile
from mission.formats.wpml.actions import EVENLY, NAV_DELAY, PICTURE, STOP_PICTURES, items_of, note_of
from mission.parsing import bounded
from mission.parsing.markup import child, children, named, text
from telemetry.errors import BadPlan
from telemetry.messages import Message
from telemetry.positions import LocalFrame, Position
from telemetry.transfer.mission_items import AltitudeFrame, Command, MissionItem

ROI = 195
ROI_NONE = 197
"""MAV_CMD_DO_SET_ROI_LOCATION and _NONE."""
FRAME_OF_MODE = {
    "relativeToStartPoint": int(AltitudeFrame.RELATIVE),
    "realTimeFollowSurface": 10,
    "WGS84": int(AltitudeFrame.AMSL),
}
TEMPLATE_FRAME = {
    "relativeToStartPoint": int(AltitudeFrame.RELATIVE),
    "aboveGroundLevel": 10,
    "EGM96": int(AltitudeFrame.AMSL),
}
TEMPLATE_FRAME |= {"realTimeFollowSurface": 10, "WGS84": int(AltitudeFrame.AMSL)}
LOWEST_TAKEOFF_M = 1.2
HIGHEST_TAKEOFF_M = 1_500.0
FASTEST_M_S = 50.0
BETWEEN = "betweenAdjacentPoints"
"""The trigger of what is done from one waypoint to the next."""
FINISH = {"goHome", "noAction", "autoLand", "gotoFirstWaypoint"}


@dataclass(frozen=True)
class Group:
    """An actionGroup: where it begins and ends, what sets it off, and the items of its actions."""

    start: int
    end: int
    trigger: str
    every: float
    items: tuple[MissionItem, ...]


@dataclass(frozen=True)
class Wayline:
    """One Folder as it is flown."""

    items: tuple[MissionItem, ...]
    speed_m_s: float


def plan_of(root: Element, name: str, *, is_template: bool = False) -> PlanFile:
    """The plan in the root of waylines.wpml, or of a template of waypoints. Raises BadPlan."""
    folders = [folder for folder in named(root, "Folder") if children(folder, "Placemark")]
    kinds: set[str | None] = set()
    if is_template:
        kinds = {text(folder, "templateType") for folder in folders}
    if not folders or kinds - {"waypoint", None}:
        if not is_template:
            raise BadPlan(Message("plans.wpml.no_wayline", name=name))
        said = ", ".join(sorted(map(str, kinds))) or Message("plans.wpml.without_waypoints")
        raise BadPlan(Message("plans.wpml.template", name=name, kinds=said))
    bounded.want_count(sum(len(children(folder, "Placemark")) for folder in folders), name, "waypoints")
    config = child(child(root, "Document"), "missionConfig")
    unknown = Counter[str]()
    waylines = [_wayline(folder, f"{name}, wayline {n}", unknown, is_template) for n, folder in enumerate(folders)]
    items = [item for wayline in waylines for item in wayline.items]
    items = [*_take_off(config, name), *items, *_finish(config, items, name)]
    bounded.want_count(len(items), name)
    notes = [note_of(func, times) for func, times in unknown.items()]
    if len(waylines) > 1:
        notes.append(Message("plans.notes.waylines", count=len(waylines)))
    if any(text(folder, "executeHeightMode") == "WGS84" for folder in folders):
        notes.append(Message("plans.notes.ellipsoid"))
    home = home_of(root, name)
    return PlanFile(bounded.stem(name), tuple(items), home, speed_m_s=waylines[0].speed_m_s, notes=tuple(notes))


def _wayline(folder: Element, place: str, unknown: Counter[str], is_template: bool) -> Wayline:
    marks = children(folder, "Placemark")
    default_speed = None
    if is_template:
        default_speed = 5.0
    cruise = _number(folder, "autoFlightSpeed", place, default_speed)
    _want_speed(cruise, f"{place}, autoFlightSpeed")
    frame = _frame(folder, place, is_template)
    groups = [_group(group, len(marks), place, unknown) for mark in marks for group in children(mark, "actionGroup")]
    at_once: dict[int, list[Group]] = defaultdict(list)
    begins: dict[int, list[Group]] = defaultdict(list)
    ends: dict[int, list[Group]] = defaultdict(list)
    for group in groups:
        if group.trigger == "reachPoint":
            bounded.want_count((group.end - group.start + 1) * max(1, len(group.items)), place, "actions")
            for number in range(group.start, group.end + 1):
                at_once[number].append(group)
        elif group.trigger == BETWEEN:
            at_once[group.end].append(group)
        elif group.every > 0 and group.end > group.start:
            begins[group.start].append(group)
            ends[group.end].append(group)
    bounded.want_count(sum(len(group.items) for there in at_once.values() for group in there), place, "actions")
    items = [item for start in children(folder, "startActionGroup") for item in _actions(start, place, unknown)]
    speed = -1.0
    poi = False
    common = child(folder, "globalWaypointHeadingParam")
    common_height = text(folder, "globalHeight")
    way: list[MissionItem] = []
    for number, mark in enumerate(marks):
        here = f"{place}, waypoint {number}"
        wanted = _speed(mark, cruise, here, is_template)
        if wanted != speed:
            items.append(MissionItem(Command.CHANGE_SPEED, AltitudeFrame.NO_POSITION, 1, wanted, -1))
            speed = wanted
        waypoint = _waypoint(mark, common_height, number, frame, here, is_template)
        way.append(waypoint)
        actions = [item for group in at_once[number] for item in group.items]
        if actions and actions[0].command == NAV_DELAY:
            waypoint = replace(waypoint, param1=actions[0].param1)
            actions = actions[1:]
        items.append(waypoint)
        point = _poi(mark, common, here)
        if point is not None:
            items.append(point)
        elif poi:
            items.append(MissionItem(ROI_NONE, AltitudeFrame.NO_POSITION))
        poi = point is not None
        items += [_stop(group) for group in ends[number]] + [_start(group) for group in begins[number]] + actions
    _want_room(way, place)
    return Wayline(tuple(items), cruise)


def _waypoint(
    mark: Element, common_height: str | None, number: int, frame: int, place: str, is_template: bool
) -> MissionItem:
    index = _number(mark, "index", place)
    if index != number:
        raise BadPlan(Message("plans.wpml.index", place=place, index=index))
    parts = (text(child(mark, "Point"), "coordinates") or "").split(",")
    if len(parts) not in (2, 3):
        raise BadPlan(Message("plans.wpml.coordinates", place=place))
    lat, lon = bounded.place_of(bounded.number_in(parts[1], place), bounded.number_in(parts[0], place), place)
    height = _template_height(mark, common_height, place) if is_template else _number(mark, "executeHeight", place)
    turn = child(mark, "waypointTurnParam")
    heading = child(mark, "waypointHeadingParam")
    cuts = (text(turn, "waypointTurnMode") or "").startswith(("coordinateTurn", "toPointAndPass"))
    damping = 0.0
    if turn is not None and cuts:
        damping = _number(turn, "waypointTurnDampingDist", place, 0.0)
    yaw = math.nan
    if heading is not None and text(heading, "waypointHeadingMode") == "smoothTransition":
        yaw = _number(heading, "waypointHeadingAngle", place)
    alt = bounded.height_of(height, place)
    return MissionItem(Command.WAYPOINT, frame, 0.0, max(0.0, damping), 0.0, yaw, lat=lat, lon=lon, alt_m=alt)


def _template_height(mark: Element, common_height: str | None, place: str) -> float:
    if text(mark, "useGlobalHeight") == "1" and common_height is not None:
        return bounded.number_in(common_height, f"{place}, globalHeight")
    key = next((key for key in ("height", "executeHeight", "ellipsoidHeight") if text(mark, key) is not None), "height")
    return _number(mark, key, place)


def _frame(folder: Element, place: str, is_template: bool) -> int:
    if is_template:
        mode = text(child(folder, "waylineCoordinateSysParam"), "heightMode") or "relativeToStartPoint"
        modes = TEMPLATE_FRAME
    else:
        mode = text(folder, "executeHeightMode") or ""
        modes = FRAME_OF_MODE
    if mode not in modes:
        raise BadPlan(Message("plans.wpml.height_mode", place=place, mode=mode[:40], known=list(modes)))
    return modes[mode]


def _speed(mark: Element, cruise: float, place: str, is_template: bool) -> float:
    if is_template and text(mark, "useGlobalSpeed") == "1":
        return cruise
    speed = _number(mark, "waypointSpeed", place, cruise)
    if speed == 0:
        return cruise
    _want_speed(speed, f"{place}, waypointSpeed")
    return speed


def _want_speed(speed: float, place: str) -> None:
    if not 0 < speed <= FASTEST_M_S:
        raise BadPlan(Message("plans.wpml.speed", place=place, speed=speed, most=FASTEST_M_S))


def _group(group: Element, waypoints: int, place: str, unknown: Counter[str]) -> Group:
    start, end = (int(_number(group, f"actionGroup{which}Index", place)) for which in ("Start", "End"))
    if not 0 <= start <= end < waypoints:
        raise BadPlan(Message("plans.wpml.action_group", place=place, start=start, end=end, waypoints=waypoints))
    trigger = child(group, "actionTrigger")
    kind = text(trigger, "actionTriggerType") or ""
    if kind not in ("reachPoint", BETWEEN, "multipleTiming", "multipleDistance"):
        unknown[f"the trigger {kind[:40]!r}"] += 1
    every = 0.0
    if trigger is not None:
        every = _number(trigger, "actionTriggerParam", place, 0.0)
    done: Counter[str] = Counter()
    items = tuple(_actions(group, place, done))
    if kind == BETWEEN and set(done) != {EVENLY}:
        unknown[f"what is done between two waypoints ({BETWEEN})"] += 1
        items = ()
    else:
        unknown.update(done)
    if kind.startswith("multiple") and not any(item.command == PICTURE for item in items):
        unknown[f"{kind} without takePhoto"] += 1
        kind = ""
    if not kind.startswith("multiple"):
        every = 0.0
    return Group(start, end, kind, every, items)


def _actions(group: Element, place: str, unknown: Counter[str]) -> Iterator[MissionItem]:
    for action in children(group, "action"):
        yield from items_of(action, place, unknown)


def _start(group: Group) -> MissionItem:
    if group.trigger == "multipleDistance":
        return MissionItem(Command.CAMERA_TRIGGER_DISTANCE, AltitudeFrame.NO_POSITION, group.every, 0, 1)
    return MissionItem(PICTURE, AltitudeFrame.NO_POSITION, 0, group.every, 0)


def _stop(group: Group) -> MissionItem:
    if group.trigger == "multipleDistance":
        return MissionItem(Command.CAMERA_TRIGGER_DISTANCE, AltitudeFrame.NO_POSITION)
    return MissionItem(STOP_PICTURES, AltitudeFrame.NO_POSITION)


def _poi(mark: Element, common: Element | None, place: str) -> MissionItem | None:
    heading = child(mark, "waypointHeadingParam")
    if heading is None or text(mark, "useGlobalHeadingParam") == "1":
        heading = common
    if heading is None or text(heading, "waypointHeadingMode") != "towardPOI":
        return None
    parts = (text(heading, "waypointPoiPoint") or "").split(",")
    if len(parts) not in (2, 3):
        raise BadPlan(Message("plans.wpml.point_of_interest", place=place))
    lat, lon, alt = (bounded.number_in(part, place) for part in [*parts, "0"][:3])
    lat, lon = bounded.place_of(lat, lon, place)
    return MissionItem(ROI, lat=lat, lon=lon, alt_m=bounded.height_of(alt, place))


def _take_off(config: Element | None, name: str) -> list[MissionItem]:
    if text(config, "takeOffSecurityHeight") is None or config is None:
        return []
    height = _number(config, "takeOffSecurityHeight", name)
    if not LOWEST_TAKEOFF_M <= height <= HIGHEST_TAKEOFF_M:
        raise BadPlan(
            Message(
                "plans.wpml.take_off_height", name=name, height_m=height, least=LOWEST_TAKEOFF_M, most=HIGHEST_TAKEOFF_M
            )
        )
    return [MissionItem(Command.TAKEOFF, param4=math.nan, alt_m=height)]


def _finish(config: Element | None, items: Iterable[MissionItem], name: str) -> list[MissionItem]:
    action = text(config, "finishAction") or "noAction"
    if action not in FINISH:
        raise BadPlan(Message("plans.wpml.finish_action", name=name, action=action[:40], known=sorted(FINISH)))
    if action == "goHome":
        return [MissionItem(Command.RETURN_TO_LAUNCH, AltitudeFrame.NO_POSITION)]
    if action == "autoLand":
        return [MissionItem(Command.LAND, param4=math.nan)]
    if action == "gotoFirstWaypoint":
        return [replace(item, param1=0.0) for item in items if item.command == Command.WAYPOINT][:1]
    return []


def home_of(root: Element, name: str) -> Position | None:
    """The reference take-off point; its height is of the ellipsoid, so it is not taken."""
    parts = (text(child(child(root, "Document"), "missionConfig"), "takeOffRefPoint") or "").split(",")
    if len(parts) < 2:
        return None
    place = f"{name}, takeOffRefPoint"
    return bounded.position_of(bounded.number_in(parts[0], place), bounded.number_in(parts[1], place), None, place)


def _want_room(way: list[MissionItem], place: str) -> None:
    """Corners that are cut must fit between their neighbours."""
    for number, (a, b) in enumerate(pairwise(way)):
        if not a.param2 and not b.param2:
            continue
        room = math.hypot(*LocalFrame(a.lat, a.lon).to_metres(b.lat, b.lon), a.alt_m - b.alt_m)
        if a.param2 + b.param2 > room + 0.01:
            raise BadPlan(
                Message(
                    "plans.wpml.corners",
                    place=place,
                    first=number,
                    second=number + 1,
                    first_m=a.param2,
                    second_m=b.param2,
                    room_m=room,
                )
            )


def _number(element: Element | None, key: str, place: str, default: float | None = None) -> float:
    said = text(element, key)
    if said is None and default is not None:
        return default
    if said is None:
        raise BadPlan(Message("plans.wpml.missing", place=place, key=key))
    return bounded.number_in(said, f"{place}, {key}")


def told(marks: int) -> Message:
    """What a wayline file holds beyond a plan."""
    return Message("plans.lost.dji_settings", count=marks)
