"""Mission items sorted by the waypoint at which they happen, as DJI's format wants them. Writes no XML."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from mission.formats.document import PlanFile
from mission.formats.path import is_on_path, left_out
from mission.formats.wpml.actions import NAV_DELAY, PICTURE, STOP_PICTURES, action_of, is_exact
from mission.formats.wpml.reading import HIGHEST_TAKEOFF_M, LOWEST_TAKEOFF_M, ROI, ROI_NONE
from telemetry.errors import BadPlan
from telemetry.messages import Message
from telemetry.transfer.mission_items import AltitudeFrame, Command, MissionItem

FASTEST_M_S = 15.0
"""What every one of DJI's aircraft can fly, and the most that globalTransitionalSpeed may be."""
TAKEOFF_M = 20.0
"""takeOffSecurityHeight where the plan has no take-off."""
CRUISE_M_S = 5.0
LOWEST_M = -1_000.0
"""Above home."""
TAKEOFFS = (22, 84)
LANDINGS = (21, 85)
RETURN = 20
LOITER_TIME = 19


@dataclass
class WaypointStop:
    """One waypoint and what happens there."""

    waypoint: MissionItem
    speed_m_s: float
    poi: MissionItem | None = None
    actions: list[MissionItem] = field(default_factory=list)


@dataclass
class Shots:
    """Pictures every so many metres or seconds from one waypoint to another."""

    trigger: str
    every: float
    start: int
    end: int


@dataclass
class Steps:
    """A whole plan, so sorted."""

    stops: list[WaypointStop] = field(default_factory=list)
    shots: list[Shots] = field(default_factory=list)
    before: list[MissionItem] = field(default_factory=list)
    """Actions before the first waypoint."""
    takeoff_m: float | None = None
    finish: str = "noAction"
    lost: list[Message] = field(default_factory=list)


def steps_of(plan: PlanFile) -> Steps:
    """The plan's items by waypoint, with what could not be placed told in `lost`. Raises BadPlan without a waypoint."""
    return _Sorting(plan).steps


