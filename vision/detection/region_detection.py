"""Detects in the parts of a picture that a look names, and puts what was found together. Plans no look."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from vision.detection.detector import Box, Detection, Detector
from vision.detection.region_planner import RegionChoice, holds
from vision.detection.tracking import covered, same_kind
from vision.frames.decoder import Image

SAME = 0.6
"""Two boxes of one kind are one object when so much of the smaller one is in the other."""


def detect(detector: Detector, image: Image, look: RegionChoice) -> list[Detection]:
    """What is in `image` as far as `look` shows it, best first; boxes in pixels of `image`.

    What a region cuts off is left to the whole picture or the next look. Within a region its own word counts: what the
    shrunk picture shows there and the region does not is a mistake.
    """
    height, width = image.shape[:2]
    if not look.regions:
        return list(detector.detect(image))
    parts = [
        [one for one in _detect_in(detector, image, region) if holds(region, one.box, width, height)]
        for region in look.regions
    ]
    if look.whole:
        seen = detector.detect(image)
        parts.append([one for one in seen if not any(holds(part, one.box, width, height) for part in look.regions)])
    return _without_doubles(parts)


def _detect_in(detector: Detector, image: Image, region: Box) -> list[Detection]:
    x1, y1, x2, y2 = (int(edge) for edge in region)
    seen = detector.detect(np.ascontiguousarray(image[y1:y2, x1:x2]))
    return [replace(one, box=Box(one.box.x1 + x1, one.box.y1 + y1, one.box.x2 + x1, one.box.y2 + y1)) for one in seen]


def _without_doubles(parts: Sequence[Sequence[Detection]]) -> list[Detection]:
    """Each object once: what lies in two regions, or at the edge of one and in the whole picture, was found twice."""
    kept: list[Detection] = []
    for part in parts:
        before = list(kept)
        kept += [one for one in part if not any(_are_one(one, other) for other in before)]
    return sorted(kept, key=lambda detection: -detection.score)


def _are_one(one: Detection, other: Detection) -> bool:
    if not same_kind(one.label, other.label):
        return False
    smaller, larger = sorted((one.box, other.box), key=lambda box: box.width * box.height)
    return covered(smaller, larger) > SAME
