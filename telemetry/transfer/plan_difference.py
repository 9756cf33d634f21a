"""The first thing in which two plans are not the same, as a sentence. Knows no autopilot.

Positions are compared as MISSION_ITEM_INT carries them (1e-7 degrees), floats as IEEE 754 single precision, heights to
a centimetre, as ArduPilot stores them.
"""

import math
from collections.abc import Sequence

from telemetry.mavlink.command_names import command_words, item_words
from telemetry.transfer.mission_items import MissionItem

CENTIMETRE = 0.0101
HEADING_DEG = 0.001
"""PX4 keeps headings, parameter 4 of what is flown to, as radians."""
TWIN_FRAMES = {5: 0, 6: 3, 11: 10}
"""MAV_FRAME_..._INT numbers, and those without that mean the same."""
_FIELDS = ("frame", "param1", "param2", "param3", "param4", "alt_m", "autocontinue")
_FRAMES = {
    0: "metres above the sea",
    2: "no place",
    3: "metres above home",
    10: "metres above the ground",
}
_FIELD_WORDS = {
    "frame": "what its height counts from",
    "alt_m": "its height (m)",
    "autocontinue": "whether it goes on by itself",
    "lat": "its latitude",
    "lon": "its longitude",
}
_PARAM_WORDS = {
    (16, 1): "its hold time (s)",
    (16, 2): "its acceptance radius (m)",
    (16, 4): "its heading (degrees)",
    (19, 1): "its loiter time (s)",
    (177, 1): "the item it jumps to",
    (177, 2): "how often it jumps",
    (178, 2): "its speed (m/s)",
    (205, 1): "its gimbal pitch (degrees)",
    (206, 1): "its distance between pictures (m)",
    (5001, 1): "its number of corners",
    (5002, 1): "its number of corners",
    (5003, 1): "its radius (m)",
    (5004, 1): "its radius (m)",
}


def first_difference(sent: Sequence[MissionItem], found: Sequence[MissionItem]) -> str | None:
    """The first thing in which the plan read back is not the one sent; None when they are equal.

    Items are counted from 1. A parameter sent as "as the vehicle likes" (NaN) may come back as anything, and a frame
    as its twin of MISSION_ITEM_INT (PX4 does so).
    """
    for number, (mine, theirs) in enumerate(zip(sent, found, strict=False), 1):
        difference = _item_difference(number, mine, theirs)
        if difference is not None:
            return difference
    if len(sent) != len(found):
        return f"{len(sent)} items were sent, {len(found)} are on board"
    return None


def _item_difference(number: int, mine: MissionItem, theirs: MissionItem) -> str | None:
    if mine.command != theirs.command:
        sent_as, on_board = command_words(mine.command), command_words(theirs.command)
        return f"item {number} was sent as {sent_as} and is {on_board} on board"
    what = item_words(number, mine.command)
    for name in _FIELDS:
        a, b = float(getattr(mine, name)), float(getattr(theirs, name))
        if not _same(name, a, b):
            field = _field_words(mine.command, name)
            return f"{what} differs in {field}: sent {_shown(name, a)}, on board {_shown(name, b)}"
    for name in ("lat", "lon"):
        a, b = getattr(mine, name), getattr(theirs, name)
        if round(a * 1e7) != round(b * 1e7):
            return f"{what} differs in {_FIELD_WORDS[name]}: sent {a:.7f}, on board {b:.7f}"
    return None


def _same(name: str, sent: float, found: float) -> bool:
    if name == "frame":
        return plain_frame(int(sent)) == plain_frame(int(found))
    if math.isnan(sent) or (name == "param4" and abs((sent - found + 180) % 360 - 180) < HEADING_DEG):
        return True
    tolerance = CENTIMETRE if name == "alt_m" else 1e-6
    return math.isclose(sent, found, rel_tol=2e-7, abs_tol=tolerance)


def plain_frame(frame: int) -> int:
    """The MAV_FRAME without "_INT" that means the same."""
    return TWIN_FRAMES.get(frame, frame)


def _field_words(command: int, name: str) -> str:
    if name in _FIELD_WORDS:
        return _FIELD_WORDS[name]
    number = int(name[-1])
    return _PARAM_WORDS.get((command, number), f"parameter {number}")


def _shown(name: str, value: float) -> str:
    if name == "frame":
        return _FRAMES.get(plain_frame(int(value)), f"frame {int(value)}")
    if name == "autocontinue":
        return "yes" if value else "no"
    return f"{value:g}"
