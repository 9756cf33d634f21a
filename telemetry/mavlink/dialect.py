"""What each MAVLink message looks like on the wire, as NumPy reads it. The definitions are pymavlink's.

Format: mavlink.io, "Packet serialization": fields lie largest first, little-endian, and each message carries one more
byte (CRC_EXTRA) in its checksum, so that two sides with different definitions notice.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from pymavlink.dialects.v20 import ardupilotmega

_TYPES = {
    "char": "S",
    "int8_t": "<i1",
    "uint8_t": "<u1",
    "uint8_t_mavlink_version": "<u1",
    "int16_t": "<i2",
    "uint16_t": "<u2",
    "int32_t": "<i4",
    "uint32_t": "<u4",
    "int64_t": "<i8",
    "uint64_t": "<u8",
    "float": "<f4",
    "double": "<f8",
}


@dataclass(frozen=True)
class MessageDefinition:
    """One message's definition."""

    number: int
    name: str
    crc_extra: int
    dtype: np.dtype[np.void]
    """Its payload, extensions included, fields in wire order."""


@cache
def messages() -> dict[int, MessageDefinition]:
    """Every message of ArduPilot's dialect (which holds the common set that PX4 speaks), by number."""
    return {number: _message(number, kind) for number, kind in ardupilotmega.mavlink_map.items()}


def _message(number: int, kind: type[ardupilotmega.MAVLink_message]) -> MessageDefinition:
    types = dict(zip(kind.fieldnames, kind.fieldtypes, strict=True))
    fields: list[Any] = []
    for name, length in zip(kind.ordered_fieldnames, kind.array_lengths, strict=True):
        base = _TYPES[types[name]]
        if base == "S":
            fields.append((name, f"S{max(length, 1)}"))
        elif length:
            fields.append((name, base, (length,)))
        else:
            fields.append((name, base))
    dtype = np.dtype(fields)
    if dtype.itemsize != kind.unpacker.size:
        raise ValueError(f"{kind.msgname} has {kind.unpacker.size} bytes on the wire, not {dtype.itemsize}")
    return MessageDefinition(number, kind.msgname, kind.crc_extra, dtype)
