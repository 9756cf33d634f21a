"""Where there is writing in a picture, and which of it is a number plate. Follows nothing from picture to picture.

No plate detector of a fit licence ships with a package, so plates are found as text: PP-OCRv6's detector (Apache-2.0,
carried by the wheel of `rapidocr`) on each vehicle, or on the whole picture of a gate; what has a plate's shape is
straightened and read; what is no country's syntax is dropped.
"""

import math
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.detection.detector import Box, Detector
from vision.frames.decoder import Image
from vision.plates.network import model_file, open_session
from vision.plates.reading import PlateReader, PlateReading

Quad = NDArray[np.float32]
"""Four corners (x, y) in pixels, clockwise from the top left one."""

VEHICLES = frozenset({"car", "truck", "bus", "motorcycle"})
LONGEST_SIDE = 736
"""Pixels: what is larger is made smaller before writing is looked for."""
STRIDE = 32
IS_TEXT = 0.3
SURE_TEXT = 0.5
"""Of the detector's map: what belongs to writing, and how sure it must be of it on average."""
GROWTH = 1.6
"""The map shows writing shrunk; grown back by area x GROWTH / perimeter (Liao et al., AAAI 2020, section 3.4)."""
ASPECT = (2.0, 9.0)
"""Width by height of what can be a plate of one line, the line alone included."""
SQUARE_ASPECT = (0.65, 2.2)
"""Of the lines of a plate in two, taken together."""
LEAST_HEIGHT = 8
CUT_WITHIN = 0.4
"""Of a line's height: one that comes nearer to the edge of what is looked at goes on behind it."""
LEAST_CONFIDENCE = 0.25
MOST_PASSED = 2
"""How many characters of what the network reads a plate may leave out: a seal and a frame."""
MEAN = np.array([0.485, 0.456, 0.406], np.float32)
STD = np.array([0.229, 0.224, 0.225], np.float32)
"""Of each channel, blue first, as the detector was trained."""


@dataclass(frozen=True)
class FoundPlate:
    """A plate read somewhere in a picture."""

    reading: PlateReading
    corners: Quad


