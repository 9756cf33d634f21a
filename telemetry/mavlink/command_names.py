"""MAV_CMD numbers in words, for sentences that a pilot reads. Decides nothing.

Names: MAVLink common.xml and ardupilotmega.xml, as pymavlink carries them.
"""

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from telemetry.messages import Message

_PREFIXES = ("MAV_CMD_", "NAV_", "DO_", "CONDITION_")


def command_words(command: int) -> Message:
    """The command's name and number, such as "loiter turns (command 18)"."""
    entry = mavlink.enums["MAV_CMD"].get(command)
    if entry is None:
        return Message("commands.unnamed", command=command)
    name: str = entry.name
    for prefix in _PREFIXES:
        name = name.removeprefix(prefix)
    return Message("commands.named", name=name.lower().replace("_", " "), command=command)
