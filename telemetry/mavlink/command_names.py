"""MAV_CMD numbers in words, for sentences that a pilot reads. Decides nothing.

Names: MAVLink common.xml and ardupilotmega.xml, as pymavlink carries them.
"""

from pymavlink.dialects.v20 import ardupilotmega as mavlink

_PREFIXES = ("MAV_CMD_", "NAV_", "DO_", "CONDITION_")


def command_words(command: int) -> str:
    """The command's name and number, such as "loiter turns (command 18)"."""
    entry = mavlink.enums["MAV_CMD"].get(command)
    if entry is None:
        return f"command {command}"
    name: str = entry.name
    for prefix in _PREFIXES:
        name = name.removeprefix(prefix)
    return f"{name.lower().replace('_', ' ')} (command {command})"


def item_words(number: int, command: int) -> str:
    """An item of a plan by its number, counted from 1, and its command."""
    return f"item {number}, {command_words(command)},"
