"""The first thing in which two plans are not the same, as a sentence. Knows no autopilot.

Positions are compared as MISSION_ITEM_INT carries them (1e-7 degrees), floats as IEEE 754 single precision, heights to
a centimetre, as ArduPilot stores them.
"""

import math
from collections.abc import Sequence

from telemetry.mavlink.command_names import command_words
from telemetry.messages import Message
from telemetry.transfer.mission_items import MissionItem

CENTIMETRE = 0.0101
HEADING_DEG = 0.001
"""PX4 keeps headings, parameter 4 of what is flown to, as radians."""
TWIN_FRAMES = {5: 0, 6: 3, 11: 10}
"""MAV_FRAME_..._INT numbers, and those without that mean the same."""
_FIELDS = ("frame", "param1", "param2", "param3", "param4", "alt_m", "autocontinue")
_FRAMES = {0: "above_sea", 2: "no_place", 3: "above_home", 10: "above_ground"}
_FIELDS_OF_ALL = frozenset({"frame", "alt_m", "autocontinue", "lat", "lon"})
_PARAMS = {
    (16, 1): "hold_time",
    (16, 2): "acceptance_radius",
    (16, 4): "heading",
    (19, 1): "loiter_time",
    (177, 1): "jump_target",
    (177, 2): "jumps",
    (178, 2): "speed",
    (205, 1): "gimbal_pitch",
    (206, 1): "trigger_distance",
    (5001, 1): "corners",
    (5002, 1): "corners",
    (5003, 1): "radius",
    (5004, 1): "radius",
}
"""What a parameter of a command is, by `plan_difference.fields.NAME`."""


def first_difference(sent: Sequence[MissionItem], found: Sequence[MissionItem]) -> Message | None:
    """The first thing in which the plan read back is not the one sent; None when they are equal.

    Items are counted from 1. A parameter sent as "as the vehicle likes" (NaN) may come back as anything, and a frame
    as its twin of MISSION_ITEM_INT (PX4 does so).
    """
    for number, (mine, theirs) in enumerate(zip(sent, found, strict=False), 1):
        difference = _item_difference(number, mine, theirs)
        if difference is not None:
            return difference
    if len(sent) != len(found):
        return Message("plan_difference.count", sent=len(sent), found=len(found))
    return None


def _item_difference(number: int, mine: MissionItem, theirs: MissionItem) -> Message | None:
    if mine.command != theirs.command:
        sent_as = command_words(mine.command)
        on_board = command_words(theirs.command)
        return Message("plan_difference.command", number=number, sent_as=sent_as, on_board=on_board)
    for name in _FIELDS:
        a = float(getattr(mine, name))
        b = float(getattr(theirs, name))
        if not _same(name, a, b):
            field = _field_words(mine.command, name)
            return Message(
                "plan_difference.field",
                field=field,
                sent=_shown(name, a),
                found=_shown(name, b),
                number=number,
                command=command_words(mine.command),
            )
    for name in ("lat", "lon"):
        a = getattr(mine, name)
        b = getattr(theirs, name)
        if round(a * 1e7) != round(b * 1e7):
            return Message(
                "plan_difference.field",
                field=Message(f"plan_difference.fields.{name}"),
                sent=f"{a:.7f}",
                found=f"{b:.7f}",
                number=number,
                command=command_words(mine.command),
            )
    return None


def _same(name: str, sent: float, found: float) -> bool:
    if name == "frame":
        return plain_frame(int(sent)) == plain_frame(int(found))
    if math.isnan(sent) or (name == "param4" and abs((sent - found + 180) % 360 - 180) < HEADING_DEG):
        return True
    tolerance = 1e-6
    if name == "alt_m":
        tolerance = CENTIMETRE
    return math.isclose(sent, found, rel_tol=2e-7, abs_tol=tolerance)


def plain_frame(frame: int) -> int:
    """The MAV_FRAME without "_INT" that means the same."""
    return TWIN_FRAMES.get(frame, frame)


def _field_words(command: int, name: str) -> Message:
    if name in _FIELDS_OF_ALL:
        return Message(f"plan_difference.fields.{name}")
    number = int(name[-1])
    field = _PARAMS.get((command, number))
    if field is None:
        return Message("plan_difference.parameter", number=number)
    return Message(f"plan_difference.fields.{field}")


def _shown(name: str, value: float) -> Message | str:
    if name == "autocontinue":
        if value:
            return Message("plan_difference.yes")
        return Message("plan_difference.no")
    if name != "frame":
        return f"{value:g}"
    frame = _FRAMES.get(plain_frame(int(value)))
    if frame is None:
        return Message("plan_difference.frame", number=int(value))
    return Message(f"plan_difference.frames.{frame}")
