"""Makes heads unrecognisable before a picture leaves the analysis. Recognises nobody and keeps nothing."""

from collections.abc import Iterable

import cv2
import numpy as np

from vision.detector import Box
from vision.frames import Image

HEAD_SHARE = 1 / 3
"""How much of a person's box, from the top, holds the head whatever the posture."""
BLOCKS = 4
"""Blocks across a head: fewer than any face can be recognised from."""


def pixelate_heads(image: Image, persons: Iterable[Box]) -> Image:
    """A copy of `image` with the upper third of each person's box, and a margin around it, made into coarse blocks."""
    covered = image.copy()
    height, width = image.shape[:2]
    for box in persons:
        margin = box.width * 0.1
        x1, x2 = max(0, int(box.x1 - margin)), min(width, int(np.ceil(box.x2 + margin)))
        y1, y2 = max(0, int(box.y1 - margin)), min(height, int(np.ceil(box.y1 + box.height * HEAD_SHARE)))
        if x2 <= x1 or y2 <= y1:
            continue
        down = max(1, round(BLOCKS * (y2 - y1) / (x2 - x1)))
        blocks = cv2.resize(
            image[y1:y2, x1:x2], (min(BLOCKS, x2 - x1), min(down, y2 - y1)), interpolation=cv2.INTER_AREA
        )
        covered[y1:y2, x1:x2] = cv2.resize(blocks, (x2 - x1, y2 - y1), interpolation=cv2.INTER_NEAREST)
    return covered
