"""Writes what an analysis saw into a video: boxes, tracks, zones, findings; heads unrecognisable.

Only pictures that were looked at are written, each with its own time. Heads are covered as in clips: a picture is
written when it is known who was seen a moment later, so that nobody flashes free before they are first found.
"""

import math
import unicodedata
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import av
import cv2
import numpy as np

from vision.detection.detector import Box, Detection
from vision.detection.tracking import ObjectTrack
from vision.findings import Finding
from vision.frames.decoder import Frame, Image
from vision.privacy.heads import find_faces, hide_people
from vision.privacy.sightings import SightingTracker
from vision.privacy.sightings import covered as cover
from vision.rules import AnyRule
from vision.rules.shapes import WHOLE_PICTURE, Point

CLOCK = 90_000
"""Ticks a second of the video's times."""
SHOWN_S = 3.0
"""How long a finding stands in the picture."""
QUOTES = str.maketrans("“”„", '"""')
BOX = (0, 200, 255)
ZONE = (255, 168, 211)
TOLD = (120, 128, 255)
"""Blue green red: followed objects, what rules are about, findings."""
HELD_BACK_S = 1.0
"""A picture waits for so long: an object is the same one again when it was not seen for up to that."""


@dataclass(frozen=True)
class _Entry:
    """A picture that waits to be written."""

    taken_s: float
    """When the picture was taken, seconds of the video."""
    seconds: float
    """When it is shown."""
    image: Image
    tracks: tuple[ObjectTrack, ...]
    persons: tuple[Box, ...]
    """Found or followed in that very picture."""


class AnnotatedVideo:
    """An H.264 file that grows with the analysis. Use it with `with`; it can be played once that has ended."""

    def __init__(self, path: Path, rules: Sequence[AnyRule]) -> None:
        self._container: Any = av.open(str(path), "w", format="mp4")
        self._stream: Any = None
        self._rules = rules
        self._last = -1
        self._told: list[Finding] = []
        self._heads = SightingTracker()
        self._waiting: deque[_Entry] = deque()
        self._newest: _Entry | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._write_waiting(until=math.inf)
        if self._stream is not None:
            self._container.mux(self._stream.encode(None))
        self._container.close()

    def show(self, frame: Frame, detections: Sequence[Detection], tracks: Sequence[ObjectTrack]) -> None:
        """Have the picture `frame` written with who is followed in it."""
        persons = [one for one in detections if one.label == "person"]
        persons += [  # some may be hidden at present
            Detection("person", track.score, track.box) for track in tracks if track.hidden and track.label == "person"
        ]
        faces = [Detection("face", 1.0, box) for box in find_faces(frame.image)]
        self._heads.see({"person": persons, "face": faces}, frame.seconds)
        boxes = (*(one.box for one in persons), *(track.box for track in tracks if track.label == "person"))
        self._newest = _Entry(frame.seconds, frame.seconds, frame.image, tuple(tracks), boxes)
        self._waiting.append(self._newest)
        self._write_waiting(until=frame.seconds - HELD_BACK_S)

    def tell(self, finding: Finding) -> None:
        """Have the last picture written again with `finding` in it; it stays for SHOWN_S."""
        self._told.append(finding)
        if self._newest is not None:
            seconds = float(str(finding.attributes["video_s"]))
            self._waiting.append(replace(self._newest, seconds=seconds))

    def _write_waiting(self, *, until: float) -> None:
        """Write what was taken up to `until`, in seconds of the video."""
        while self._waiting and self._waiting[0].taken_s <= until:
            self._write(self._waiting.popleft())
        self._heads.forget_before(until - HELD_BACK_S)

    def _write(self, entry: "_Entry") -> None:
        seconds = entry.seconds
        self._told = [one for one in self._told if seconds - float(str(one.attributes["video_s"])) < SHOWN_S]
        covered = hide_people(cover(entry.image, self._heads.sightings(), entry.taken_s), entry.persons, ())
        told = [one for one in self._told if float(str(one.attributes["video_s"])) <= seconds]
        drawn = _draw(covered, entry.tracks, self._rules, told)
        if self._stream is None:
            self._open(*drawn.shape[1::-1])
        size = self._stream.width, self._stream.height
        if drawn.shape[1::-1] != size:
            drawn = cv2.resize(drawn, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
        picture: Any = av.VideoFrame.from_ndarray(drawn, format="bgr24")
        picture.pts = self._last = max(self._last + 1, round(seconds * CLOCK))
        picture.time_base = Fraction(1, CLOCK)
        self._container.mux(self._stream.encode(picture))

    def _open(self, width: int, height: int) -> None:
        self._stream = self._container.add_stream("libx264", rate=25, options={"crf": "23", "preset": "veryfast"})
        # With 4:2:0 colour both sides are even.
        self._stream.width = width // 2 * 2
        self._stream.height = height // 2 * 2
        self._stream.pix_fmt = "yuv420p"
        self._stream.codec_context.time_base = Fraction(1, CLOCK)


def _draw(image: Image, tracks: Sequence[ObjectTrack], rules: Sequence[AnyRule], told: Sequence[Finding]) -> Image:
    height, width = image.shape[:2]
    thick = max(1, round(width / 640))

    def pixel(point: Point) -> tuple[int, int]:
        return round(point[0] * width), round(point[1] * height)

    for rule in rules:
        zone: Sequence[Point] | None = getattr(rule, "zone", None)
        line: tuple[Point, Point] | None = getattr(rule, "line", None) or getattr(rule, "way", None)
        if zone is not None and tuple(zone) != WHOLE_PICTURE:
            cv2.polylines(image, [np.array([pixel(point) for point in zone])], True, ZONE, thick, cv2.LINE_AA)
            _write_words(image, rule.name, pixel(min(zone, key=lambda point: point[1])), ZONE)
        if line is not None:
            cv2.arrowedLine(image, pixel(line[0]), pixel(line[1]), ZONE, thick, cv2.LINE_AA, tipLength=0.06)
            _write_words(image, rule.name, pixel(line[0]), ZONE)
    for track in tracks:
        if not track.hidden:
            left, top, right, bottom = (round(edge) for edge in track.box)
            cv2.rectangle(image, (left, top), (right, bottom), BOX, thick)
            _write_words(image, f"{track.id} {track.label} {track.score:.2f}", (left, top - 3), BOX)
    for number, finding in enumerate(told):
        x1, y1, x2, y2 = finding.box
        cv2.rectangle(image, pixel((x1, y1)), pixel((x2, y2)), TOLD, 2 * thick)
        _write_words(image, str(finding.summary), (6, height - 8 - math.ceil(height / 18) * number), TOLD)
    return image


def _write_words(image: Image, words: str, at: tuple[int, int], colour: tuple[int, int, int]) -> None:
    """Text on a dark ground. The built-in font knows ASCII only; what it lacks is spelt without its marks."""
    plain = unicodedata.normalize("NFKD", words.translate(QUOTES)).encode("ascii", "ignore").decode()
    scale = max(0.35, image.shape[1] / 1600)
    (width, height), _below = cv2.getTextSize(plain, cv2.FONT_HERSHEY_SIMPLEX, scale, 1)
    x = max(0, min(at[0], image.shape[1] - width))
    y = max(height + 2, at[1])
    cv2.rectangle(image, (x, y - height - 2), (x + width, y + 3), (20, 16, 10), cv2.FILLED)
    cv2.putText(image, plain, (x, y), cv2.FONT_HERSHEY_SIMPLEX, scale, colour, 1, cv2.LINE_AA)
