"""Tells whether anything moves in a picture, so that the detector runs only then. Does not know what moves."""

from collections import deque
from enum import Enum

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.detection.detector import Box
from vision.frames.decoder import Image

JOINED = 5
"""Squares nearer to each other than so many pixels of the brightness picture are one moving thing."""


class Motion(Enum):
    """What the gate sees."""

    STILL = "still"
    MOVING = "moving"
    CUT = "cut"
    """The whole picture is another: the camera was turned, or the clip is cut here."""


class MotionGate:
    """Compares each brightness picture with a slow average of those before, and with one of a moment before.

    Something moves where a pixel differs by more than `contrast` (0..255) from the average, and by more than `step`
    from `back` pictures ago: so neither what has come to rest nor the trace that it left where it was counts. At least
    `least` squares of 2 x 2 such pixels are asked for, overlapping or not; less is noise, or a streak of rain. A change
    of brightness common to the whole picture (a cloud, an exposure) is taken out first. `memory` is the share of a new
    picture in the average.

    The defaults are for five pictures a second, and measured (benchmarks/gate.py).
    """

    def __init__(
        self,
        *,
        contrast: int = 16,
        step: int = 10,
        back: int = 5,
        least: int = 3,
        memory: float = 0.05,
        cut_share: float = 0.6,
    ) -> None:
        self._contrast = contrast
        self._step = step
        self._least = least
        self._memory = memory
        self._cut_share = cut_share
        self._square = np.ones((2, 2), np.uint8)
        self._average: NDArray[np.float32] | None = None
        self._before: deque[Image] = deque(maxlen=back)
        self._squares: Image | None = None

    def see(self, luma: Image) -> Motion:
        """Judge one picture and learn from it. The first one, and one of another size, is a CUT."""
        average = self._average
        if average is None or average.shape != luma.shape:
            return self._begin(luma)
        changed = self._apart(luma, average, self._contrast)
        if cv2.countNonZero(changed) > self._cut_share * changed.size:
            return self._begin(luma)
        cv2.accumulateWeighted(luma, average, self._memory)
        if cv2.countNonZero(changed):
            changed &= self._apart(luma, self._before[0], self._step)
        self._before.append(luma)
        squares = cv2.erode(changed, self._square, borderType=cv2.BORDER_CONSTANT, borderValue=0).astype(np.uint8)
        self._squares = squares
        if cv2.countNonZero(squares) >= self._least:
            return Motion.MOVING
        return Motion.STILL

    def moving_boxes(self) -> list[Box]:
        """Where something moved in the last picture, in fractions of it; nothing after a CUT."""
        if self._squares is None:
            return []
        height, width = self._squares.shape
        joined = cv2.dilate(self._squares, np.ones((JOINED, JOINED), np.uint8))
        _, _, stats, _ = cv2.connectedComponentsWithStats(joined)
        return [
            Box(x / width, y / height, min(1.0, (x + across) / width), min(1.0, (y + down) / height))
            for x, y, across, down in stats[1:, :4].tolist()
        ]

    def _begin(self, luma: Image) -> Motion:
        self._average = luma.astype(np.float32)
        self._squares = None
        self._before.clear()
        self._before.append(luma)
        return Motion.CUT

    def _apart(self, luma: Image, other: NDArray[np.float32] | Image, least: int) -> Image:
        """1 where two pictures differ by more than `least`, but for what all of it does."""
        difference = cv2.subtract(luma, other, dtype=cv2.CV_32F)
        difference -= np.median(difference[::3, ::3])
        return (np.abs(difference) > least).astype(np.uint8)
