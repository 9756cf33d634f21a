"""Flight modes as PX4 and ArduPilot number them, for MAV_CMD_DO_SET_MODE. Facts, no behaviour.

PX4: `px4_custom_mode.h` (main mode 4 is automatic, then its sub mode); ArduPilot: COPTER_MODE of ardupilotmega.xml.
"""

from dataclasses import dataclass

CUSTOM = 1
"""MAV_MODE_FLAG_CUSTOM_MODE_ENABLED: the numbers after it are the autopilot's own."""


@dataclass(frozen=True)
class Modes:
    """Parameters of MAV_CMD_DO_SET_MODE."""

    before_arming: tuple[int, ...]
    """What it arms in: ArduPilot not in AUTO, where its last mission left it, PX4 where it asks for no stick."""
    mission: tuple[int, ...]
    hold: tuple[int, ...]
    """Stays where it is, whatever a remote control says that nobody holds: ArduPilot in LOITER would sink then."""


PX4 = Modes(before_arming=(CUSTOM, 4, 4), mission=(CUSTOM, 4, 4), hold=(CUSTOM, 4, 3))
ARDUPILOT = Modes(before_arming=(CUSTOM, 4), mission=(CUSTOM, 3), hold=(CUSTOM, 17))
