"""Makes heads unrecognisable before a picture leaves the analysis. Recognises nobody and keeps nothing.

Near faces are found by a network that can only tell where one is; the heads of people too far for it are the upper
part of their boxes.
"""

from collections.abc import Iterable
from functools import cache

import cv2
import numpy as np

from vision.detection.detector import Box, OnnxDetector, load_detector
from vision.frames.decoder import Image
from vision.models.catalogue import FACE_MODEL

HEAD_SHARE = 1 / 3
"""How much of a person's box, from the top, holds the head whatever the posture."""
BLOCKS = 4
"""Blocks across a head: fewer than any face can be recognised from."""
HAIR = 0.25
"""Share of a face's box that is added on each side, so that hair and ears are covered too."""
LEAST_SCORE = 0.2
"""A face too many is covered rather than one too few."""


def hide_people(image: Image, persons: Iterable[Box], faces: Iterable[Box], plates: Iterable[Box] = ()) -> Image:
    """A copy of `image` with the heads of `persons`, the `faces` and the `plates` made into coarse blocks (boxes in
    pixels)."""
    covered = image.copy()
    for area in [*map(head_of, persons), *map(around_face, faces), *plates]:
        _coarsen(covered, image, area)
    return covered


def pixelate_heads(image: Image, persons: Iterable[Box]) -> Image:
    """A copy of `image` with the upper third of each person's box, and a margin around it, made into coarse blocks."""
    return hide_people(image, persons, ())


@cache
def face_finder() -> OnnxDetector:
    """The network that finds near faces, loaded once. Raises Misconfigured when its file is not right."""
    return load_detector(FACE_MODEL, min_score=LEAST_SCORE)


def find_faces(image: Image) -> list[Box]:
    """Where near faces are in `image` (blue green red), in pixels."""
    return [found.box for found in face_finder().detect(image)]


def head_of(person: Box) -> Box:
    """Where the head of a person with that box is: its upper third and a margin around it."""
    margin = person.width * 0.1
    return Box(person.x1 - margin, person.y1 - margin, person.x2 + margin, person.y1 + person.height * HEAD_SHARE)


def around_face(face: Box) -> Box:
    """The head around a face with that box."""
    x = face.width * HAIR
    y = face.height * HAIR
    return Box(face.x1 - x, face.y1 - y, face.x2 + x, face.y2 + y)


def _coarsen(covered: Image, image: Image, area: Box) -> None:
    """Make `area` of `covered` blocks of what `image` shows there."""
    height, width = image.shape[:2]
    x1 = max(0, int(area.x1))
    x2 = min(width, int(np.ceil(area.x2)))
    y1 = max(0, int(area.y1))
    y2 = min(height, int(np.ceil(area.y2)))
    if x2 <= x1 or y2 <= y1:
        return
    down = max(1, round(BLOCKS * (y2 - y1) / (x2 - x1)))
    blocks = cv2.resize(image[y1:y2, x1:x2], (min(BLOCKS, x2 - x1), min(down, y2 - y1)), interpolation=cv2.INTER_AREA)
    covered[y1:y2, x1:x2] = cv2.resize(blocks, (x2 - x1, y2 - y1), interpolation=cv2.INTER_NEAREST)
