"""What an autopilot refuses of a plan, as far as it was tried. Sends nothing.

Tried one command at a time on PX4 1.16 and ArduCopter 4.7; another release may refuse less or more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from telemetry.mavlink.command_names import command_words
from telemetry.messages import Message
from telemetry.transfer.mission_items import MissionItem
from telemetry.transfer.plan_difference import plain_frame

SET_HOME = 179
"""MAV_CMD_DO_SET_HOME; param 1: 1 = where it is, 0 = the item's place."""
ABOVE_GROUND = 10
"""MAV_FRAME_GLOBAL_TERRAIN_ALT."""


class AutopilotName(StrEnum):
    """Which autopilot a drone flies with."""

    PX4 = "px4"
    ARDUPILOT = "ardupilot"


@dataclass(frozen=True)
class Refusals:
    """What one autopilot refuses."""

    tried: str
    """The release that was tried, as its pilots call it."""
    commands: frozenset[int]
    """MAV_CMD numbers that it takes in no mission."""
    above_ground: bool
    """Whether it refuses heights above the ground (terrain frames)."""
    home_elsewhere: bool
    """Whether it refuses a home set anywhere but where it is."""

    def reason(self, item: MissionItem, number: int = 1) -> Message | None:
        """Why `item`, the plan's `number`th, would be refused; None if it would not."""
        said = {"number": number, "command": command_words(item.command), "tried": self.tried}
        if item.command in self.commands:
            return Message("autopilots.command_refused", **said)
        if self.above_ground and plain_frame(item.frame) == ABOVE_GROUND:
            return Message("autopilots.height_refused", **said)
        if self.home_elsewhere and item.command == SET_HOME and item.param1 != 1:
            return Message("autopilots.home_refused", **said)
        return None

    def refused(self, items: Sequence[MissionItem]) -> list[Message]:
        """A sentence for each item of a mission that would be refused, items counted from 1."""
        reasons = (self.reason(item, number) for number, item in enumerate(items, 1))
        return [reason for reason in reasons if reason is not None]


REFUSALS = {
    AutopilotName.PX4: Refusals(
        "PX4 1.16",
        frozenset({18, 82, 92, 94, 115, 181, 183, 192, 207, 208, 218, 531, 600, 601}),
        above_ground=True,
        home_elsewhere=True,
    ),
    AutopilotName.ARDUPILOT: Refusals(
        "ArduCopter 4.7",
        frozenset({192, 214, 530, 2003}),
        above_ground=False,
        home_elsewhere=False,
    ),
}
