"""Drawn footage, and a detector for it: bright blocks, each kind of thing of a brightness of its own."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from tests.vision.clips import HEIGHT, WIDTH, write_h264
from vision.detection.detector import Box, Detection
from vision.frames.decoder import Image
from vision.rules import AnyRule, parse_rules

THINGS = {"person": 250, "car": 220, "bicycle": 190, "bus": 160, "dog": 130}
"""How bright each is; the ground is much darker."""
GROUND = 40
LEAST_PIXELS = 200
FPS = 5
STANDS_S = 12.0
"""For so long each thing stands before a camera; then comes the next."""
ROUND_S = STANDS_S * len(THINGS)


class Blocks:
    """Finds the blocks in a picture."""

    input_side = None

    def detect(self, image: Image) -> Sequence[Detection]:
        """Every block of one brightness, as the thing that it is."""
        luma = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
        found = []
        count, _, stats, _ = cv2.connectedComponentsWithStats((luma > (GROUND + 130) / 2).astype(np.uint8))
        for x, y, width, height, pixels in stats[1:count]:
            if pixels >= LEAST_PIXELS:
                level = float(np.median(luma[y : y + height, x : x + width]))
                label = min(THINGS, key=lambda thing: abs(THINGS[thing] - level))
                found.append(Detection(label, 0.9, Box(x, y, x + width, y + height)))
        return found


def rules(*things: str) -> tuple[AnyRule, ...]:
    """A rule for each of `things`, of its name: it stands there for a moment, and is told of once."""
    said = [
        {
            "kind": "zone", "name": thing, "category": "vehicle_in_closed_area", "classes": [thing],
            "dwell_s": 0.4, "quiet_s": 30,
        }
        for thing in things
    ]  # fmt: skip
    return parse_rules({"rule": said}, where="the rules")


def passings(folder: Path) -> Path:
    """A clip in which each thing stands and sways for STANDS_S, one after the other."""
    images = [_drawn(thing, number) for thing in THINGS.values() for number in range(int(STANDS_S * FPS))]
    return write_h264(folder / "passings.ts", images, fps=FPS)


def _drawn(level: int, number: int) -> Image:
    image = np.full((HEIGHT, WIDTH, 3), GROUND, np.uint8)
    left = 120 + 8 * (number % 7)  # never as a second ago, which the gate would take for a still scene
    image[80:200, left : left + 60] = level
    return image
