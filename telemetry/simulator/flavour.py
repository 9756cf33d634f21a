"""How PX4 and ArduPilot differ on the wire, as far as a ground station can tell. Facts, no behaviour.

Modes: PX4, `px4_custom_mode.h` (main mode in bits 16 to 23, sub mode in bits 24 to 31); ArduPilot, COPTER_MODE of
ardupilotmega.xml. What was seen of the real ones is in the decisions.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from telemetry.transfer import readback_rules
from telemetry.transfer.messages import PlanKind
from telemetry.transfer.mission_items import AltitudeFrame, MissionItem
from telemetry.transfer.refusals import REFUSALS, AutopilotName, Refusals
from telemetry.vehicles.kinematics import Mode

PX4_AUTOPILOT = 12
ARDUPILOT = 3
"""MAV_AUTOPILOT."""
FlavourName = AutopilotName
"""The simulated vehicle is told by this name which autopilot to speak like."""


def _px4(main: int, sub: int = 0) -> int:
    return main << 16 | sub << 24


@dataclass(frozen=True)
class Flavour:
    """One autopilot's habits."""

    name: AutopilotName
    autopilot: int
    shows: dict[Mode, int]
    """The custom mode each mode is shown as."""
    obeys: dict[int, Mode]
    """The custom modes it can be switched to."""
    keeping: readback_rules.ReadbackRules
    """What it takes of a plan, and gives back."""
    gives_back: Callable[[MissionItem], MissionItem]
    """An item as it comes back from on board."""
    refusals: Refusals
    """What it takes in no mission."""
    numbers_plans: bool
    """Whether it gives each plan a number of its own, and another when it changes (`opaque_id`, `mission_id`)."""
    checks_mission_by_fence: bool
    """Whether a mission with a waypoint outside the fence cannot be flown, and it says so when it gets either."""
    received: dict[PlanKind, tuple[int, str]]
    """Severity and words with which it says that a plan was received."""
    idle_mode: Mode
    """What it is in on the ground until somebody says anything."""
    after_takeoff: Mode
    """What it is in when it has climbed to where it was told to."""
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


def _px4_gives_back(item: MissionItem) -> MissionItem:
    """With the frames of MISSION_ITEM_INT; its fence and rally structs have no `autocontinue`."""
    kept = readback_rules.PX4.kept(item)
    frames: dict[int, int] = {AltitudeFrame.AMSL: 5, AltitudeFrame.RELATIVE: 6}
    beside = item.command in readback_rules.BESIDE_MISSION
    return replace(kept, frame=frames.get(kept.frame, kept.frame), autocontinue=not beside)


def _ardupilot_gives_back(item: MissionItem) -> MissionItem:
    """What has no place comes back above the sea."""
    kept = readback_rules.ARDUPILOT.kept(item)
    if kept.frame != AltitudeFrame.NO_POSITION:
        return kept
    return replace(kept, frame=AltitudeFrame.AMSL)


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
    AutopilotName.PX4,
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
    keeping=readback_rules.PX4,
    gives_back=_px4_gives_back,
    refusals=REFUSALS[AutopilotName.PX4],
    numbers_plans=True,
    checks_mission_by_fence=True,
    received={},
    idle_mode=Mode.HOLD,
    after_takeoff=Mode.HOLD,
    streams_unasked=True,
    writes_in_place=False,
    nags=False,
    arms_in_auto=True,
    refuses_with="Preflight Fail",
    camera_message="CAMERA_IMAGE_CAPTURED",
)
ARDUCOPTER = Flavour(
    AutopilotName.ARDUPILOT,
    ARDUPILOT,
    _ARDU_SHOWS,
    {0: Mode.MANUAL, 3: Mode.MISSION, 4: Mode.GOTO, 5: Mode.HOLD, 6: Mode.RETURN, 9: Mode.LAND, 17: Mode.HOLD},
    keeping=readback_rules.ARDUPILOT,
    gives_back=_ardupilot_gives_back,
    refusals=REFUSALS[AutopilotName.ARDUPILOT],
    numbers_plans=False,
    checks_mission_by_fence=False,
    received={PlanKind.MISSION: (6, "Flight plan received"), PlanKind.FENCE: (7, "Fence Indexed OK")},
    idle_mode=Mode.MANUAL,
    after_takeoff=Mode.GOTO,
    streams_unasked=False,
    writes_in_place=True,
    nags=True,
    arms_in_auto=False,
    refuses_with="PreArm",
    camera_message="CAMERA_FEEDBACK",
)
FLAVOURS = {AutopilotName.PX4: PX4, AutopilotName.ARDUPILOT: ARDUCOPTER}
