"""A moving camera's own motion, so that what is left is what moved. Follows corners of the picture, not things."""

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.frames.decoder import Image

Floats = NDArray[np.float64]

CELLS_ACROSS = 10
CELLS_DOWN = 6
CORNERS_EACH = 5
"""Corners are looked for cell by cell, so that one thing full of corners is not taken for the ground."""
LEAST_CORNERS = 12
"""Fewer followed corners than this say nothing certain about the camera's motion."""
LEAST_AGREEING = 0.4
"""So many of the followed corners must agree on one motion."""
NOISE_PX = 2.0
"""How far a corner may be off the common motion, pixels."""


def motion(before: Image, now: Image) -> Floats | None:
    """The 2 x 3 matrix that carries points of `before` to `now` (both height x width, brightness), when the whole
    picture turned, shifted or scaled as one; None where that cannot be told: too few corners, or no agreement."""
    corners = _spread_corners(before)
    if len(corners) < LEAST_CORNERS:
        return None
    followed, found, _ = cv2.calcOpticalFlowPyrLK(before, now, corners, np.empty_like(corners))
    good = found.ravel() == 1
    if good.sum() < LEAST_CORNERS:
        return None
    matrix, agreeing = cv2.estimateAffinePartial2D(
        corners[good], followed[good], method=cv2.RANSAC, ransacReprojThreshold=NOISE_PX
    )
    if matrix is None or agreeing.mean() < LEAST_AGREEING:
        return None
    return np.asarray(matrix, np.float64)


def is_still(matrix: Floats, width: int, height: int, *, within_px: float = 0.5) -> bool:
    """Whether a motion moves no corner of a picture by more than `within_px`."""
    corners = np.array([(0, 0, 1), (width, 0, 1), (0, height, 1), (width, height, 1)], float)
    return bool(np.abs(corners @ matrix.T - corners[:, :2]).max() <= within_px)


def _spread_corners(luma: Image) -> NDArray[np.float32]:
    """Corners (n x 1 x 2) all over the picture."""
    height = luma.shape[0] // CELLS_DOWN
    width = luma.shape[1] // CELLS_ACROSS
    found = [np.empty((0, 1, 2), np.float32)]
    for top in range(0, height * CELLS_DOWN, height):
        for left in range(0, width * CELLS_ACROSS, width):
            cell = luma[top : top + height, left : left + width]
            corners = cv2.goodFeaturesToTrack(cell, CORNERS_EACH, 0.05, 4)
            if corners is not None:
                found.append(corners.astype(np.float32) + np.array([left, top], np.float32))
    return np.concatenate(found)
