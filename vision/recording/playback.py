"""Plays a time of the recordings at once: nobody can be recognised in it, as in a clip, but nothing is kept of it.

The video is encoded as it is watched: fragmented MP4, whose first part is there after LOOK_AHEAD_S of it were looked
at. What is masked and who is hidden is what a clip masks and hides (`blurring.py`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import av

from telemetry.cities import City
from telemetry.errors import BadInput, BadMedia, Conflict, NotFound
from telemetry.messages import Message
from telemetry.visibility import Visibility
from vision.detection.detector import Detector
from vision.frames.decoder import Image
from vision.privacy.masks import Masks
from vision.privacy.sightings import AROUND_S, covered
from vision.recording.blurring import LOOKS_PER_S, PeopleFinder, WritingFinder, as_frame, clip_stream, pictures_of
from vision.recording.clips import Piece, cut_clip
from vision.recording.encodings import ENCODINGS, ClipCodec
from vision.recording.files import read_parts
from vision.recording.spans import runs, spans
from vision.recording.storage_layout import RecordedFile, kept

LONGEST = timedelta(minutes=5)
"""What is played at once; of a longer time a clip is made."""
LOOK_AHEAD_S = 1.0 + AROUND_S + 1 / LOOKS_PER_S
"""So far ahead of the picture that is shown people are looked for: who is lost from sight for up to a second, or comes
into it a little later, is hidden as in a clip."""
_FRAGMENT_US = 500_000
_FRAGMENTED = {
    "movflags": "frag_keyframe+empty_moov+default_base_moof",
    "frag_duration": str(_FRAGMENT_US),
    "fflags": "bitexact",
}


@dataclass(frozen=True)
class Playable:
    """A recorded time that can be played: its pictures as the camera sent them, in memory."""

    begins: datetime
    """UTC, as `ends`."""
    ends: datetime
    pieces: list[tuple[bytes, Piece]]
    """MP4s in order of time."""

    @property
    def since(self) -> datetime:
        """When the first picture was taken from which on it is decoded, UTC: at or before `begins`."""
        return min(piece.begins for _, piece in self.pieces)

    @property
    def city(self) -> City:
        """The town it was recorded for."""
        return self.pieces[0][1].cuts[0].file.camera_folder.city

    @property
    def purpose(self) -> str:
        """What it was recorded for."""
        return self.pieces[0][1].purpose


@dataclass(frozen=True)
class Blur:
    """How nobody is to be recognised in it."""

    detector: Detector
    masks: Masks
    writing: WritingFinder | None
    """Finds number plates; None where the purpose asks for them."""
    codec: ClipCodec


def open_footage(
    root: Path, camera_id: str, visible: Visibility, begins: datetime, ends: datetime, *, now: datetime
) -> Playable:
    """What was recorded of a camera from `begins` to `ends` (UTC), to be played.

    Raises BadInput for a time that is none or longer than LONGEST, Conflict for one that is still to come, NotFound
    where nothing of it is kept, with the time nearest to it of which something is.
    """
    if not begins < ends:
        raise BadInput(Message("footage.ends_before_start"))
    if ends - begins > LONGEST:
        raise BadInput(Message("footage.too_long", minutes=LONGEST // timedelta(minutes=1)))
    if begins >= now:
        raise Conflict(Message("footage.still_to_come", begins=begins))
    if not spans(root, camera_id, visible, begins, ends):
        raise NotFound(_nothing(root, camera_id, visible, begins, ends))
    pieces: list[tuple[bytes, Piece]] = []

    def keep(content: bytes, piece: Piece) -> str:
        pieces.append((content, piece))
        return ""

    cut_clip(root, camera_id, visible, begins, ends, keep=keep)
    return Playable(begins, ends, pieces)


def play(footage: Playable, blur: Blur) -> Iterator[bytes]:
    """Fragmented MP4 of it, as it is made; its times begin with zero at `footage.begins`.

    Raises BadMedia when no picture of it can be decoded.
    """
    out = _Outlet()
    with av.open(out, "w", format="mp4", options=dict(_FRAGMENTED)) as container:
        stream: Any = None
        for seconds, image in _shown(footage, blur):
            if stream is None:
                stream = clip_stream(container, image, ENCODINGS[blur.codec], live=True)
            container.mux(stream.encode(as_frame(image, seconds, stream)))
            yield from out.taken()
        if stream is None:
            raise BadMedia(Message("clips.no_picture"))
        container.mux(stream.encode(None))
    yield from out.taken()


def nearest_recorded(
    root: Path, camera_id: str, visible: Visibility, begins: datetime, ends: datetime
) -> tuple[datetime, datetime] | None:
    """The recorded time (UTC) nearest to one of which nothing was recorded; None where nothing is kept at all."""
    files = kept(root, camera_id=camera_id, visible=visible)
    before = [file for file in files if file.begins < begins][-1:]
    after = [file for file in files if file.begins >= begins][:1]
    found = [span for file in (*before, *after) for span in _span_of(file, begins, ends)]
    return min(found, key=lambda span: _apart(span, begins, ends), default=None)


def _span_of(file: RecordedFile, begins: datetime, ends: datetime) -> list[tuple[datetime, datetime]]:
    """What of a file is nearest to a time: the run of pictures that ends before it, or begins after it."""
    try:
        parts = read_parts(file.path, file.begins)
    except FileNotFoundError:
        return []
    return sorted(runs(parts), key=lambda span: _apart(span, begins, ends))[:1]


def _apart(span: tuple[datetime, datetime], begins: datetime, ends: datetime) -> timedelta:
    return max(span[0] - ends, begins - span[1])


def _nothing(root: Path, camera_id: str, visible: Visibility, begins: datetime, ends: datetime) -> Message:
    near = nearest_recorded(root, camera_id, visible, begins, ends)
    if near is None:
        return Message("footage.never_recorded", camera=camera_id)
    return Message(
        "footage.not_recorded", camera=camera_id, begins=begins, ends=ends, near_begins=near[0], near_ends=near[1]
    )


def _shown(footage: Playable, blur: Blur) -> Iterator[tuple[float, Image]]:
    """Seconds since `footage.begins` and picture, unrecognisable, of all that lies in its time."""
    last = 0.0
    long = (footage.ends - footage.begins).total_seconds()
    for content, piece in footage.pieces:
        offset = (piece.begins - footage.begins).total_seconds()
        for seconds, image in _hidden(content, blur):
            at = offset + seconds
            if at >= long:
                break
            if at >= last:
                yield at, image
                last = at + 1e-6


def _hidden(content: bytes, blur: Blur) -> Iterator[tuple[float, Image]]:
    """Every picture of an MP4 with everybody in it hidden: it is read twice, people are looked for ahead."""
    finder = PeopleFinder(blur.detector, blur.writing)
    ahead = pictures_of(content, blur.masks)
    looked_until = 0.0
    for seconds, image in pictures_of(content, blur.masks):
        while looked_until < seconds + LOOK_AHEAD_S:
            looked_until = _look(finder, ahead)
        yield seconds, covered(image, finder.sightings(), seconds)


def _look(finder: PeopleFinder, ahead: Iterator[tuple[float, Image]]) -> float:
    """Look at the next picture: up to when it was looked at, for ever at the end."""
    coming = next(ahead, None)
    if coming is None:
        return float("inf")
    seconds, image = coming
    finder.see(image, seconds)
    return seconds


class _Outlet:
    """A file that FFmpeg writes to and cannot go back in; what it wrote is taken from it."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Keep it until it is taken."""
        self._written.append(bytes(data))
        return len(data)

    def taken(self) -> list[bytes]:
        """What was written since."""
        written = self._written
        self._written = []
        return written
