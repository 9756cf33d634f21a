"""How PX4 and ArduPilot differ on the wire, as far as a ground station can tell. Facts, no behaviour.

Modes: PX4, `px4_custom_mode.h` (main mode in bits 16 to 23, sub mode in bits 24 to 31); ArduPilot, COPTER_MODE of
ardupilotmega.xml. What was seen of the real ones is in the decisions.
"""

from dataclasses import dataclass
from enum import StrEnum

from telemetry.transfer import keeping
from telemetry.vehicles.kinematics import Mode

PX4_AUTOPILOT, ARDUPILOT = 12, 3
"""MAV_AUTOPILOT."""


class FlavourName(StrEnum):
    """Which autopilot is spoken like."""

    PX4 = "px4"
    ARDUPILOT = "ardupilot"


def _px4(main: int, sub: int = 0) -> int:
    return main << 16 | sub << 24


@dataclass(frozen=True)
class Flavour:
    """One autopilot's habits."""

    name: FlavourName
    autopilot: int
    shows: dict[Mode, int]
    """The custom mode each mode is shown as."""
    obeys: dict[int, Mode]
    """The custom modes it can be switched to."""
    keeping: keeping.Keeping
    """What it takes of a plan, and gives back."""
    streams_unasked: bool
    writes_in_place: bool
    """Whether an upload writes over the old plan item by item; else the new one takes its place at the end."""
    nags: bool
    """Whether an item it did not wait for is answered with MAV_MISSION_INVALID_SEQUENCE."""
    arms_in_auto: bool
    """Whether it arms while the mode is the mission's."""
    refuses_with: str
    """How its words begin when it does not arm."""
    camera_message: str
    """What tells of a picture that was taken."""

    @property
    def home_is_item_0(self) -> bool:
        """Whether the mission's first item is home."""
        return self.keeping.home is not None


_PX4_SHOWS = {
    Mode.MANUAL: _px4(3),
    Mode.HOLD: _px4(4, 3),
    Mode.TAKEOFF: _px4(4, 2),
    Mode.MISSION: _px4(4, 4),
    Mode.GOTO: _px4(4, 3),
    Mode.RETURN: _px4(4, 5),
    Mode.LAND: _px4(4, 6),
}
_ARDU_SHOWS = {
    Mode.MANUAL: 0,
    Mode.HOLD: 17,
    Mode.TAKEOFF: 4,
    Mode.MISSION: 3,
    Mode.GOTO: 4,
    Mode.RETURN: 6,
    Mode.LAND: 9,
}
PX4 = Flavour(
    FlavourName.PX4,
    PX4_AUTOPILOT,
    _PX4_SHOWS,
    {
        _px4(3): Mode.MANUAL,
        _px4(4, 3): Mode.HOLD,
        _px4(4, 2): Mode.TAKEOFF,
        _px4(4, 4): Mode.MISSION,
        _px4(4, 5): Mode.RETURN,
        _px4(4, 6): Mode.LAND,
    },
    keeping=keeping.PX4,
    streams_unasked=True,
    writes_in_place=False,
    nags=False,
    arms_in_auto=True,
    refuses_with="Preflight Fail",
    camera_message="CAMERA_IMAGE_CAPTURED",
)
ARDUCOPTER = Flavour(
    FlavourName.ARDUPILOT,
    ARDUPILOT,
    _ARDU_SHOWS,
    {0: Mode.MANUAL, 3: Mode.MISSION, 4: Mode.GOTO, 5: Mode.HOLD, 6: Mode.RETURN, 9: Mode.LAND, 17: Mode.HOLD},
    keeping=keeping.ARDUPILOT,
    streams_unasked=False,
    writes_in_place=True,
    nags=True,
    arms_in_auto=False,
    refuses_with="PreArm",
    camera_message="CAMERA_FEEDBACK",
)
FLAVOURS = {FlavourName.PX4: PX4, FlavourName.ARDUPILOT: ARDUCOPTER}
