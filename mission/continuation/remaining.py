"""What is left of a plan from where its flight was broken off: items to items. Pure; checks nothing.

The vehicle takes off as the plan says, flies to where the last picture was taken, and goes on with speed, camera and
gimbal as they were there. Geofence and rally points stay: a fence drawn by this program covers every straight way home.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mission.formats.document import DO_JUMP, NEEDS_POSITION, PlanFile
from telemetry.errors import BadPlan
from telemetry.messages import Message
from telemetry.positions import LocalFrame
from telemetry.transfer.mission_items import AltitudeFrame, Command, MissionItem

TAKEOFFS = frozenset({Command.TAKEOFF, 84})
SAME_HEIGHT_M = 0.05
TRIGGER_INTERVAL = 214
IMAGE_START = 2000
IMAGE_STOP = 2001
SETTINGS = {
    Command.CHANGE_SPEED: "speed",
    204: "mount",
    Command.MOUNT_CONTROL: "gimbal",
    1000: "gimbal",
    Command.SET_ROI_LOCATION: "region of interest",
    196: "region of interest",
    201: "region of interest",
    Command.SET_ROI_NONE: "region of interest",
    531: "zoom",
    115: "yaw",
    2500: "video",
    2501: "video",
    Command.CAMERA_TRIGGER_DISTANCE: "trigger",
    TRIGGER_INTERVAL: "trigger",
    IMAGE_START: "trigger",
    IMAGE_STOP: "trigger",
}
"""MAV_CMDs whose effect lasts, by what they set; the last of each kind holds. In this order they are set again, so that
the camera looks where it should before it takes pictures."""
ORDER = ("mount", "gimbal", "region of interest", "zoom", "yaw", "video", "trigger")


@dataclass(frozen=True)
class BreakOff:
    """Where a flight was broken off."""

    item: int
    """Place in the plan's items, from 0, of the item that was under way."""
    lat: float
    lon: float
    """Degrees: where the last picture was taken, or where it was last on its way."""


@dataclass(frozen=True)
class PathLeg:
    """The way to one point of a plan."""

    target: int
    """Place of the point in the plan's items, from 0."""
    begins: MissionItem
    """The point before it; the take-off, or the point itself, for the first."""
    ends: MissionItem
    takes_pictures: bool
    """Whether pictures are taken all along it."""

    def part(self, lat: float, lon: float) -> tuple[float, float]:
        """How far along it the place nearest to (lat, lon) is, 0..1, and the metres between the two over ground."""
        frame = LocalFrame(self.begins.lat, self.begins.lon)
        way = np.array(frame.to_metres(self.ends.lat, self.ends.lon))
        at = np.array(frame.to_metres(lat, lon))
        length = float(way @ way)
        part = 0.0
        if length > 0:
            part = min(1.0, max(0.0, float(at @ way) / length))
        return part, float(np.linalg.norm(at - part * way))


def path_of(plan: PlanFile) -> list[PathLeg]:
    """The ways from point to point of a plan, in flying order. Raises BadPlan for one that jumps."""
    if any(item.command == DO_JUMP for item in plan.items):
        raise BadPlan(Message("continuation.jumps", plan=plan.name))
    legs: list[PathLeg] = []
    before = next((item for item in plan.items if item.command in TAKEOFFS and (item.lat or item.lon)), None)
    for number, item in enumerate(plan.items):
        if item.command not in NEEDS_POSITION:
            continue
        settings = settings_after(plan.items[:number])
        legs.append(PathLeg(number, before or item, item, "trigger" in settings))
        before = item
    if not legs:
        raise BadPlan(Message("continuation.no_point", plan=plan.name))
    return legs


def leg_under_way(path: Sequence[PathLeg], item: int) -> PathLeg | None:
    """The leg that was flown when item number `item` was under way; None behind the last point."""
    return next((leg for leg in path if leg.target >= item), None)


def remaining(plan: PlanFile, stop: BreakOff) -> PlanFile:
    """What is left of `plan` from `stop` on, called as it is.

    Where pictures are taken along the way it begins at `stop`, else at the point that was flown to. A stay at a point
    is begun anew. Raises BadPlan where nothing or everything is left, or the plan jumps.
    """
    path = path_of(plan)
    leg = leg_under_way(path, stop.item)
    if leg is None:
        raise BadPlan(Message("continuation.finished", plan=plan.name))
    if leg is path[0]:
        raise BadPlan(Message("continuation.not_begun", plan=plan.name))
    settings = settings_after(plan.items[: leg.target])
    speed = []
    if "speed" in settings:
        speed = [settings.pop("speed")]
    begins = []
    if leg.takes_pictures:
        begins = _begins(leg, stop)
    once = [item for item in plan.items[stop.item : leg.target] if item.command not in SETTINGS]
    take_off = [item for item in plan.items[: path[0].target] if item.command in TAKEOFFS][:1]
    items = (
        *take_off,
        *speed,
        *_arrival(take_off, begins or [leg.ends]),
        *begins,
        *(settings[kind] for kind in ORDER if kind in settings),
        *once,
        *plan.items[leg.target :],
    )
    left = len([each for each in path if each.target >= leg.target])
    note = Message("continuation.note", plan=plan.name, item=leg.target + 1, left=left, points=len(path))
    return replace(plan, items=items, kept={}, notes=(note,))


def settings_after(items: Iterable[MissionItem]) -> dict[str, MissionItem]:
    """What holds after `items`, by kind: the last speed, gimbal, trigger, …; what was switched off is left out."""
    found: dict[str, MissionItem] = {}
    for item in items:
        kind = SETTINGS.get(item.command)
        if kind is None or (item.command == IMAGE_START and item.param3 > 0):  # so many pictures, and no more
            continue
        if _switches_off(item):
            found.pop(kind, None)
        else:
            found[kind] = item
    return found


def _switches_off(item: MissionItem) -> bool:
    if item.command in (Command.CAMERA_TRIGGER_DISTANCE, TRIGGER_INTERVAL):
        return not item.param1 > 0
    if item.command == IMAGE_START:
        return not item.param2 > 0
    return item.command in (IMAGE_STOP, Command.SET_ROI_NONE, 2501)


def _begins(leg: PathLeg, stop: BreakOff) -> list[MissionItem]:
    """The point on `leg` where pictures are taken again, as an item."""
    part, _ = leg.part(stop.lat, stop.lon)
    from_m = leg.ends.alt_m
    if leg.begins.frame == leg.ends.frame:
        from_m = leg.begins.alt_m
    lat, lon, height = (
        start + part * (end - start)
        for start, end in (
            (leg.begins.lat, leg.ends.lat),
            (leg.begins.lon, leg.ends.lon),
            (from_m, leg.ends.alt_m),
        )
    )
    return [
        MissionItem(
            Command.WAYPOINT,
            leg.ends.frame,
            param4=math.nan,
            lat=round(lat, 7),
            lon=round(lon, 7),
            alt_m=round(height, 2),
        )
    ]


def _arrival(take_off: Sequence[MissionItem], first: Sequence[MissionItem]) -> list[MissionItem]:
    """A point above or below the first one at the height of the take-off, so that the way out is flown level."""
    if not take_off or take_off[0].frame != AltitudeFrame.RELATIVE or first[0].frame != AltitudeFrame.RELATIVE:
        return []
    if abs(take_off[0].alt_m - first[0].alt_m) <= SAME_HEIGHT_M:
        return []
    height = take_off[0].alt_m
    return [MissionItem(Command.WAYPOINT, param4=math.nan, lat=first[0].lat, lon=first[0].lon, alt_m=height)]
