"""One mission item as MAVLink carries it, with the numbers of commands and frames written here. Sends nothing."""

from dataclasses import dataclass
from enum import IntEnum


class Command(IntEnum):
    """The MAV_CMD numbers this program writes (MAVLink common.xml). Others are carried as they are."""

    WAYPOINT = 16
    """Fly to the point; param 1 is the hold time in seconds."""
    RETURN_TO_LAUNCH = 20
    """Fly home and land."""
    LAND = 21
    """Land at the point, or below where it is when the point is 0, 0."""
    TAKEOFF = 22
    """Climb to the altitude."""
    JUMP = 177
    """Go on with the item whose place in the plan, counted from 0, is param 1; param 2: how often."""
    CHANGE_SPEED = 178
    """Param 1: 1 = ground speed; param 2: metres a second; param 3: throttle, -1 for no change."""
    SET_ROI_LOCATION = 195
    """Keep camera and nose on the point until another look is asked for."""
    SET_ROI_NONE = 197
    """Let go of the point that is looked at."""
    MOUNT_CONTROL = 205
    """Param 1: gimbal pitch in degrees, -90 straight down; parameter 7: 2, angles come from the mission. Deprecated in
    MAVLink, but what PX4 and ArduPilot both take without the gimbal being claimed first."""
    CAMERA_TRIGGER_DISTANCE = 206
    """Param 1: metres between pictures, 0 stops; param 3: 1 takes one at once."""


class AltitudeFrame(IntEnum):
    """The MAV_FRAME numbers in which a plan's altitudes are understood."""

    AMSL = 0
    """Metres above mean sea level."""
    NO_POSITION = 2
    """The item carries no position."""
    RELATIVE = 3
    """Metres above home."""


@dataclass(frozen=True)
class MissionItem:
    """One mission item, as MAVLink MISSION_ITEM_INT carries it; its sequence number is its place in the list.

    NaN in a parameter means "as the vehicle likes" and is legal; a position and an altitude are always finite.
    """

    command: int
    """MAV_CMD."""
    frame: int = AltitudeFrame.RELATIVE
    """MAV_FRAME."""
    param1: float = 0.0
    param2: float = 0.0
    param3: float = 0.0
    param4: float = 0.0
    lat: float = 0.0
    """Degrees north; for a command without a position, whatever its parameter 5 is."""
    lon: float = 0.0
    """Degrees east; for a command without a position, whatever its parameter 6 is."""
    alt_m: float = 0.0
    """Metres in the frame's sense."""
    autocontinue: bool = True

    @property
    def params(self) -> tuple[float, float, float, float]:
        """Parameters 1 to 4."""
        return self.param1, self.param2, self.param3, self.param4
