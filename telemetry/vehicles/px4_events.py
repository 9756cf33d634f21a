"""Which checks keep PX4 from arming for a mission, by its events, where it says nothing in words. Pure: frames in.

Message: mavlink.io, common.xml, EVENT: id, time since boot, sequence, destination, levels, 40 bytes of arguments. PX4
1.16 (`HealthAndArmingChecks/Common.cpp`): when anything changes, a summary of arming, an event for each check that
fails, a summary of health. A check's own words are in a file on the vehicle and are not read here; its first two
arguments are the modes it keeps from arming and the part of the vehicle that it is about.
"""

import struct

from telemetry.mavlink.frames import V2, message_number

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
_PARTS = {
    0: "nothing that has a name",
    1: "the air pressure",
    2: "the air speed",
    3: "GPS",
    4: "the optical flow",
    5: "the place by vision",
    6: "the distance sensor",
    7: "the remote control",
    8: "the motors",
    9: "UTM",
    10: "the log",
    11: "the battery",
    12: "the links",
    13: "the rate controller",
    14: "the attitude controller",
    15: "the position controller",
    16: "the attitude",
    17: "the local position",
    18: "the mission",
    19: "avoidance",
    20: "the system",
    21: "the camera",
    22: "the gimbal",
    23: "the payload",
    24: "the global position",
    25: "the storage",
    26: "the parachute",
    27: "the compass",
    28: "the accelerometers",
    29: "the gyroscopes",
    30: "remote identification",
    31: "traffic avoidance",
}
"""`health_component_t`, by the number of its bit."""


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
    def reasons(self) -> tuple[str, ...]:
        """What keeps it from arming for a mission; where its checks were not heard, every part with an error."""
        if self._arms:
            return ()
        parts = self._failing or [number for number in _PARTS if self._errors >> number & 1]
        if not parts:
            return ("a check of PX4 that it does not name",)
        return tuple(f"PX4's check of {_PARTS[number]}" for number in dict.fromkeys(parts))

    def _hear_check(self, arguments: bytes) -> None:
        modes, part = _CHECK.unpack_from(arguments)
        if modes & MISSION and self._errors >> part & 1:
            self._failing.append(part)
