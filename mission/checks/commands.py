"""The MAV_CMD numbers a flight profile understands (MAVLink common.xml), and the order in which items are flown."""

from collections import Counter
from collections.abc import Iterator, Sequence
from enum import IntEnum

from mission.formats.document import DO_JUMP
from telemetry.errors import BadPlan
from telemetry.messages import Message
from telemetry.transfer.mission_items import MissionItem


class Nav(IntEnum):
    """Commands that move the vehicle and that the profile follows."""

    WAYPOINT = 16
    LOITER_UNLIMITED = 17
    LOITER_TURNS = 18
    LOITER_TIME = 19
    RETURN = 20
    LAND = 21
    TAKEOFF = 22
    SPLINE_WAYPOINT = 82
    DELAY = 93
    """Param 1: seconds to wait, -1 for a time of day."""


class Do(IntEnum):
    """Commands that do not move it, but count for time or pictures."""

    CONDITION_DELAY = 112
    """Param 1: seconds."""
    CHANGE_SPEED = 178
    SET_HOME = 179
    """Param 1: 1 = where it is; else the place of the item. Heights above home count from there on."""
    DIGICAM_CONTROL = 203
    """Takes one picture."""
    TRIGGER_DISTANCE = 206
    TRIGGER_INTERVAL = 214
    """Param 1: milliseconds between pictures, 0 or less stops."""
    IMAGE_START = 2000
    """Param 2: seconds between pictures, param 3: how many, 0 for endless."""
    IMAGE_STOP = 2001


LAST_NAV = 95
"""MAV_CMD_NAV_LAST: numbers up to here move the vehicle or hold the mission up."""

HARMLESS = frozenset({
    80, 114, 115, 181, 183, 189, 195, 196, 197, 200, 201, 202, 204, 205, 220,
    530, 531, 532, 534, 1000, 1001, 2003, 2500, 2501, 2502, 2503,
})  # fmt: skip
"""Yaw, regions of interest, relays, mounts, gimbals, cameras, video, marks: nothing of where and how long it flies."""
MOST_FOLLOWED = 20_000
"""Items; more is a slip, or an attack on the checker: no drone flies them on one battery."""


def in_flying_order(items: Sequence[MissionItem]) -> Iterator[tuple[int, MissionItem]]:
    """Each item with its number from 1 as often as it is flown: a jump is followed as often as it says.

    A jump's parameter 1 is the place in `items` from 0, as in `PlanFile`; its parameter 2 how often. Raises BadPlan
    for one that leads nowhere or never ends.
    """
    place = 0
    followed = 0
    jumped: Counter[int] = Counter()
    while place < len(items):
        item = items[place]
        followed = followed + 1
        if followed > MOST_FOLLOWED:
            raise BadPlan(Message("checks.commands.too_many", most=MOST_FOLLOWED))
        if item.command != DO_JUMP:
            yield place + 1, item
            place += 1
            continue
        if not (0 <= item.param1 < len(items) and item.param2 >= -1):
            raise BadPlan(Message("checks.commands.jump_nowhere", number=place + 1))
        if item.param2 < 0:
            raise BadPlan(Message("checks.commands.endless_jump", number=place + 1))
        if jumped[place] < item.param2:
            jumped[place] += 1
            place = int(item.param1)
        else:
            place += 1
