"""Extension fields of the mission messages that pymavlink does not know yet, in version 2 frames. Knows no others.

Fields: MAVLink common.xml, MISSION_COUNT.opaque_id and MISSION_CURRENT.mission_id, fence_id, rally_points_id. Each is a
number that the vehicle gives a plan, another for each change of it; 0 where it gives none.
"""

import struct
from dataclasses import dataclass

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from telemetry.mavlink.frames import V2, crc16, message_number

_HEADER = 10
_COUNT_ID_AT = 5
_CURRENT_IDS_AT = 6


@dataclass(frozen=True)
class PlanIds:
    """The vehicle's own numbers of its three plans."""

    mission: int = 0
    fence: int = 0
    rally: int = 0


def count_plan_id(frame: bytes) -> int:
    """MISSION_COUNT's `opaque_id`."""
    return _numbers(frame, _COUNT_ID_AT, 1)[0]


def current_plan_ids(frame: bytes) -> PlanIds:
    """The three ids of MISSION_CURRENT."""
    return PlanIds(*_numbers(frame, _CURRENT_IDS_AT, 3))


def with_count_plan_id(frame: bytes, plan_id: int) -> bytes:
    """An unsigned MISSION_COUNT frame with its `opaque_id`."""
    return _extended(frame, _COUNT_ID_AT, (plan_id,))


def with_current_plan_ids(frame: bytes, ids: PlanIds) -> bytes:
    """An unsigned MISSION_CURRENT frame with its three ids."""
    return _extended(frame, _CURRENT_IDS_AT, (ids.mission, ids.fence, ids.rally))


def _numbers(frame: bytes, at: int, count: int) -> tuple[int, ...]:
    if frame[0] != V2:
        return (0,) * count
    layout = f"<{count}I"
    payload = frame[_HEADER : _HEADER + frame[1]].ljust(at + struct.calcsize(layout), b"\0")
    return struct.unpack_from(layout, payload, at)


def _extended(frame: bytes, at: int, numbers: tuple[int, ...]) -> bytes:
    payload = frame[_HEADER : _HEADER + frame[1]].ljust(at, b"\0") + struct.pack(f"<{len(numbers)}I", *numbers)
    payload = payload.rstrip(b"\0") or b"\0"  # version 2 leaves out zeros at the end
    covered = bytes((len(payload),)) + frame[2:_HEADER] + payload
    extra: int = mavlink.mavlink_map[message_number(frame)].crc_extra
    return frame[:1] + covered + struct.pack("<H", crc16(covered, extra))
