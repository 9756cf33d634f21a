"""How PX4 and ArduPilot keep a mission item: what they take, and what of it they give back. Sends nothing.

The protocol asks a vehicle to give back what it was given, and neither does: PX4 stores the parameters it flies by and
turns headings to 0 to 360 degrees; ArduPilot stores what fits into fifteen bytes, takes NaN for next to nothing, and
keeps its home as item 0. PX4 builds fence and rally items from structs that hold no `autocontinue`. Read off
`mavlink_mission.cpp` (PX4 1.16: `parse_mavlink_mission_item`, `format_mavlink_mission_item`) and `AP_Mission.cpp`
(`mavlink_int_to_mission_cmd`, `sanity_check_params`).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from telemetry.messages import Message
from telemetry.transfer.mission_items import AltitudeFrame, Command, MissionItem
from telemetry.transfer.plan_difference import first_difference
from telemetry.transfer.refusals import SET_HOME

RALLY_POINT = 5100
LAND_START = 189
"""MAV_CMD_DO_LAND_START: marks where landing begins."""
BESIDE_MISSION = frozenset({*range(5000, 5005), RALLY_POINT})
"""Items of fences and rally points."""
PLACED = frozenset({16, 17, 18, 19, 21, 22, 30, 31, 80, 82, 84, 85, 94, 179, 192, 195, 201, *range(5000, 5005), 5100})
"""Commands whose parameters 5 to 7 are a place."""

_PX4_PARAMS = {16: (1, 2, 4), 17: (3, 4), 19: (1, 3), 21: (2, 4), 22: (4,), 31: (2,), 84: (4,), 85: (4,)}
_PX4_PARAMS |= {5000: (), **dict.fromkeys(range(5001, 5005), (1,)), 5100: (), 195: (), 201: ()}
_ARDUPILOT_PARAMS = {16: (1,), 17: (3,), 18: (1,), 19: (1,), 20: (), 21: (1,), 22: (1,), 30: (1,), 31: (2,), 82: (1,)}
_ARDUPILOT_PARAMS |= {84: (), 85: (), 112: (1,), 114: (1,), 177: (1, 2), 178: (1, 2, 3), 179: (1,), 181: (1, 2)}
_ARDUPILOT_PARAMS |= {183: (1, 2), 189: (), 195: (), 197: (), 201: (1,), 205: (1, 2, 3), 206: (1,), 207: (1,)}
_ARDUPILOT_PARAMS |= {211: (1, 2), **dict.fromkeys(range(5001, 5005), (1,)), 5100: ()}
_WHOLE = frozenset({16, 17, 18, 19, 21, 22, 30, 31, 82})
"""Commands whose parameters ArduPilot keeps as whole numbers."""
_ARDUPILOT_NAN = {16: (4,), 21: (4,), 22: (4,), 84: (4,), 85: (3, 4)}
"""Parameters that may be NaN; anywhere else ArduPilot refuses the plan for it."""


@dataclass(frozen=True)
class ReadbackRules:
    """One autopilot's way with mission items."""

    sent: Callable[[MissionItem], MissionItem]
    """An item as it is to be sent, so that the vehicle takes it for what it is."""
    kept: Callable[[MissionItem], MissionItem]
    """What is left of an item on board: the same for one that was sent and for what comes back of it."""
    home: MissionItem | None = None
    """Stands for home as item 0, where the autopilot keeps it there and knows better; None where it does not."""

    def difference(self, sent: Sequence[MissionItem], found: Sequence[MissionItem]) -> Message | None:
        """The first thing in which a plan that was read back would be flown otherwise than the one that was sent."""
        return first_difference([self.kept(self.sent(item)) for item in sent], [self.kept(item) for item in found])


def _has_place(item: MissionItem) -> bool:
    """Whether parameters 5 to 7 are a place; home set where the vehicle is has none."""
    return item.command in PLACED and not (item.command == SET_HOME and item.param1 == 1)


def _framed(item: MissionItem) -> MissionItem:
    """An item without a place in the frame that says so: PX4 refuses it in any other."""
    if _has_place(item):
        return item
    return replace(item, frame=AltitudeFrame.NO_POSITION)


def _only(item: MissionItem, params: tuple[int, ...], value: Callable[[float], float]) -> MissionItem:
    kept = [value(param) if number in params else 0.0 for number, param in enumerate(item.params, 1)]
    return replace(item, param1=kept[0], param2=kept[1], param3=kept[2], param4=kept[3])


def _px4(item: MissionItem) -> MissionItem:
    if item.command in BESIDE_MISSION:
        item = replace(item, autocontinue=True)  # its fence and rally structs have no such field
    if item.command in (LAND_START, SET_HOME) and not _has_place(item):
        item = replace(item, frame=AltitudeFrame.NO_POSITION, lat=0.0, lon=0.0, alt_m=0.0)
    if not _has_place(item):
        return item
    kept = _only(item, _PX4_PARAMS.get(item.command, (1, 2, 3, 4)), float)
    if 4 not in _PX4_PARAMS.get(item.command, ()):
        return kept
    return replace(kept, param4=kept.param4 % 360)


def _without_nan(item: MissionItem) -> MissionItem:
    item = _framed(item)
    allowed = _ARDUPILOT_NAN.get(item.command, ())
    params = [0.0 if math.isnan(p) and n not in allowed else p for n, p in enumerate(item.params, 1)]
    return replace(item, param1=params[0], param2=params[1], param3=params[2], param4=params[3])


def _truncated(param: float) -> float:
    return float(int(param))


def _ardupilot(item: MissionItem) -> MissionItem:
    value: Callable[[float], float] = float
    if item.command in _WHOLE:
        value = _truncated
    kept = _only(item, _ARDUPILOT_PARAMS.get(item.command, (1, 2, 3, 4)), value)
    kept = replace(kept, autocontinue=True)
    if item.command == RALLY_POINT:
        return replace(kept, alt_m=float(int(item.alt_m)))
    if _has_place(item):
        return kept
    return replace(kept, frame=AltitudeFrame.NO_POSITION, lat=0.0, lon=0.0, alt_m=0.0)


EXACT = ReadbackRules(lambda item: item, lambda item: item)
"""A vehicle that gives back what it was given."""
PX4 = ReadbackRules(_framed, _px4)
ARDUPILOT = ReadbackRules(_without_nan, _ardupilot, MissionItem(Command.WAYPOINT, AltitudeFrame.AMSL))
