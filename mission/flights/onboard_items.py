"""What of a plan file goes on board a vehicle, and what of it is done once it stands. Sends nothing.

A mission is whole when it takes off and lands by itself. MAVLink: common.xml, MAV_CMD_NAV_FENCE_* and RALLY_POINT.
"""

from collections.abc import Sequence
from dataclasses import replace

from mission.formats.document import DO_JUMP, HAS_POSITION, FenceArea, PlanFile
from telemetry.errors import BadPlan
from telemetry.messages import Message
from telemetry.positions import Position, distance_m
from telemetry.transfer.mission_items import AltitudeFrame, Command, MissionItem

TAKEOFFS = frozenset({Command.TAKEOFF, 84})
LANDINGS = frozenset({Command.RETURN_TO_LAUNCH, Command.LAND, 85})
"""With the VTOL twins."""
POLYGON = 5001
POLYGON_OUT = 5002
CIRCLE = 5003
CIRCLE_OUT = 5004
RALLY = 5100
CLIMB_M = 20.0
"""Metres above home to climb to where the plan's first point does not say it."""
LANDED_WITHIN_M = 15.0
"""Of the place it was to land at: a satellite fix in a yard between houses, and a gust on the way down."""
_POLYGONS = {True: POLYGON, False: POLYGON_OUT}
_CIRCLES = {True: CIRCLE, False: CIRCLE_OUT}
"""By whether the vehicle must stay inside."""


def mission_on_board(plan: PlanFile, here: Position) -> tuple[list[MissionItem], list[Message]]:
    """The plan's mission for a vehicle that stands at `here`, and sentences on what was added to make it whole.

    A take-off or landing without a place gets one, as PX4 would take 0, 0 by its word. Raises BadPlan when it is empty.
    """
    if not plan.items:
        raise BadPlan(Message("flights.nothing_to_fly", plan=plan.name))
    items = list(plan.items)
    added: list[Message] = []
    moving = [item for item in items if item.command in HAS_POSITION or item.command in LANDINGS]
    if moving and moving[0].command not in TAKEOFFS:
        height = CLIMB_M
        if moving[0].frame == AltitudeFrame.RELATIVE and moving[0].alt_m > 0:
            height = moving[0].alt_m
        take_off = MissionItem(Command.TAKEOFF, alt_m=height, param4=float("nan"))
        items = [take_off, *(_jump_later(item) for item in items)]
        added.append(Message("flights.take_off_added", height_m=height))
    if not moving or moving[-1].command not in LANDINGS:
        items.append(MissionItem(Command.RETURN_TO_LAUNCH, AltitudeFrame.NO_POSITION))
        added.append(Message("flights.return_added"))
    return _placed(items, here), added


def items_done(items: Sequence[MissionItem], counted: int, *, stands: Position, homes: Sequence[Position]) -> int:
    """How many items are done when the vehicle `stands` with its motors off and had `counted` so many before.

    Its word that the last return or landing is done comes as it shuts down, if at all: those are done when all before
    them were counted and it stands where they lead, which for a return is one of `homes` (take-off and rally points).
    """
    last = max((n for n, item in enumerate(items) if item.command not in LANDINGS), default=-1)
    if counted <= last or last == len(items) - 1:
        return counted
    goals = homes
    if items[-1].command != Command.RETURN_TO_LAUNCH:
        goals = _landing_places(items)
    if any(distance_m(stands, goal) <= LANDED_WITHIN_M for goal in goals):
        return len(items)
    return counted


def fence_items(areas: Sequence[FenceArea]) -> list[MissionItem]:
    """A geofence as its vehicle takes it."""
    items: list[MissionItem] = []
    for area in areas:
        if area.radius_m is not None:
            command = _CIRCLES[area.inclusion]
            size = area.radius_m
        else:
            command = _POLYGONS[area.inclusion]
            size = float(len(area.corners))
        items += [MissionItem(command, AltitudeFrame.AMSL, size, lat=lat, lon=lon) for lat, lon in area.corners]
    return items


def rally_items(places: Sequence[Position]) -> list[MissionItem]:
    """Rally points as a vehicle takes them."""
    return [MissionItem(RALLY, lat=place.lat, lon=place.lon, alt_m=place.alt_m or 0.0) for place in places]


def _landing_places(items: Sequence[MissionItem]) -> list[Position]:
    """The last place that the mission names; a landing without one is below that."""
    flown_to = HAS_POSITION - {Command.SET_ROI_LOCATION}
    placed = [item for item in items if item.command in flown_to and (item.lat, item.lon) != (0, 0)]
    return [Position(lat=item.lat, lon=item.lon) for item in placed[-1:]]


def _jump_later(item: MissionItem) -> MissionItem:
    if item.command != DO_JUMP:
        return item
    return replace(item, param1=item.param1 + 1)


def _placed(items: Sequence[MissionItem], here: Position) -> list[MissionItem]:
    placed = []
    lat = here.lat
    lon = here.lon
    for item in items:
        nowhere = item.lat == 0 and item.lon == 0
        if not nowhere and item.command in HAS_POSITION and item.command != Command.SET_ROI_LOCATION:
            lat = item.lat
            lon = item.lon
        wants_place = nowhere and item.command in TAKEOFFS | LANDINGS and item.command != Command.RETURN_TO_LAUNCH
        if wants_place:
            placed.append(replace(item, lat=lat, lon=lon))
        else:
            placed.append(item)
    return placed
