"""Where the records of a binary log begin and end, so that what is damaged or cut off can be told. Reads no record.

Formats: docs.px4.io, "ULog File Format" (16 bytes, then records of a size, a type and a body); ardupilot.org, "Log
messages" (0xA3 0x95, a type, and a body whose length a FMT record told before).
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass

from telemetry.messages import Message

ULOG_HEADER = 16
ULOG_RECORD = struct.Struct("<HB")
ULOG_TYPES = frozenset(b"BFIMPQARLCSDO")
HEAD = b"\xa3\x95"
FMT = 0x80
FMT_LENGTH = 89
SURE = 4
"""So many records in a row after a gap, or the end of the file, are no accident."""
PADDING = (b"\0", b"\xff")
"""What fills the last page of a flash memory; nothing is lost with it."""


@dataclass(frozen=True)
class Framing:
    """What the records of a log leave out."""

    gaps: int
    """Places where something stands that is no record."""
    gap_bytes: int
    missing_bytes: int
    """How many bytes the last record lacks; 0 for a file that ends with one."""

    @property
    def lost(self) -> int:
        """Gaps, and the record that is cut off."""
        return self.gaps + (self.missing_bytes > 0)

    @property
    def notes(self) -> tuple[str, ...]:
        """A sentence each on what is lost."""
        said = []
        if self.gaps:
            said.append(Message("logs.notes.damaged", count=self.gaps, lost=self.gap_bytes).text())
        if self.missing_bytes:
            said.append(Message("logs.notes.cut_short", missing=self.missing_bytes).text())
        return tuple(said)


def ulog_framing(data: bytes) -> Framing:
    """The records of a PX4 log."""

    def length(at: int) -> int | None:
        if at + ULOG_RECORD.size > len(data):
            return None
        size, kind = ULOG_RECORD.unpack_from(data, at)
        if kind not in ULOG_TYPES:
            return None
        return ULOG_RECORD.size + int(size)

    return _framing(data, ULOG_HEADER, length, lambda at: at + 1)


def dataflash_framing(data: bytes) -> Framing:
    """The records of an ArduPilot log."""
    lengths = {FMT: FMT_LENGTH}

    def length(at: int) -> int | None:
        if data[at : at + 2] != HEAD or at + 2 >= len(data):
            return None
        if data[at + 2] == FMT and at + 4 < len(data):
            lengths.setdefault(data[at + 3], data[at + 4])
        return lengths.get(data[at + 2])

    def further(at: int) -> int:
        found = data.find(HEAD, at + 1)
        if found < 0:
            return len(data)
        return found

    return _framing(data, 0, length, further)


def _framing(data: bytes, at: int, length: Callable[[int], int | None], further: Callable[[int], int]) -> Framing:
    """Goes from record to record; `further` gives the next place that may begin one."""
    gaps = 0
    gap_bytes = 0
    end = len(data)
    while at < end:
        size = length(at)
        if size and at + size <= end:
            at += size
            continue
        again = further(at)
        while again < end and not _sure(again, end, length):
            again = further(again)
        if again >= end:
            return _ended(data, at, size, gaps, gap_bytes)
        gaps += 1
        gap_bytes += again - at
        at = again
    return Framing(gaps, gap_bytes, 0)


def _sure(at: int, end: int, length: Callable[[int], int | None]) -> bool:
    """Whether records follow one another from here."""
    for _ in range(SURE):
        if at == end:
            return True
        size = length(at)
        if not size or at + size > end:
            return False
        at += size
    return True


def _ended(data: bytes, at: int, size: int | None, gaps: int, gap_bytes: int) -> Framing:
    """No record follows: the last one is cut off, or what is left is padding, or nothing that is known."""
    rest = data[at:]
    if size:
        return Framing(gaps, gap_bytes, size - len(rest))
    if rest.strip(PADDING[0]) == b"" or rest.strip(PADDING[1]) == b"":
        return Framing(gaps, gap_bytes, 0)
    return Framing(gaps + 1, gap_bytes + len(rest), 0)
