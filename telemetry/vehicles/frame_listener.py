"""What a vehicle last told of itself that both drivers need and neither library keeps. Pure: frames in, values kept."""

from dataclasses import dataclass
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from telemetry.mavlink.frames import message_number, sender_of

_HEARD = frozenset(
    {
        mavlink.MAVLINK_MSG_ID_HEARTBEAT,
        mavlink.MAVLINK_MSG_ID_GLOBAL_POSITION_INT,
        mavlink.MAVLINK_MSG_ID_EXTENDED_SYS_STATE,
        mavlink.MAVLINK_MSG_ID_MISSION_CURRENT,
        mavlink.MAVLINK_MSG_ID_POSITION_TARGET_GLOBAL_INT,
    }
)


@dataclass
class FrameListener:
    """Told of every frame of system `system`, its autopilot's component `component`."""

    system: int
    component: int
    armed: bool = False
    landed: bool | None = None
    """Whether it stands on the ground, by its own word; None when it has not said."""
    home_amsl_m: float | None = None
    """Its home above the sea: what it says of its height above both."""
    item: int | None = None
    """The mission item it is at, as it counts."""
    target: tuple[float, float] | None = None
    """Where it flies to: latitude, longitude."""

    def __post_init__(self) -> None:
        self._mav = mavlink.MAVLink(None)

    def hear(self, frame: bytes) -> None:
        """One whole frame from the link."""
        number = message_number(frame)
        if number not in _HEARD or sender_of(frame) != (self.system, self.component):
            return
        said: Any = self._mav.decode(bytearray(frame))
        match number:
            case mavlink.MAVLINK_MSG_ID_HEARTBEAT:
                self.armed = bool(said.base_mode & mavlink.MAV_MODE_FLAG_SAFETY_ARMED)
            case mavlink.MAVLINK_MSG_ID_GLOBAL_POSITION_INT:
                self.home_amsl_m = (said.alt - said.relative_alt) / 1e3
            case mavlink.MAVLINK_MSG_ID_EXTENDED_SYS_STATE:
                if said.landed_state != mavlink.MAV_LANDED_STATE_UNDEFINED:
                    self.landed = said.landed_state == mavlink.MAV_LANDED_STATE_ON_GROUND
            case mavlink.MAVLINK_MSG_ID_MISSION_CURRENT:
                self.item = said.seq
            case mavlink.MAVLINK_MSG_ID_POSITION_TARGET_GLOBAL_INT:
                self.target = (said.lat_int / 1e7, said.lon_int / 1e7)
