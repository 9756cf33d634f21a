"""Cuts a time out of the recordings: the pictures as the camera sent them, in an MP4 that everything plays.

Nothing is encoded again, so a clip begins with the key frame at or before the moment asked for. Times of pictures are
as recorded; where recordings are missing, the last picture before stands still. The manifest says all that. A long clip
comes in parts of PART_LENGTH, each a file of its own that begins with a key frame, no picture in two of them.
"""

import hashlib
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from telemetry.clock import from_epoch, iso
from telemetry.errors import BadInput, NotFound
from telemetry.messages import Message
from telemetry.visibility import Visibility
from vision.fmp4 import TIMESCALE
from vision.recording.files import Parts, initial, microseconds, read_parts
from vision.recording.spans import RecordedSpan, gaps
from vision.recording.storage_layout import RecordedFile, kept

PART_LENGTH = timedelta(minutes=10)
"""One part of a clip is made in memory, then the next."""
LONGEST = timedelta(hours=24)
"""What one order may ask for."""
_ROOM_FOR_INDEX = 64 * 1024, 40
"""Bytes for the index before the pictures: so many, and so many more a picture."""


@dataclass
class Piece:
    """One MP4 of a clip: another begins where the stream's form or purpose changed, or where times overlap."""

    init: bytes
    cuts: list["Cut"] = field(default_factory=list)
    sha256: str = ""
    size: int = 0

    @property
    def purpose(self) -> str:
        """What it was recorded for."""
        return self.cuts[0].file.camera_folder.purpose

    @property
    def begins(self) -> datetime:
        """When its first picture was taken, UTC."""
        return self.cuts[0].begins

    @property
    def ends(self) -> datetime:
        """When its last picture ends, UTC."""
        return self.cuts[-1].ends


@dataclass
class Cut:
    """Consecutive parts of one recorded file."""

    file: RecordedFile
    data: bytes
    """Nothing any more once the MP4 is kept."""
    sha256: str
    """Of the data."""
    size: int
    begins: datetime
    ends: datetime
    parts: int


def cut_clip(
    root: Path,
    camera_id: str,
    visible: Visibility,
    begins: datetime,
    ends: datetime,
    *,
    keep: Callable[[bytes, Piece], str],
    part_length: timedelta = PART_LENGTH,
) -> dict[str, Any]:
    """Cut the clip of a camera from `begins` to `ends` (UTC), out of what was recorded for `cities`: its manifest.

    `keep` is given each MP4 as soon as it is there, in order of time, and what it is of; it gives back its SHA-256 in
    hex. The manifest is JSON-ready: source, range asked for and given, SHA-256 of each file and of each recording's
    bytes in it, gaps. Raises BadInput for a range that is none or longer than LONGEST, NotFound when nothing of it was
    kept.
    """
    check_range(begins, ends)
    files = kept(root, camera_id=camera_id, visible=visible, begins=begins, ends=ends)
    pieces: list[Piece] = []
    for window in _windows(begins, ends, part_length):
        there = [file for file in files if window.may_hold(file)]
        cuts = [made for file in there if (made := _cut(file, begins, ends, window)) is not None]
        for piece in _together(cuts):
            _keep_piece(piece, keep)
            pieces.append(piece)
    if not pieces:
        raise NotFound(Message("recordings.no_footage", camera=camera_id, begins=begins, ends=ends))
    return _manifest(camera_id, begins, ends, pieces, root)


def _keep_piece(piece: Piece, keep: Callable[[bytes, Piece], str]) -> None:
    """Have its MP4 kept, and let go of its pictures."""
    content = _mp4(piece)
    piece.sha256 = keep(content, piece)
    piece.size = len(content)
    for cut in piece.cuts:
        cut.data = b""


