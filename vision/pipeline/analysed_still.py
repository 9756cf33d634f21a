"""The last picture that was analysed, for pages that show a camera: heads unrecognisable, privacy masks burnt in.

Asks no camera.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import cv2
import numpy as np

from vision.detection.detector import Box, Detection
from vision.frames.decoder import Frame
from vision.privacy.heads import pixelate_heads
from vision.privacy.masks import NO_MASKS, Masks

WIDTH = 640
"""Pixels, at most."""
JPEG_QUALITY = 75


@dataclass(frozen=True)
class Jpeg:
    """A picture as a browser shows it."""

    data: bytes
    at: datetime
    """When it was taken, UTC."""


class Still:
    """Keeps the newest picture; it becomes a JPEG only when somebody asks, and once for all who do."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._newest: tuple[Frame, Sequence[Detection], Masks] | None = None
        self._masks = NO_MASKS
        self._made: Jpeg | None = None

    def keep(self, frame: Frame, detections: Sequence[Detection], masks: Masks = NO_MASKS) -> None:
        """`frame` was looked at under `masks`, and `detections` found in it."""
        # A frame carries the colour picture once that was asked for; only the decoder's own is kept.
        bare = Frame(frame.index, frame.at, frame.seconds, frame.corrupt, frame.picture)
        with self._lock:
            self._newest = bare, detections, masks

    def mask(self, masks: Masks) -> None:
        """From now on these are burnt in; into the picture that is there already too, beside those it was looked at
        under, since nobody looked for heads below them."""
        with self._lock:
            self._masks = masks
            self._made = None

    @property
    def at(self) -> datetime | None:
        """When the newest was taken, UTC; None before the first."""
        newest = self._newest
        if newest is None:
            return None
        return newest[0].at

    def jpeg(self) -> Jpeg | None:
        """The newest picture; None before the first."""
        with self._lock:
            if self._newest is None:
                return None
            frame, detections, masks = self._newest
            if self._made is None or self._made.at != frame.at:
                self._made = Jpeg(_encode(frame, detections, (masks, self._masks)), frame.at)
            return self._made


def _encode(frame: Frame, detections: Sequence[Detection], masks: Sequence[Masks]) -> bytes:
    picture = frame.picture
    scale = min(1.0, WIDTH / picture.width)
    small = picture.reformat(round(picture.width * scale), round(picture.height * scale), "bgr24")
    image = small.to_ndarray().astype(np.uint8, copy=False)
    persons = [Box(*(scale * edge for edge in one.box)) for one in detections if one.label == "person"]
    covered = pixelate_heads(image, persons)
    for each in masks:
        covered = each.burn(covered)
    return bytes(cv2.imencode(".jpg", covered, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1])
