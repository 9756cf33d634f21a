"""Which checks keep PX4 from arming for a mission, by its events, where it says nothing in words. Pure: frames in.

Message: mavlink.io, common.xml, EVENT: id, time since boot, sequence, destination, levels, 40 bytes of arguments. PX4
1.16 (`HealthAndArmingChecks/Common.cpp`): when anything changes, a summary of arming, an event for each check that
fails, a summary of health. A check's own words are in a file on the vehicle and are not read here; its first two
arguments are the modes it keeps from arming and the part of the vehicle that it is about.
"""

import struct

from telemetry.mavlink.frames import V2, message_number
from telemetry.messages import Message

EVENT = 410
ARMING_SUMMARY = 0x01A893E0
"""Of `commander_arming_check_summary`: component 1, and 24 bits of the name's FNV-1a hash."""
HEALTH_SUMMARY = 0x011D3727
"""Of `commander_health_summary`."""
MISSION = 1 << 3
"""Bit of `navigation_mode_group_t`."""
_HEADER = 10
_EVENT = struct.Struct("<IIHBBB40s")
_SUMMARY = struct.Struct("<BIIII")
"""Chunk, parts with errors, parts with warnings, modes it arms in, modes it flies in."""
_CHECK = struct.Struct("<IB")
"""Modes, and the number of the part."""
_PARTS = (
    "nothing_named",
    "air_pressure",
    "air_speed",
    "gps",
    "optical_flow",
    "vision",
    "distance_sensor",
    "remote_control",
    "motors",
    "utm",
    "log",
    "battery",
    "links",
    "rate_controller",
    "attitude_controller",
    "position_controller",
    "attitude",
    "local_position",
    "mission",
    "avoidance",
    "system",
    "camera",
    "gimbal",
    "payload",
    "global_position",
    "storage",
    "parachute",
    "compass",
    "accelerometers",
    "gyroscopes",
    "remote_id",
    "traffic_avoidance",
)
"""`health_component_t`, in the order of its bits; `arming.parts.NAME` has the words."""


class ArmingEvents:
    """Told of the events of one autopilot."""

    def __init__(self) -> None:
        self._arms = True
        """Whether it arms for a mission, by its last summary."""
        self._errors = 0
        self._failing: list[int] = []
        """Parts whose checks keep it from a mission, since that summary."""

    def hear(self, frame: bytes) -> None:
        """One whole EVENT frame."""
        if frame[0] != V2 or message_number(frame) != EVENT:
            return
        payload = frame[_HEADER : _HEADER + frame[1]].ljust(_EVENT.size, b"\0")
        event, *_, arguments = _EVENT.unpack_from(payload)
        if event == ARMING_SUMMARY:
            chunk, errors, _, can_arm, _ = _SUMMARY.unpack_from(arguments)
            if chunk == 0:
                self._arms = bool(can_arm & MISSION)
                self._errors = errors
                self._failing = []
        elif event != HEALTH_SUMMARY and not self._arms:
            self._hear_check(arguments)

    def forget(self) -> None:
        """It has armed."""
        self._arms = True

    @property
    def reasons(self) -> tuple[Message, ...]:
        """What keeps it from arming for a mission; where its checks were not heard, every part with an error."""
        if self._arms:
            return ()
        parts = self._failing or [number for number in range(len(_PARTS)) if self._errors >> number & 1]
        if not parts:
            return (Message("arming.check_not_named"),)
        return tuple(_check_of(number) for number in dict.fromkeys(parts))

    def _hear_check(self, arguments: bytes) -> None:
        modes, part = _CHECK.unpack_from(arguments)
        if modes & MISSION and self._errors >> part & 1:
            self._failing.append(part)


def _check_of(number: int) -> Message:
    """The check of the part with this bit; a part that a later PX4 has added is not named."""
    if number >= len(_PARTS):
        return Message("arming.check_not_named")
    return Message("arming.px4_check", part=Message(f"arming.parts.{_PARTS[number]}"))
