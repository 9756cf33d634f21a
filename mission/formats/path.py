"""What is left of a plan in a format that knows points but no commands, and what becomes of points without one."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from mission.formats.document import NEEDS_POSITION, PlanFile
from mission.formats.losses import kept_by_others
from telemetry.messages import Message
from telemetry.transfer.mission_items import AltitudeFrame, Command, MissionItem

ON_THE_WAY = NEEDS_POSITION | {21, 22, 31, 84, 85}
"""Commands that are flown to; 0, 0 is where the vehicle is and no point of the path."""
KINDS = {
    "camera": {203, 206, 214, 530, 531, 532, 2000, 2001, 2500, 2501},
    "gimbal": {204, 205, 1000},
    "speed": {178},
    "heading": {115, 195, 196, 197, 201},
    "return": {20},
    "landing": {21, 85},
    "take_off": {22, 84},
    "jump": {177},
}


class PathPoint(NamedTuple):
    """One point of a file: degrees, metres or None, and the MAV_FRAME of the metres."""

    lat: float
    lon: float
    alt_m: float | None
    frame: int


def is_on_path(item: MissionItem) -> bool:
    """Whether the item is a point of the path."""
    return item.command in ON_THE_WAY and (item.lat != 0 or item.lon != 0)


def path_of(plan: PlanFile) -> list[MissionItem]:
    """The points that are flown to, in order."""
    return [item for item in plan.items if is_on_path(item)]


def lost_beside_path(plan: PlanFile, format_key: str) -> list[Message]:
    """For a format of points: the commands, parameters and speeds that it cannot hold."""
    lost = left_out(item for item in plan.items if not is_on_path(item))
    others = sum(item.command != Command.WAYPOINT for item in path_of(plan))
    if others:
        lost.append(Message("plans.lost.become_waypoints", count=others))
    waypoints = [item for item in path_of(plan) if item.command == Command.WAYPOINT]
    if set_up := sum(any(item.params[:3]) or not math.isnan(item.param4) for item in waypoints):
        lost.append(Message("plans.lost.settings", count=set_up))
    if stops := sum(not item.autocontinue for item in path_of(plan)):
        lost.append(Message("plans.lost.stops", count=stops))
    if plan.speed_m_s is not None:
        lost.append(Message("plans.lost.path_speed", speed=plan.speed_m_s))
    return lost + kept_by_others(plan, format_key)


def waypoints_of(points: Sequence[PathPoint], height_m: float) -> tuple[list[MissionItem], list[Message]]:
    """A waypoint for each point, and notes: on heights that were missing, and that nothing but a path is there."""
    items = [_waypoint(point, height_m) for point in points]
    notes = [Message("plans.notes.path")]
    if bare := sum(point.alt_m is None for point in points):
        notes.append(Message("plans.notes.no_height", count=bare, height_m=height_m))
    return items, notes


def _waypoint(point: PathPoint, height_m: float) -> MissionItem:
    frame = point.frame
    alt_m = point.alt_m
    if alt_m is None:
        frame = AltitudeFrame.RELATIVE
        alt_m = height_m
    return MissionItem(Command.WAYPOINT, frame, param4=math.nan, lat=point.lat, lon=point.lon, alt_m=alt_m)


def left_out(items: Iterable[MissionItem]) -> list[Message]:
    """Items that a format cannot hold, by kind."""
    kinds = Counter(_kind(item.command) for item in items)
    said = [_counted(kind, count) for kind, count in kinds.items()]
    return [Message("plans.lost.items", what=each) for each in said]


def _counted(kind: str | int, count: int) -> Message:
    if isinstance(kind, str):
        return Message(f"plans.kinds.{kind}", count=count)
    return Message("plans.lost.command", count=count, command=kind)


def _kind(command: int) -> str | int:
    return next((kind for kind, commands in KINDS.items() if command in commands), int(command))
