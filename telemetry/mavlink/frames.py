"""MAVLink frames in a stretch of bytes: where each lies, and which are intact. Decodes no payload.

Format: mavlink.io, "Packet serialization". Version 1 begins with 0xFE and a 6-byte header, version 2 with 0xFD and a
10-byte header (and 13 bytes of signature when incompatibility flag 1 is set); both end in CRC-16/MCRF4XX over all but
the first byte, and the message's CRC_EXTRA.
"""

from functools import cache

import numpy as np
from fastcrc.crc16 import mcrf4xx
from numpy.typing import NDArray

from telemetry.mavlink.dialect import messages

V1 = 0xFE
V2 = 0xFD
SIGNED = 0x01
SIGNATURE = 13
SHORTEST = 8
"""Bytes of a version 1 frame without payload."""
_MOST_NUMBERS = 1 << 16
"""Messages of higher numbers are of nobody's known dialect."""


def frame_length(data: bytes | NDArray[np.uint8], at: int) -> int:
    """Bytes of the frame that begins at `at`, by its own word; 0 when none begins there or the end is not here."""
    left = len(data) - at
    if left < SHORTEST:
        return 0
    magic = int(data[at])
    payload = int(data[at + 1])
    if magic == V2:
        length = payload + 12
        if data[at + 2] & SIGNED:
            length += SIGNATURE
    elif magic == V1:
        length = payload + 8
    else:
        return 0
    if length > left:
        return 0
    return length


def header_length(frame: bytes) -> int:
    """Bytes before the payload."""
    if frame[0] == V2:
        return 10
    return 6


def payload_of(frame: bytes) -> bytes:
    """The payload as it came: version 2 cuts zeros off its end."""
    start = header_length(frame)
    return frame[start : start + frame[1]]


def sender_of(frame: bytes) -> tuple[int, int]:
    """Ids of the system and the component that sent a frame."""
    if frame[0] == V2:
        return frame[5], frame[6]
    return frame[3], frame[4]


def system_of(frame: bytes) -> int:
    """Id of the system that sent a frame."""
    return sender_of(frame)[0]


def message_number(frame: bytes) -> int:
    """Which message a frame carries."""
    if frame[0] == V1:
        return frame[5]
    return int.from_bytes(frame[7:10], "little")


def crc16(covered: bytes, extra: int) -> int:
    """CRC-16/MCRF4XX of `covered` and then the message's CRC_EXTRA."""
    return int(mcrf4xx(bytes((extra,)), mcrf4xx(covered)))


class Frames:
    """Frames of a buffer, column by column; row by row the same frame."""

    def __init__(self, data: NDArray[np.uint8], starts: NDArray[np.int64]) -> None:
        """`starts` are the places of the frames' first bytes; every frame lies whole inside `data`."""
        self._data = data
        self.starts = starts
        self._second = data[starts] == V2
        self.payload_length = data[starts + 1].astype(np.int64)
        self.payload_start = starts + np.where(self._second, 10, 6)
        shift = np.where(self._second, 1, 0)
        self.sequence = data[starts + 2 + 2 * shift]
        self.system = data[starts + 3 + 2 * shift]
        self.component = data[starts + 4 + 2 * shift]
        self.number = self._numbers()

    def known(self) -> NDArray[np.bool_]:
        """Whether each frame's message has a definition, and so a checksum that can be told right from wrong."""
        return np.asarray((self.number < _MOST_NUMBERS) & (self._extra() >= 0))

    def intact(self) -> NDArray[np.bool_]:
        """Whether each frame's checksum is right; False for a message that no definition is known for."""
        extra = self._extra()
        known = self.known()
        covered = self.payload_start + self.payload_length - self.starts - 1
        found = np.zeros(len(self.starts), np.uint16)
        for length in np.unique(covered[known]):
            rows = np.flatnonzero(known & (covered == length))
            found[rows] = self._checksums(self.starts[rows] + 1, int(length), extra[rows].astype(np.uint8))
        ends = self.payload_start + self.payload_length
        said = self._data[ends].astype(np.uint16) | (self._data[ends + 1].astype(np.uint16) << 8)
        return np.asarray(known & (found == said))

    def payloads(self, rows: NDArray[np.int64], dtype: np.dtype[np.void]) -> NDArray[np.void]:
        """The payloads of `rows` as `dtype`; what version 2 cut off the end as zeros is put back."""
        size = dtype.itemsize
        within = np.arange(size)
        lengths = self.payload_length[rows]
        places = self.payload_start[rows, None] + within
        whole = self._data[np.minimum(places, len(self._data) - 1)]
        if lengths.min(initial=size) < size:
            whole[within >= lengths[:, None]] = 0
        return np.ascontiguousarray(whole).view(dtype)[:, 0]

    def _extra(self) -> NDArray[np.int16]:
        return _crc_extras()[np.minimum(self.number, _MOST_NUMBERS - 1)]

    def _numbers(self) -> NDArray[np.int64]:
        first = self._data[self.payload_start - 1].astype(np.int64)  # version 1: the byte before the payload
        long = (
            self._data[self.payload_start - 3].astype(np.int64)
            | self._data[self.payload_start - 2].astype(np.int64) << 8
            | first << 16
        )
        return np.where(self._second, long, first)

    def _checksums(self, begins: NDArray[np.int64], length: int, extra: NDArray[np.uint8]) -> NDArray[np.uint16]:
        """CRC-16/MCRF4XX of `length` bytes from each of `begins` and then `extra`, a column of bytes at a time."""
        table = _crc_table()
        crc = np.full(len(begins), 0xFFFF, np.uint16)
        for offset in range(length):
            crc = (crc >> 8) ^ table[(crc ^ self._data[begins + offset]) & 0xFF]
        final: NDArray[np.uint16] = (crc >> 8) ^ table[(crc ^ extra) & 0xFF]
        return final


@cache
def _crc_table() -> NDArray[np.uint16]:
    """CRC-16 with polynomial 0x1021, bits reflected (0x8408)."""
    crc = np.arange(256, dtype=np.uint16)
    for _ in range(8):
        crc = np.where(crc & 1, (crc >> 1) ^ 0x8408, crc >> 1).astype(np.uint16)
    return crc


@cache
def _crc_extras() -> NDArray[np.int16]:
    """CRC_EXTRA by message number; -1 where no definition is known."""
    extras = np.full(_MOST_NUMBERS, -1, np.int16)
    for number, message in messages().items():
        if number < _MOST_NUMBERS:
            extras[number] = message.crc_extra
    return extras
