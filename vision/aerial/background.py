"""The ground as it looks without what moves on it, kept in place under a moving camera."""

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.aerial.camera_motion import is_still, motion
from vision.frames.decoder import Image

Floats = NDArray[np.float32]
Mask = NDArray[np.uint8]

MEMORY = 0.1
"""Share of a new picture in the ground where nothing stands."""
CONTRAST = 18.0
"""How much a colour must differ from the ground's and from all its neighbours', 0..255."""
STANDS_AFTER = 150
"""What has not changed in so many pictures has become ground: it parks there."""
UNCHANGED = 12.0
"""How much a colour may differ from the picture before and be the same, 0..255."""
SHADOW = (0.55, 0.97)
"""A shadow leaves this share of the ground's brightness, on all three colours alike to SHADOW_TINT."""
SHADOW_TINT = 0.1
LEAST_KNOWN = 0.3
"""With less of the picture known from before, it is begun anew."""

_NEIGHBOURS = np.ones((3, 3), np.uint8)


class Background:
    """Feed it pictures in the order of time; it tells which pixels are not ground.

    `moving`: the camera itself may move, and its motion is taken out first.
    """

    def __init__(self, *, moving: bool) -> None:
        self._moving = moving
        self._before: Image | None = None
        self._ground: Floats = np.empty((0, 0, 3), np.float32)
        self._known: Mask = np.empty((0, 0), np.uint8)
        self._same: NDArray[np.int32] = np.empty((0, 0), np.int32)

    def see(self, image: Image) -> Mask:
        """255 where something stands or moves, 0 elsewhere; all 0 for the first picture and after a jump."""
        before = self._before
        self._before = image
        if before is None or before.shape != image.shape:
            return self._begin(image)
        self._follow_camera(before, image)
        known = self._known > 0
        if known.mean() < LEAST_KNOWN:
            return self._begin(image)
        self._follow_exposure(image, known)
        things = self._differs(image) & known & ~self._is_shadow(image)
        self._learn(before, image, things, known)
        return things.astype(np.uint8) * 255

    def _begin(self, image: Image) -> Mask:
        self._ground = image.astype(np.float32)
        self._known = np.full(image.shape[:2], 255, np.uint8)
        self._same = np.zeros(image.shape[:2], np.int32)
        return np.zeros(image.shape[:2], np.uint8)

    def _follow_camera(self, before: Image, image: Image) -> None:
        if not self._moving:
            return
        height, width = image.shape[:2]
        moved = motion(_luma(before), _luma(image))
        if moved is not None and not is_still(moved, width, height):
            self._ground = cv2.warpAffine(self._ground, moved, (width, height)).astype(np.float32)
            self._known = cv2.warpAffine(self._known, moved, (width, height), flags=cv2.INTER_NEAREST).astype(np.uint8)
            self._same[:] = 0

    def _follow_exposure(self, image: Image, known: NDArray[np.bool_]) -> None:
        """What changes for the whole picture alike is the camera's exposure."""
        few = (slice(None, None, 5), slice(None, None, 5))
        seen = image[few][known[few]]
        ground = self._ground[few][known[few]]
        gain = np.median((seen + 1.0) / (ground + 1.0), axis=0)
        self._ground *= gain.astype(np.float32)

    def _differs(self, image: Image) -> NDArray[np.bool_]:
        """Brighter or darker than the ground there and one pixel around, so that a sway of the mast is nothing."""
        ground = cv2.convertScaleAbs(self._ground)
        over = cv2.subtract(image, cv2.dilate(ground, _NEIGHBOURS))
        under = cv2.subtract(cv2.erode(ground, _NEIGHBOURS), image)
        return np.asarray(cv2.max(over, under).max(axis=2) > CONTRAST)

    def _is_shadow(self, image: Image) -> NDArray[np.bool_]:
        blue, green, red = cv2.split((image + np.float32(1)) / (self._ground + np.float32(1)))
        tint = cv2.max(cv2.max(blue, green), red) - cv2.min(cv2.min(blue, green), red)
        return np.asarray((green > SHADOW[0]) & (green < SHADOW[1]) & (tint < SHADOW_TINT))

    def _learn(self, before: Image, image: Image, things: NDArray[np.bool_], known: NDArray[np.bool_]) -> None:
        changed = cv2.absdiff(before, image).max(axis=2) > UNCHANGED
        self._same = np.where(changed, 0, self._same + 1).astype(np.int32)
        share = np.where(things, 0.0, MEMORY).astype(np.float32)
        share[~known | (things & (self._same >= STANDS_AFTER))] = 1.0
        self._ground += share[..., None] * (image - self._ground)
        self._known[:] = 255


def _luma(image: Image) -> Image:
    return cv2.cvtColor(image, cv2.COLOR_BGR2GRAY).astype(np.uint8)