class _Sorting:
    """Walks through the items once."""

    def __init__(self, plan: PlanFile) -> None:
        self.steps = Steps()
        self._speed = plan.speed_m_s
        self._open: Shots | None = None
        self._poi: MissionItem | None = None
        self._dropped: list[MissionItem] = []
        self._unlike: list[MissionItem] = []
        for number, item in enumerate(plan.items):
            if self.steps.finish != "noAction":
                self._dropped += plan.items[number:]
                break
            self._take(item)
        if not self.steps.stops:
            raise BadPlan(Message("plans.wpml.no_waypoint", plan=plan.name))
        self._close()
        self._tell(plan)

    def _take(self, item: MissionItem) -> None:
        command = int(item.command)
        if command in TAKEOFFS and not self.steps.stops and self.steps.takeoff_m is None:
            self._take_off(item)
        elif command == RETURN:
            self.steps.finish = "goHome"
        elif command in LANDINGS and not is_on_path(item):
            self.steps.finish = "autoLand"
        elif is_on_path(item):
            self._fly_to(item)
        elif command == Command.CHANGE_SPEED and item.param2 > 0:
            self._speed = item.param2
            if (item.param1, item.param3) != (1, -1):
                self._unlike.append(item)
        elif command in (ROI, ROI_NONE):
            self._look(item)
        elif command == Command.CAMERA_TRIGGER_DISTANCE or self._is_interval(item):
            self._shoot(item)
        elif action_of(item) is not None:
            self._last_actions().append(item)
            if not is_exact(item) or (command == NAV_DELAY and self._is_first_action(item)):
                self._unlike.append(item)
        else:
            self._dropped.append(item)

    def _take_off(self, item: MissionItem) -> None:
        height = min(max(item.alt_m, LOWEST_TAKEOFF_M), HIGHEST_TAKEOFF_M)
        self.steps.takeoff_m = height
        if height != item.alt_m:
            self.steps.lost.append(Message("plans.lost.take_off_height", planned_m=item.alt_m, height_m=height))
        if item.lat or item.lon:
            self.steps.lost.append(Message("plans.lost.take_off_place"))

    def _last_actions(self) -> list[MissionItem]:
        """What is done at the last waypoint so far, or before the first."""
        if self.steps.stops:
            return self.steps.stops[-1].actions
        return self.steps.before

    def _at_last_height(self, landing: MissionItem) -> MissionItem:
        """DJI lands from a waypoint: one above the landing place, as high as the one before."""
        if not self.steps.stops:
            return replace(landing, alt_m=TAKEOFF_M, frame=AltitudeFrame.RELATIVE)
        before = self.steps.stops[-1].waypoint
        return replace(landing, alt_m=before.alt_m, frame=before.frame)

    def _fly_to(self, item: MissionItem) -> None:
        at = len(self.steps.stops)
        command = int(item.command)
        if command in LANDINGS:
            self.steps.finish = "autoLand"
            item = self._at_last_height(item)
        if command != Command.WAYPOINT or item.param3 or not item.autocontinue:
            self._unlike.append(item)
        hold_s = 0.0
        if command in (Command.WAYPOINT, LOITER_TIME):
            hold_s = max(0.0, item.param1)
        radius_m = 0.0
        if command == Command.WAYPOINT:
            radius_m = max(0.0, item.param2)
        waypoint = replace(item, param1=hold_s, param2=radius_m)
        self.steps.stops.append(WaypointStop(waypoint, self._speed or CRUISE_M_S, self._poi))
        if self._open is not None and self._open.start < 0:
            self._open.start = at

    def _look(self, item: MissionItem) -> None:
        self._poi = None
        if item.command == ROI:
            self._poi = item
        if not self.steps.stops:
            self._unlike.append(item)
            return
        self.steps.stops[-1].poi = self._poi

    @staticmethod
    def _is_interval(item: MissionItem) -> bool:
        return item.command == STOP_PICTURES or (item.command == PICTURE and item.param2 > 0 and item.param3 == 0)

    def _shoot(self, item: MissionItem) -> None:
        distance = item.command == Command.CAMERA_TRIGGER_DISTANCE
        every = 0.0
        trigger = "multipleTiming"
        if distance:
            every = item.param1
            trigger = "multipleDistance"
        elif item.command == PICTURE:
            every = item.param2
        self._close()
        if every > 0:
            at = len(self.steps.stops) - 1
            self._open = Shots(trigger, every, at, at)
        if not self.steps.stops or (distance and item.param3 != (every > 0)):
            self._unlike.append(item)

    def _close(self) -> None:
        """End the pictures at the last waypoint there is."""
        if self._open is None:
            return
        self._open.end = len(self.steps.stops) - 1
        if self._open.end > self._open.start >= 0:
            self.steps.shots.append(self._open)
        else:
            self.steps.lost.append(Message("plans.lost.pictures"))
        self._open = None

    def _is_first_action(self, item: MissionItem) -> bool:
        """A delay first of all at a waypoint is read back as its hold time."""
        return bool(self.steps.stops) and self.steps.stops[-1].actions == [item]

    def _tell(self, plan: PlanFile) -> None:
        lost = self.steps.lost
        lost += left_out(self._dropped)
        if self._unlike:
            lost.append(Message("plans.lost.unlike", count=len(self._unlike)))
        if fast := sum(stop.speed_m_s > FASTEST_M_S for stop in self.steps.stops):
            lost.append(Message("plans.lost.speeds", count=fast, most=FASTEST_M_S))
        if not any(item.command == Command.CHANGE_SPEED for item in plan.items):
            lost.append(Message("plans.lost.dji_speed", speed=self.steps.stops[0].speed_m_s))
        if self.steps.takeoff_m is None:
            lost.append(Message("plans.lost.dji_take_off", height_m=TAKEOFF_M))
        if len(self.steps.stops) == 1:
            lost.append(Message("plans.lost.one_waypoint"))


def heights_of(plan: PlanFile, stops: Sequence[WaypointStop]) -> tuple[str, list[float], list[Message]]:
    """executeHeightMode, the height of each waypoint in its sense, and what was lost. Raises BadPlan.

    DJI's heights above the ellipsoid are never written: the geoid is not known here.
    """
    frames = {int(stop.waypoint.frame) for stop in stops}
    if frames == {10}:
        return "realTimeFollowSurface", [stop.waypoint.alt_m for stop in stops], []
    level = plan.home_alt_m
    sea = sum(stop.waypoint.frame == AltitudeFrame.AMSL for stop in stops)
    if sea and level is None:
        raise BadPlan(Message("plans.wpml.no_home_altitude", plan=plan.name, count=sea))
    lost = []
    if sea:
        lost.append(Message("plans.lost.sea_heights", count=sea))
    if odd := sum(stop.waypoint.frame not in (AltitudeFrame.AMSL, AltitudeFrame.RELATIVE) for stop in stops):
        lost.append(Message("plans.lost.terrain_heights", count=odd))
    low = [stop.waypoint.alt_m - (level or 0.0) * (stop.waypoint.frame == AltitudeFrame.AMSL) for stop in stops]
    if deep := [height for height in low if height < LOWEST_M]:
        raise BadPlan(Message("plans.wpml.too_low", plan=plan.name, height_m=deep[0]))
    return "relativeToStartPoint", low, lost
