"""Telemetry logs (.tlog): every MAVLink frame of a link with the time it was heard, read column by column.

Format: mavlink.io, "Telemetry log": for each frame eight bytes of big-endian microseconds since 1970 (UTC), then the
frame as it was on the wire. Gives every intact frame of a file that is cut short or damaged, and counts the rest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from telemetry.errors import BadInput
from telemetry.mavlink.dialect import messages
from telemetry.mavlink.frames import SHORTEST, SIGNATURE, SIGNED, V1, V2, Frames, frame_length
from telemetry.messages import Message

STAMP = 8
EARLIEST_US = 946_684_800_000_000
LATEST_US = 4_102_444_800_000_000
"""The years 2000 to 2100: a time outside them is damage. Also 0, which recorders without a clock write."""


@dataclass(frozen=True)
class Records:
    """All frames of one message, oldest first; row by row the same frame."""

    time_us: NDArray[np.int64]
    """When each was heard: microseconds since 1970, UTC."""
    system: NDArray[np.uint8]
    component: NDArray[np.uint8]
    fields: NDArray[np.void]
    """Structured by the message's own field names, values as on the wire."""


@dataclass(frozen=True)
class Tlog:
    """What a log holds."""

    messages: Mapping[str, Records]
    count: int
    """Intact frames, those of unknown messages included."""
    unknown: int
    """Frames whose message no definition is known for."""
    damaged: int
    """Stretches that hold no intact frame: each at least one frame lost."""
    lost_bytes: int


def load_tlog(path: Path) -> Tlog:
    """The log in a file. Raises BadInput when it cannot be read or holds no frame at all."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadInput(Message("logs.unreadable", name=path.name, reason=error.strerror)) from error
    log = read_tlog(data)
    if not log.count:
        raise BadInput(Message("logs.not_tlog", name=path.name))
    return log


def read_tlog(data: bytes) -> Tlog:
    """The log in `data`."""
    buffer = np.frombuffer(data, np.uint8)
    frames = Frames(buffer, _intact(data, buffer))
    starts = frames.starts
    times = _times(buffer, starts)
    lengths = _lengths(buffer, frames)
    ends = starts + lengths
    gaps = np.diff(np.concatenate([[0], np.stack([starts - STAMP, ends], axis=1).ravel(), [len(data)]]))[::2]
    order = np.argsort(frames.number, kind="stable")
    numbers, first = np.unique(frames.number[order], return_index=True)
    found = {}
    unknown = 0
    for number, rows in zip(numbers, np.split(order, first[1:]), strict=True) if len(order) else ():
        message = messages().get(int(number))
        if message is None:
            unknown += len(rows)
            continue
        found[message.name] = Records(
            times[rows], frames.system[rows], frames.component[rows], frames.payloads(rows, message.dtype)
        )
    return Tlog(found, len(starts), unknown, int((gaps > 0).sum()), int(gaps.sum()))


def _intact(data: bytes, buffer: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Where the intact frames begin: walked from one to the next, and looked for byte by byte where that goes wrong."""
    starts, gaps = _walk(data, 0, len(data))
    frames = Frames(buffer, np.array(starts, np.int64))
    good = frames.intact() | (~frames.known() & _followed(buffer, frames))
    if good.all() and not gaps:
        return frames.starts
    kept = frames.starts[good]
    return np.sort(np.concatenate([kept, _search(buffer, kept, kept + _lengths(buffer, frames)[good])]))


def _followed(buffer: NDArray[np.uint8], frames: Frames) -> NDArray[np.bool_]:
    """Whether another frame, or the end, comes just where each ends: all that can be asked of an unknown message."""
    ends = frames.starts + _lengths(buffer, frames)
    after = buffer[np.minimum(ends + STAMP, len(buffer) - 1)]
    return np.asarray((ends == len(buffer)) | ((ends + STAMP < len(buffer)) & ((after == V1) | (after == V2))))


def _walk(data: bytes, at: int, end: int) -> tuple[list[int], bool]:
    """Places of frames that follow one another from `at`, and whether anything had to be passed over."""
    starts: list[int] = []
    passed_over = False
    add = starts.append
    while at + STAMP < end:
        place = at + STAMP
        magic = data[place]
        if magic == V1 and place + 1 < end:
            after = place + data[place + 1] + 8
        elif magic == V2 and place + 2 < end:
            after = place + data[place + 1] + 12
            if data[place + 2] & SIGNED:
                after += SIGNATURE
        else:
            after = 0
        if after == 0 or after > end:
            passed_over = True
            at = _next_magic(data, place + 1, end) - STAMP
            continue
        add(place)
        at = after
    return starts, passed_over or at != end


def _next_magic(data: bytes, at: int, end: int) -> int:
    """The next place from `at` that may begin a frame; `end` plus a stamp when there is none."""
    places = [place for magic in (V1, V2) if (place := data.find(magic, at, end)) >= 0]
    return min(places, default=end + STAMP)


def _search(buffer: NDArray[np.uint8], begins: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """Intact frames of known messages with a sane time before them in what lies between the frames already found."""
    size = len(buffer)
    change = np.zeros(size + 1, np.int8)
    np.add.at(change, begins - STAMP, 1)
    np.add.at(change, ends, -1)
    free = np.cumsum(change[:-1], dtype=np.int8) == 0
    places = np.flatnonzero(free & ((buffer == V1) | (buffer == V2)))
    places = places[(places >= STAMP) & (places + SHORTEST <= size)]
    places = places[free[places - STAMP]]
    stamps = _times(buffer, places)
    places = places[(stamps == 0) | ((stamps >= EARLIEST_US) & (stamps <= LATEST_US))]
    limits = np.append(begins - STAMP, size)[np.searchsorted(begins, places)]
    places = places[[0 < frame_length(buffer, int(p)) <= limit - p for p, limit in zip(places, limits, strict=True)]]
    frames = Frames(buffer, places)
    places = places[frames.intact()]
    found = []
    free_from = 0
    for place in places:
        if place - STAMP >= free_from:
            found.append(place)
            free_from = place + frame_length(buffer, int(place))
    return np.array(found, np.int64)


def _lengths(buffer: NDArray[np.uint8], frames: Frames) -> NDArray[np.int64]:
    """Bytes of each frame, signature included."""
    second = buffer[frames.starts] == V2
    signed = second & ((buffer[frames.starts + 2] & SIGNED) != 0)
    lengths: NDArray[np.int64] = frames.payload_start + frames.payload_length + 2 - frames.starts
    return lengths + np.where(signed, SIGNATURE, 0)


def _times(buffer: NDArray[np.uint8], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """The big-endian microseconds before each frame."""
    stamps = buffer[starts[:, None] + np.arange(-STAMP, 0)]
    return np.ascontiguousarray(stamps).view(">u8")[:, 0].astype(np.int64)
