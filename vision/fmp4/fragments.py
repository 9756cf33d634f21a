"""Writes fragments (moof and mdat, ISO/IEC 14496-12 8.8) out of encoded pictures. Times are handed in."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from vision.fmp4.boxes import box, full_box
from vision.fmp4.codecs import is_annex_b, units

TIMESCALE = 90_000
"""Units of time in a second, in every segment written here."""
_BASE_IS_MOOF = 0x020000
_TRUN_FLAGS = 0x000001 | 0x000100 | 0x000200 | 0x000400 | 0x000800
"""Data offset; of each sample duration, size, flags and composition offset."""
_KEY = 0x02000000
_DEPENDS = 0x01010000
"""Sample flags (8.8.3.1): depends on no other; depends on others and is no sync sample."""
_LENGTH_PREFIXED = frozenset({"h264", "hevc"})


@dataclass(frozen=True)
class FragmentSample:
    """One picture in a fragment."""

    data: bytes
    """As `sample_data` gives it."""
    duration: int
    """Until the next one, in TIMESCALE."""
    shown_after: int
    """From decoding to showing, in TIMESCALE; negative is possible."""
    key: bool


def sample_data(codec: str, extradata: bytes, data: bytes) -> bytes:
    """A packet's `data` as MP4 wants it: H.264 and H.265 units with their lengths before them (14496-15 4.3)."""
    if codec not in _LENGTH_PREFIXED or not is_annex_b(extradata):
        return data
    return b"".join(part for unit in units(data) for part in (struct.pack(">I", len(unit)), unit))


def fragment(number: int, decoded_at: int, samples: Sequence[FragmentSample]) -> bytes:
    """moof and mdat of `samples`, the first decoded at `decoded_at` (TIMESCALE, from the segment's zero).

    `number` grows from fragment to fragment, from 1.
    """
    rows = b"".join(
        struct.pack(
            ">IIIi", sample.duration, len(sample.data), _KEY if sample.key else _DEPENDS, sample.shown_after
        )
        for sample in samples
    )  # fmt: skip
    header = full_box(b"mfhd", 0, 0, struct.pack(">I", number))
    track = full_box(b"tfhd", 0, _BASE_IS_MOOF, struct.pack(">I", 1))
    time = full_box(b"tfdt", 1, 0, struct.pack(">Q", decoded_at))
    # Eight bytes each are the headers of moof, traf and mdat.
    run_size = 20 + len(rows)
    data_offset = 8 + len(header) + 8 + len(track) + len(time) + run_size + 8
    run = full_box(b"trun", 1, _TRUN_FLAGS, struct.pack(">Ii", len(samples), data_offset), rows)
    moof = box(b"moof", header, box(b"traf", track, time, run))
    return moof + box(b"mdat", *(sample.data for sample in samples))


@dataclass(frozen=True)
class Fragment:
    """What a fragment written here holds."""

    decoded_at: int
    """Of the first picture, in TIMESCALE from the file's zero."""
    duration: int
    """Of all pictures, in TIMESCALE."""
    key: bool
    """It begins with a key frame."""


_TIME_AT = 60
_COUNT_AT = 80
_ROWS_AT = 88
_ROW = struct.Struct(">IIIi")
"""Where `fragment` puts things, in bytes from the beginning of moof."""


def read_fragment(moof: bytes) -> Fragment:
    """What the box `moof`, as `fragment` wrote it, says."""
    (decoded_at,) = struct.unpack_from(">Q", moof, _TIME_AT)
    (count,) = struct.unpack_from(">I", moof, _COUNT_AT)
    rows = list(_ROW.iter_unpack(moof[_ROWS_AT : _ROWS_AT + count * _ROW.size]))
    return Fragment(decoded_at, sum(row[0] for row in rows), rows[0][2] == _KEY)