def check_range(begins: datetime, ends: datetime) -> None:
    """Raises BadInput for a time of which no clip is made."""
    if not begins < ends:
        raise BadInput(Message("clips.ends_before_start"))
    if ends - begins > LONGEST:
        raise BadInput(Message("clips.too_long", hours=LONGEST // timedelta(hours=1)))


def index_in_front(pictures: int) -> dict[str, str]:
    """Options for FFmpeg's MP4 writer by which the index of so many pictures comes before them."""
    fixed, each = _ROOM_FOR_INDEX
    return {"moov_size": str(fixed + each * pictures), "fflags": "bitexact"}


def blurred_manifest(
    manifest: dict[str, Any], copies: Sequence[tuple[str, int]], how: dict[str, Any]
) -> dict[str, Any]:
    """The manifest of blurred copies (SHA-256 and bytes of each) of the files of `manifest`, which they stand beside.

    `how` they were made unrecognisable.
    """
    files = [
        {
            **{key: value for key, value in file.items() if key != "recordings"},
            "sha256": sha256,
            "bytes": size,
            "original": {key: file[key] for key in ("sha256", "bytes", "recordings")},
        }
        for file, (sha256, size) in zip(manifest["files"], copies, strict=True)
    ]
    return {**manifest, "encoded_again": True, "blurred": how, "files": files}


@dataclass(frozen=True)
class _Window:
    """The time of one part of a clip, microseconds since 1970."""

    begins: int
    ends: int
    first: bool
    last: bool

    def may_hold(self, file: RecordedFile) -> bool:
        """Whether something of it may lie in the window."""
        return microseconds(file.begins) < self.ends and microseconds(file.ends_by) > self.begins


def _windows(begins: datetime, ends: datetime, part_length: timedelta) -> list[_Window]:
    count = -(-(ends - begins) // part_length)
    edges = [microseconds(min(begins + number * part_length, ends)) for number in range(count + 1)]
    return [_Window(edges[at], edges[at + 1], at == 0, at == count - 1) for at in range(count)]


def _cut(file: RecordedFile, begins: datetime, ends: datetime, window: _Window) -> tuple[bytes, Cut] | None:
    """What of a clip's bytes lies in one part of it, from a key frame on, the initialisation segment before them."""
    try:
        parts = read_parts(file.path, file.begins)
        wanted = _of_window(parts, microseconds(begins), microseconds(ends), window)
        if not wanted.size:
            return None
        init = initial(file.path, parts)
        with file.path.open("rb") as recorded:
            recorded.seek(int(wanted[0]["begin"]))
            data = recorded.read(int(wanted[-1]["begin"] + wanted[-1]["size"] - wanted[0]["begin"]))
    except FileNotFoundError:
        return None
    first = wanted[0]
    last = wanted[-1]
    until = from_epoch(int(last["at"] + last["lasts"]) / 1e6)
    since = from_epoch(int(first["at"]) / 1e6)
    return init, Cut(file, data, hashlib.sha256(data).hexdigest(), len(data), since, until, wanted.size)


def _of_window(parts: Parts, begins_us: int, ends_us: int, window: _Window) -> Parts:
    """What lies in a window, of all from the key frame at or before `begins_us` to `ends_us`: each in one window."""
    inside = np.flatnonzero((parts["at"] < ends_us) & (parts["at"] + parts["lasts"] > begins_us))
    if not inside.size:
        return parts[:0]
    keys = np.flatnonzero(parts["key"])
    before = keys[keys <= max(inside[0], np.searchsorted(parts["at"], begins_us, "right") - 1)]
    start = inside[0]
    if before.size:
        start = before[-1]
    elif keys.size:
        start = keys[0]
    end = inside[-1] + 1
    since = start
    if not window.first:
        since = max(start, _division(parts, keys, window.begins))
    until = end
    if not window.last:
        until = min(end, _division(parts, keys, window.ends))
    wanted: Parts = parts[since : max(since, until)]
    return wanted


def _division(parts: Parts, keys: NDArray[np.intp], moment_us: int) -> int:
    """With which part a file of a clip begins that is divided there: the key frame before, or the one after a gap."""
    after = int(np.searchsorted(parts["at"], moment_us, "right"))
    if after == 0:
        return 0
    in_gap = moment_us >= int(parts[after - 1]["at"]) + int(parts[after - 1]["lasts"])
    if in_gap and (after == len(parts) or parts[after]["key"]):
        return after
    before = keys[keys < after]
    if before.size:
        return int(before[-1])
    return 0


def _together(cuts: Iterable[tuple[bytes, Cut]]) -> list[Piece]:
    """Cuts that can be one file, in order of time."""
    pieces: list[Piece] = []
    for init, cut in cuts:
        last = None
        if pieces:
            last = pieces[-1]
        joins = last is not None and last.init == init and last.cuts[-1].file.camera_folder == cut.file.camera_folder
        if last is None or not joins or cut.begins < last.cuts[-1].ends:
            last = Piece(init)
            pieces.append(last)
        last.cuts.append(cut)
    return pieces


def _mp4(piece: Piece) -> bytes:
    """One MP4 with its index in front, so that it plays while it is loaded. Times begin with zero."""
    zero = piece.cuts[0].begins
    buffer = io.BytesIO()
    packets = [packet for cut in piece.cuts for packet in _packets(piece.init, cut, zero)]
    options = index_in_front(len(packets))
    with av.open(buffer, "w", format="mp4", options=options) as out, av.open(io.BytesIO(piece.init)) as form:
        stream = out.add_stream_from_template(form.streams.video[0])
        stream.time_base = Fraction(1, TIMESCALE)
        for packet in packets:
            packet.stream = stream
            out.mux_one(packet)
    return buffer.getvalue()


def _packets(init: bytes, cut: Cut, zero: datetime) -> Iterable[Any]:
    offset = round((cut.file.begins - zero).total_seconds() * TIMESCALE)
    with av.open(io.BytesIO(init + cut.data), "r", format="mp4") as source:
        for packet in source.demux(video=0):
            if packet.dts is not None and packet.pts is not None:
                packet.dts += offset
                packet.pts += offset
                yield packet


def _manifest(camera_id: str, begins: datetime, ends: datetime, pieces: list[Piece], root: Path) -> dict[str, Any]:
    cuts = [cut for piece in pieces for cut in piece.cuts]
    given = min(cut.begins for cut in cuts), max(cut.ends for cut in cuts)
    there = [RecordedSpan(cut.begins, cut.ends, cut.file.camera_folder) for cut in cuts]
    return {
        "camera": camera_id,
        "asked": _range(begins, ends),
        "given": _range(*given),
        "begins_with": "the key frame at or before the moment asked for, or the first there is",
        "encoded_again": False,
        "blurred": None,
        "simulated": any(cut.file.camera_folder.simulated for cut in cuts),
        "gaps": [_range(gap.begins, gap.ends) for gap in gaps(there, begins, ends)],
        "files": [
            {
                "sha256": piece.sha256,
                "bytes": piece.size,
                "content_type": "video/mp4",
                "city": piece.cuts[0].file.camera_folder.city,
                "purpose": piece.purpose,
                **_range(piece.begins, piece.ends),
                "recordings": [
                    {
                        "file": str(cut.file.path.relative_to(root)),
                        "sha256": cut.sha256,
                        "bytes": cut.size,
                        "parts": cut.parts,
                        **_range(cut.begins, cut.ends),
                    }
                    for cut in piece.cuts
                ],
            }
            for piece in pieces
        ],
    }


def _range(begins: datetime, ends: datetime) -> dict[str, str]:
    return {"from": iso(begins), "to": iso(ends)}