class TextFinder:
    """The text detector, loaded once; callers on several threads take turns."""

    def __init__(self) -> None:
        """Raises Misconfigured when the model is not there."""
        self._session = open_session(model_file("PP-OCRv6_det_small.onnx"))
        self._input = self._session.get_inputs()[0].name
        self._turn = threading.Lock()

    def find(self, picture: Image) -> list[Quad]:
        """Lines of writing in `picture` (blue green red)."""
        height, width = picture.shape[:2]
        scale = min(1.0, LONGEST_SIDE / max(height, width))
        high, wide = (max(STRIDE, round(side * scale / STRIDE) * STRIDE) for side in (height, width))
        small = cv2.resize(picture, (wide, high), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
        tensor = ((small.astype(np.float32) / 255 - MEAN) / STD).transpose(2, 0, 1)[None]
        with self._turn:
            heat = self._session.run(None, {self._input: tensor})[0][0, 0]
        back = np.array([width / wide, height / high], np.float32)
        return [corners * back for corners in lines_of(heat)]


def lines_of(heat: NDArray[np.float32]) -> Iterator[Quad]:
    """Rectangles round what the detector's map (rows x columns, 0..1) holds for writing, grown to its true size."""
    contours, _ = cv2.findContours((heat > IS_TEXT).astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    for contour in contours:
        (x, y), (wide, high), turn = cv2.minAreaRect(contour)
        if min(wide, high) < 2:
            continue
        mask = np.zeros(heat.shape, np.uint8)
        cv2.drawContours(mask, [contour], -1, 1, cv2.FILLED)
        if cv2.mean(heat, mask)[0] < SURE_TEXT:
            continue
        grown = 2 * wide * high * GROWTH / (2 * (wide + high))
        corners = cv2.boxPoints(((x, y), (wide + grown, high + grown), turn))
        yield clockwise(corners.astype(np.float32))


def clockwise(corners: NDArray[np.float32]) -> Quad:
    """The corners of a rectangle from the top left one, for writing that runs more across than down."""
    middle = corners.mean(axis=0)
    around = np.arctan2(corners[:, 1] - middle[1], corners[:, 0] - middle[0])
    ordered = corners[np.argsort(around)]
    if math.dist(ordered[0], ordered[1]) < math.dist(ordered[1], ordered[2]):
        ordered = np.roll(ordered, -1 if ordered[0][1] > ordered[1][1] else 1, axis=0)
    return np.ascontiguousarray(ordered, np.float32)


def straightened(picture: Image, corners: Quad) -> Image:
    """What lies within `corners`, level."""
    wide = max(2, round(math.dist(corners[0], corners[1])))
    high = max(2, round(math.dist(corners[1], corners[2])))
    flat = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    level: Image = cv2.warpPerspective(
        picture, cv2.getPerspectiveTransform(corners, flat), (wide, high), borderMode=cv2.BORDER_REPLICATE
    ).astype(np.uint8, copy=False)
    return level


class PlateFinder:
    """Finds and reads the plates of a picture, on the vehicles in it where there are any."""

    def __init__(self, reader: PlateReader, finder: TextFinder, detector: Detector | None = None) -> None:
        """Without a `detector`, or where it sees no vehicle with a plate, the whole picture is looked through."""
        self._reader = reader
        self._finder = finder
        self._detector = detector

    def find(self, picture: Image) -> list[FoundPlate]:
        """The plates in `picture` (blue green red), surest first, each once."""
        height, width = picture.shape[:2]
        seen = [] if self._detector is None else self._detector.detect(picture)
        vehicles = [grown(one.box, width, height) for one in seen if one.label in VEHICLES]
        found = self._on(picture, vehicles) or self._on(picture, [(0, 0, width, height)])
        return once(sorted(found, key=lambda one: -one.reading.confidence))

    def _on(self, picture: Image, places: Sequence[tuple[int, int, int, int]]) -> list[FoundPlate]:
        found = []
        for left, top, right, bottom in places:
            part = picture[top:bottom, left:right]
            lines = self._finder.find(part)
            squares = [self._read(part, both, SQUARE_ASPECT) for both in pairs_of(lines)]
            singles = [self._read(part, corners, ASPECT) for corners in lines]
            found += [
                replace(plate, corners=plate.corners + np.array([left, top], np.float32))
                for plate in once([plate for plate in (*squares, *singles) if plate is not None])
            ]
        return found

    def _read(self, picture: Image, corners: Quad, aspect: tuple[float, float]) -> FoundPlate | None:
        wide = math.dist(corners[0], corners[1])
        high = math.dist(corners[1], corners[2])
        if high < LEAST_HEIGHT or not aspect[0] <= wide / high <= aspect[1] or is_cut_off(corners, picture):
            return None
        reading = self._reader.read(straightened(picture, corners))
        if reading is not None and is_plate(reading):
            return FoundPlate(reading, corners)
        return None


def pairs_of(lines: Sequence[Quad]) -> Iterator[Quad]:
    """Rectangles round two lines of like height, one right above the other, as a plate in two lines has them."""
    for upper in lines:
        for lower in lines:
            heights = math.dist(upper[1], upper[2]), math.dist(lower[1], lower[2])
            (x, y), (across, down) = upper.mean(axis=0), lower.mean(axis=0)
            beside = abs(across - x) > max(math.dist(upper[0], upper[1]), math.dist(lower[0], lower[1])) / 2
            apart = (down - y) / max(min(heights), 1e-6)
            if not beside and max(heights) <= 1.7 * min(heights) and 0.6 <= apart <= 1.9:
                yield around(upper, lower)


def around(upper: Quad, lower: Quad) -> Quad:
    """The rectangle round both lines that lies as the upper one does, from its top left corner."""
    right = (upper[1] - upper[0]) / max(math.dist(upper[0], upper[1]), 1e-6)
    axes = np.stack([right, np.array([-right[1], right[0]])])
    turned = np.vstack([upper, lower]) @ axes.T
    (x1, y1), (x2, y2) = turned.min(axis=0), turned.max(axis=0)
    corners: Quad = (np.array([[x1, y1], [x2, y1], [x2, y2], [x1, y2]]) @ axes).astype(np.float32)
    return corners


def is_cut_off(corners: Quad, picture: Image) -> bool:
    """Whether what lies within `corners` goes on behind an edge of `picture`: at one side, not at both, since a picture
    that a plate fills is one cut out of another."""
    height, width = picture.shape[:2]
    line = math.dist(corners[1], corners[2])
    left, top = (float(least) for least in corners.min(axis=0))
    right, bottom = (float(most) for most in corners.max(axis=0))
    near = CUT_WITHIN * line
    across = (left < near) != (right > width - 1 - near)
    down = (top < 1) != (bottom > height - 2)
    return bool(across or down)


def is_plate(reading: PlateReading) -> bool:
    """Whether writing found somewhere is a plate, rather than a sign that some country's syntax can be bent to.

    Vehicles bear words: what has no digit is none, though a few chosen plates have none either.
    """
    passed = len(reading.raw) - len(reading.text)
    numbered = any(char.isdigit() for char in reading.text)
    known = reading.country is not None and reading.confidence >= LEAST_CONFIDENCE
    return known and numbered and passed <= MOST_PASSED


def grown(box: Box, width: int, height: int) -> tuple[int, int, int, int]:
    """`box` with a tenth around it, in whole pixels of the picture: plates sit at the edge of a vehicle."""
    across = box.width / 10
    down = box.height / 10
    return (
        max(0, int(box.x1 - across)),
        max(0, int(box.y1 - down)),
        min(width, math.ceil(box.x2 + across)),
        min(height, math.ceil(box.y2 + down)),
    )


def once(found: Sequence[FoundPlate]) -> list[FoundPlate]:
    """`found` without those whose middle lies in an earlier one: vehicles' boxes overlap."""
    kept: list[FoundPlate] = []
    for plate in found:
        x, y = map(float, plate.corners.mean(axis=0))
        if not any(cv2.pointPolygonTest(other.corners, (x, y), False) >= 0 for other in kept):
            kept.append(plate)
    return kept


@cache
def load_text_finder() -> TextFinder:
    """The text detector, loaded once. Raises Misconfigured."""
    return TextFinder()
