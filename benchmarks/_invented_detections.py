"""Detections made up from the truth of a scene, as a detector of persons might have given them; they are simulated.

Who is missed is missed for a while, and who is mostly covered by a nearer one is not seen; boxes tremble and wander
with their height; false ones last some pictures. Scores are only loosely related to all that.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from vision.detection.detector import Box
from vision.detection.tracking import covered

MISSED_RUN, FALSE_RUN = 12.0, 3.0
"""Mean length of a run of misses and of a false detection, in pictures."""
MEMORY = 0.85
"""How much of a box's wandering is left in the next picture."""


class Level(NamedTuple):
    """How bad the detector is."""

    missed: float
    """Share of pictures in which somebody in full view is missed."""
    hidden: float
    """From which share covered on somebody is not seen."""
    error: float
    """Standard deviation of a box's height, in heights; of its centre 0.7 times that, of its width twice."""
    false: float
    """False detections a picture."""


LIKE_SORTS = Level(missed=0.10, hidden=0.65, error=0.045, false=0.2)
"""With this, plain SORT does on TUD-Campus about as it does with its authors' detections (MOTA 0.63, IDF1 0.61)."""
MANY_FALSE = Level(missed=0.12, hidden=0.6, error=0.055, false=0.9)


def invent(
    truth: Mapping[int, Sequence[tuple[int, Box]]], level: Level, seed: int
) -> dict[int, list[tuple[Box, float]]]:
    """Boxes and scores (0..1) by picture, from who (number and box) is truly where in each picture."""
    rng = np.random.default_rng(seed)
    last = max(truth)
    told: dict[int, list[tuple[Box, float]]] = {picture: [] for picture in range(1, last + 1)}
    missed: dict[int, bool] = {}
    wander: dict[int, np.ndarray] = {}
    begin = level.missed / (1 - level.missed) / MISSED_RUN
    for picture, seen in told.items():
        real = truth.get(picture, [])
        for who, box in real:
            before = missed.get(who, rng.random() < level.missed)
            missed[who] = rng.random() >= 1 / MISSED_RUN if before else rng.random() < begin
            over = [covered(box, other) for one, other in real if one != who and other.y2 > box.y2]
            hidden = max(over, default=0.0)
            if missed[who] or hidden > level.hidden + rng.normal(0, 0.1):
                continue
            drift = MEMORY * wander.get(who, rng.normal(size=4)) + np.sqrt(1 - MEMORY**2) * rng.normal(size=4)
            wander[who] = drift
            seen.append(
                (_off(box, level.error * (drift + rng.normal(size=4)) / np.sqrt(2)), _score(rng, 3 - 3 * hidden))
            )
    boxes = [box for real in truth.values() for _, box in real]
    for _ in range(rng.poisson(level.false * last / FALSE_RUN)):
        box = boxes[rng.integers(len(boxes))]
        x, y, scale = rng.uniform(-300, 300), rng.uniform(-60, 60), rng.uniform(0.4, 1.1)
        spot = Box(box.x1 + x, box.y1 + y, box.x1 + x + box.width * scale, box.y1 + y + box.height * scale)
        first = int(rng.integers(1, last + 1))
        for picture in range(first, min(last + 1, first + int(rng.geometric(1 / FALSE_RUN)))):
            told[picture].append((_off(spot, 0.05 * rng.normal(size=4)), _score(rng, 1)))
    return told


def _off(box: Box, error: np.ndarray) -> Box:
    x, y = 0.7 * box.height * error[:2]
    wide, high = np.array([box.width, box.height]) * np.exp(error[2:] * (2, 1)) / 2
    x, y = (box.x1 + box.x2) / 2 + x, (box.y1 + box.y2) / 2 + y
    return Box(float(x - wide), float(y - high), float(x + wide), float(y + high))


def _score(rng: np.random.Generator, odds: float) -> float:
    return float(1 / (1 + np.exp(-rng.normal(odds, 1.2))))
