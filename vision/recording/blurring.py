"""Makes a copy of a clip in which nobody can be recognised: heads in coarse blocks, masked areas grey, encoded again;
where it is asked, number plates too.

The clip is read twice: first to find people a few times a second and to follow them, then to cover each wherever they
were between those looks, and a little before and after, so that nobody flashes free.
"""

import io
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any, Protocol

import av
import numpy as np

from telemetry.errors import BadMedia
from telemetry.messages import Message
from vision.detection.detector import Box, Detection, Detector
from vision.fmp4 import TIMESCALE
from vision.frames.decoder import Image
from vision.live.conversion_budget import MAX_WIDTH
from vision.plates.plate_finder import VEHICLES, Quad, grown
from vision.privacy.heads import find_faces
from vision.privacy.masks import NO_MASKS, Masks
from vision.privacy.sightings import Sighting, SightingTracker, covered
from vision.recording.clips import index_in_front
from vision.recording.encodings import ENCODINGS, ClipCodec, ClipEncoding

LOOKS_PER_S = 5.0
"""How often people are looked for."""
PLATE_LOOK_S = 0.4
"""From one look for writing on vehicles to the next: it takes longer than looking for people."""
LEAST_VEHICLE = 60
"""Pixels across, of a vehicle on which a plate could be read."""
LOOKING = 0.8
"""The share of the work that looking for people is."""


class WritingFinder(Protocol):
    """Finds lines of writing."""

    def find(self, picture: Image) -> list[Quad]:
        """Their corners in `picture`, pixels."""


def blur_clip(
    content: bytes,
    *,
    detector: Detector,
    masks: Masks = NO_MASKS,
    codec: ClipCodec = ClipCodec.H264,
    writing: WritingFinder | None = None,
    progress: Callable[[float], None],
) -> bytes:
    """An MP4 in `codec` (4:2:0) with the pictures of the MP4 `content` at the same times, in which nobody can be told.

    `detector` finds people (label `person`); privacy masks are burnt in. With `writing`, which finds it, whatever is
    written on vehicles is hidden too, number plates among it. `progress` hears 0..1; what it raises ends the
    work. Raises BadMedia when nothing can be decoded.
    """
    count = _count(content)
    sightings = find_people(
        pictures_of(content, masks),
        detector=detector,
        writing=writing,
        progress=lambda done: progress(min(1, done / count) * LOOKING),
    )
    if sightings is None:
        raise BadMedia(Message("clips.no_picture"))
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4", options=index_in_front(count)) as out:
        stream: Any = None
        for number, (seconds, image) in enumerate(pictures_of(content, masks), start=1):
            stream = stream or clip_stream(out, image, ENCODINGS[codec])
            out.mux(stream.encode(as_frame(covered(image, sightings, seconds), seconds, stream)))
            progress(LOOKING + min(1, number / count) * (1 - LOOKING))
        out.mux(stream.encode(None))
    return buffer.getvalue()


def find_people(
    pictures: Iterator[tuple[float, Image]],
    *,
    detector: Detector,
    writing: WritingFinder | None = None,
    progress: Callable[[int], None],
) -> list[Sighting] | None:
    """Everybody in `pictures` (seconds, image), as often as LOOKS_PER_S, and with `writing` what is written on
    vehicles; None when there is no picture.

    Whatever may be somebody counts: one doubtful look is enough.
    """
    finder = PeopleFinder(detector, writing)
    number = 0
    for number, (seconds, image) in enumerate(pictures, start=1):
        finder.see(image, seconds)
        progress(number)
    if not number:
        return None
    return finder.sightings()


class PeopleFinder:
    """Looks for everybody in the pictures of one video, as often as LOOKS_PER_S, and with `writing` for what is written
    on vehicles."""

    def __init__(self, detector: Detector, writing: WritingFinder | None = None) -> None:
        self._detector = detector
        self._writing = writing
        self._followed = SightingTracker()
        self._due: float | None = None
        self._plates_due = 0.0

    def see(self, image: Image, seconds: float) -> None:
        """The next picture, in order of time; most are not looked at."""
        if self._due is not None and seconds < self._due - 1e-6:
            return
        self._due = seconds + 1 / LOOKS_PER_S
        seen = self._detector.detect(image)
        found = {
            "person": [one for one in seen if one.label == "person"],
            "face": [Detection("face", 1.0, box) for box in find_faces(image)],
        }
        if self._writing is not None and seconds >= self._plates_due - 1e-6:
            self._plates_due = seconds + PLATE_LOOK_S
            found["plate"] = [Detection("plate", 1.0, box) for box in _written(image, seen, self._writing)]
        self._followed.see(found, seconds)

    def sightings(self) -> list[Sighting]:
        """Everybody so far."""
        return self._followed.sightings()


def _written(image: Image, seen: Sequence[Detection], writing: WritingFinder) -> Iterator[Box]:
    """Where something is written on the vehicles of a picture."""
    height, width = image.shape[:2]
    for vehicle in seen:
        if vehicle.label not in VEHICLES or vehicle.box.width < LEAST_VEHICLE:
            continue
        left, top, right, bottom = grown(vehicle.box, width, height)
        for corners in writing.find(image[top:bottom, left:right]):
            (x1, y1), (x2, y2) = corners.min(axis=0), corners.max(axis=0)
            yield Box(float(x1) + left, float(y1) + top, float(x2) + left, float(y2) + top)


def pictures_of(content: bytes, masks: Masks) -> Iterator[tuple[float, Image]]:
    """Seconds and picture, masked, of all that can be decoded."""
    with av.open(io.BytesIO(content), "r", format="mp4") as source:
        source.streams.video[0].thread_count = 1
        for packet in source.demux(video=0):
            try:
                frames = packet.decode()
            except av.error.FFmpegError:
                continue
            for frame in frames:
                if frame.time is not None:
                    image = frame.to_ndarray(format="bgr24").astype(np.uint8, copy=False)
                    yield frame.time, masks.burn(image)


def _count(content: bytes) -> int:
    """How many pictures the MP4 says to hold, at least 1. Raises BadMedia when it is none."""
    try:
        with av.open(io.BytesIO(content), "r", format="mp4") as source:
            return max(1, source.streams.video[0].frames)
    except (av.error.FFmpegError, IndexError) as error:
        raise BadMedia(Message("clips.no_mp4")) from error


def clip_stream(out: Any, image: Image, encoding: ClipEncoding, *, live: bool = False) -> Any:
    """A stream for pictures like `image`; an odd row or column, which 4:2:0 cannot hold, is scaled away.

    `live`: it is watched while it is encoded, so no picture waits for a later one, and none is wider than MAX_WIDTH.
    """
    options = dict(encoding.options)
    scale = 1.0
    if live:
        options |= encoding.live_options
        scale = min(1.0, MAX_WIDTH / image.shape[1])
    stream = out.add_stream(encoding.encoder, options=options)
    stream.height, stream.width = (max(2, round(side * scale) // 2 * 2) for side in image.shape[:2])
    stream.pix_fmt = "yuv420p"
    stream.time_base = Fraction(1, TIMESCALE)
    stream.codec_context.time_base = Fraction(1, TIMESCALE)
    return stream


def as_frame(image: Image, seconds: float, stream: Any) -> av.VideoFrame:
    """`image`, taken `seconds` into the video, as the encoder of `stream` takes it."""
    frame = av.VideoFrame.from_ndarray(image, format="bgr24")
    frame = frame.reformat(width=stream.width, height=stream.height, format="yuv420p")
    frame.pts = round(seconds * TIMESCALE)
    frame.time_base = Fraction(1, TIMESCALE)
    return frame
