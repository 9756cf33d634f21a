"""Tells whether anything moves in a picture, so that the detector runs only then. Does not know what moves."""

from enum import Enum

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.frames import Image


class Motion(Enum):
    """What the gate sees."""

    STILL = "still"
    MOVING = "moving"
    CUT = "cut"
    """The whole picture is another: the camera was turned, or the clip is cut here."""


class MotionGate:
    """Compares each brightness picture with a slow average of those before.

    Something moves when a patch of at least `patch` x `patch` pixels differs by more than `contrast` (0..255) from the
    average; smaller spots are noise. A change of brightness common to the whole picture (a cloud, an exposure) is taken
    out first. `memory` is the share of a new picture in the average.
    """

    def __init__(self, *, contrast: int = 20, patch: int = 2, memory: float = 0.05, cut_share: float = 0.6) -> None:
        self._contrast, self._memory, self._cut_share = contrast, memory, cut_share
        self._patch = np.ones((patch, patch), np.uint8)
        self._average: NDArray[np.float32] | None = None

    def see(self, luma: Image) -> Motion:
        """Judge one picture and learn from it. The first one, and one of another size, is a CUT."""
        average = self._average
        if average is None or average.shape != luma.shape:
            self._average = luma.astype(np.float32)
            return Motion.CUT
        difference = cv2.subtract(luma, average, dtype=cv2.CV_32F)
        difference -= np.median(difference[::3, ::3])
        changed = (np.abs(difference) > self._contrast).astype(np.uint8)
        if cv2.countNonZero(changed) > self._cut_share * changed.size:
            self._average = luma.astype(np.float32)
            return Motion.CUT
        cv2.accumulateWeighted(luma, average, self._memory)
        patches = cv2.erode(changed, self._patch, borderType=cv2.BORDER_CONSTANT, borderValue=0)
        return Motion.MOVING if cv2.countNonZero(patches) else Motion.STILL
