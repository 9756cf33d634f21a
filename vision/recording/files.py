"""One recorded file and its index: appended part by part, read, and mended after a power cut.

The file is fragmented MP4: initialisation segment, then one fragment a part. The index beside it (.idx) is one row a
part, and says nothing that the file does not: without it, or behind it, it is read out of the file again.
"""

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from vision.fmp4 import TIMESCALE, boxes, read_fragment

PART = np.dtype([("at", "<i8"), ("lasts", "<u4"), ("key", "<u4"), ("begin", "<u8"), ("size", "<u8")])
"""A row: beginning in microseconds since 1970, length in microseconds, whether it begins with a key frame, and where
in the file its bytes are."""
Parts = NDArray[Any]
"""Rows of PART, in order of time."""


class RecordingFile:
    """A file that grows. What `append` was given is with the operating system when it returns: a killed process loses
    nothing of it, a power cut what the system had not yet written."""

    def __init__(self, path: Path, begins: datetime, init: bytes) -> None:
        """Raises OSError when it cannot be made; nothing of it remains then."""
        self.path = path
        self._zero_us = microseconds(begins)
        self._size = 0
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._data = path.open("xb", buffering=0)
            self._index = index_of(path).open("xb", buffering=0)
            self._write(init)
        except OSError:
            index_of(path).unlink(missing_ok=True)
            path.unlink(missing_ok=True)
            raise

    def append(self, fragment: bytes, *, decoded_at: int, lasts: int, key: bool) -> None:
        """Add a part, its times in TIMESCALE. Raises OSError when it cannot be written; the file is as before then."""
        row = _row(self._zero_us, decoded_at, lasts, key, self._size, len(fragment))
        self._write(fragment)
        written = os.fstat(self._index.fileno()).st_size
        try:
            self._index.write(row.tobytes())
        except OSError:
            os.ftruncate(self._index.fileno(), written)
            raise

    def close(self) -> None:
        """No more comes."""
        self._data.close()
        self._index.close()

    def _write(self, content: bytes) -> None:
        try:
            left = memoryview(content)
            while left:
                left = left[self._data.write(left) or 0 :]
        except OSError:
            os.ftruncate(self._data.fileno(), self._size)
            os.lseek(self._data.fileno(), self._size, os.SEEK_SET)
            raise
        self._size += len(content)


def index_of(path: Path) -> Path:
    """Where the index of the file `path` is."""
    return path.with_suffix(".idx")


def read_parts(path: Path, begins: datetime) -> Parts:
    """The whole parts of the file `path` that begins at `begins`; from its index as far as that goes, else from itself.

    A file that is being written, or was cut off, ends with its last whole part. Raises FileNotFoundError when gone.
    """
    size = path.stat().st_size
    known = _indexed(index_of(path), size)
    end = 0
    if known.size:
        end = int(known[-1]["begin"] + known[-1]["size"])
    if end == size:
        return known
    with path.open("rb") as file:
        return np.concatenate([known, _walked(file, microseconds(begins), end, size)])


def mend(path: Path, begins: datetime) -> int:
    """Cut what is no whole part off the end of `path` and write its index anew; the bytes that were cut off."""
    parts = read_parts(path, begins)
    size = path.stat().st_size
    whole = int(parts[-1]["begin"] + parts[-1]["size"]) if parts.size else min(size, _init_end(path))
    if size > whole:
        os.truncate(path, whole)
    if _indexed(index_of(path), whole).size != parts.size or index_of(path).stat().st_size != parts.nbytes:
        index_of(path).write_bytes(parts.tobytes())
    return size - whole


def initial(path: Path, parts: Parts) -> bytes:
    """The initialisation segment of `path`."""
    with path.open("rb") as file:
        return file.read(int(parts[0]["begin"]))


def microseconds(moment: datetime) -> int:
    """Since 1970."""
    return (moment - datetime.fromtimestamp(0, moment.tzinfo)) // timedelta(microseconds=1)


def _row(zero_us: int, decoded_at: int, lasts: int, key: bool, begin: int, size: int) -> Parts:
    at, until = (zero_us + ticks * 1_000_000 // TIMESCALE for ticks in (decoded_at, decoded_at + lasts))
    return np.array([(at, until - at, key, begin, size)], PART)


def _indexed(index: Path, size: int) -> Parts:
    """The index's rows, as far as they are whole, follow on each other and are in a file of `size` bytes."""
    try:
        content = index.read_bytes()
    except FileNotFoundError:
        return np.empty(0, PART)
    rows = np.frombuffer(content[: len(content) // PART.itemsize * PART.itemsize], PART)
    ends = rows["begin"] + rows["size"]
    fits = (ends <= size) & np.concatenate([[True], ends[:-1] == rows["begin"][1:]])[: rows.size]
    if not fits.all():
        return rows[: int(np.argmin(fits))]
    return rows


def _walked(file: BinaryIO, zero_us: int, begin: int, end: int) -> Parts:
    """The parts between two bytes of a file, found by its boxes."""
    rows = []
    head = None
    for box in boxes(file, begin, end):
        if box.kind == b"moof":
            head = box
        elif box.kind == b"mdat" and head is not None and head.end == box.begin:
            file.seek(head.begin)
            said = read_fragment(file.read(head.end - head.begin))
            rows.append(_row(zero_us, said.decoded_at, said.duration, said.key, head.begin, box.end - head.begin))
    if rows:
        return np.concatenate(rows)
    return np.empty(0, PART)


def _init_end(path: Path) -> int:
    """Where the initialisation segment ends; 0 when it is not whole."""
    with path.open("rb") as file:
        return next((box.end for box in boxes(file, 0, path.stat().st_size) if box.kind == b"moov"), 0)
