"""Boxes of ISO/IEC 14496-12: writing one, and walking over those of a file. Knows little of what is in them."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

HEADER = struct.Struct(">I4s")


@dataclass(frozen=True)
class MediaBox:
    """Where a box lies."""

    kind: bytes
    """Four letters."""
    begin: int
    end: int


def box(kind: bytes, *content: bytes) -> bytes:
    """A box of `kind` (8.1, 4.2)."""
    return HEADER.pack(HEADER.size + sum(map(len, content)), kind) + b"".join(content)


def full_box(kind: bytes, version: int, flags: int, *content: bytes) -> bytes:
    """A box with version and flags."""
    return box(kind, struct.pack(">I", version << 24 | flags), *content)


def boxes(file: BinaryIO, begin: int, end: int) -> Iterator[MediaBox]:
    """The boxes of `file` from byte `begin`, as far as they are whole before byte `end`. No box here is over 4 GiB."""
    while begin + HEADER.size <= end:
        file.seek(begin)
        size, kind = HEADER.unpack(file.read(HEADER.size))
        if size < HEADER.size or begin + size > end:
            return
        yield MediaBox(kind, begin, begin + size)
        begin += size
