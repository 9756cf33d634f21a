"""A detector for pictures taken from above, in the place of a network: motion, then size on the ground."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from telemetry.geometry.rays import ray
from telemetry.geometry.surface import meet
from telemetry.positions import LocalFrame
from vision.aerial.background import Background
from vision.aerial.sizes import name
from vision.detection.detector import Box, Detection
from vision.frames.decoder import Frame, Image
from vision.ground.view import CameraView

WORKING_WIDTH = 480
"""Pictures are looked at in about this width, or wider where a metre would be less than LEAST_PX_PER_M in it."""
LEAST_PX_PER_M = 4.0
MOST_WIDTH = 1_280
SMALLEST_M2 = 0.08
"""Smaller than this, a moving patch is noise, a bird or a leaf."""
CLOSE_M = 0.35
"""Patches nearer to each other than this are one thing: a windscreen may have the colour of the ground."""
MIDDLE_M = 0.7
"""How high above the ground a thing is about as wide as it looks: the nearer to the camera, the larger it seems."""
THIN_M = 0.25
"""What is thinner than this is left out of a thing's size: mirrors, poles, the seam of a shadow."""


class AerialDetector:
    """Finds persons, two-wheelers, cars and lorries that move, or moved and stand. One for each source.

    `view_at` tells how the picture at a second of video was taken, None where nobody knows: then nothing is found.
    `moving`: the camera itself moves. Let the frames pass through `watch` so that it knows which second it is.
    """

    input_side = None

    def __init__(self, view_at: Callable[[float], CameraView | None], *, moving: bool) -> None:
        self._view_at = view_at
        self._seconds = 0.0
        self._background = Background(moving=moving)

    def watch(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        """The frames as they are."""
        for frame in frames:
            self._seconds = frame.seconds
            yield frame

    def detect(self, image: Image) -> Sequence[Detection]:
        """What is not ground in `image` (blue green red), best first. Boxes are in pixels of `image`."""
        view = self._view_at(self._seconds)
        if view is None:
            return []
        width = image.shape[1]
        metres = _width_on_ground(view)
        wanted = max(WORKING_WIDTH, LEAST_PX_PER_M * (metres or 0))
        scale = min(1.0, min(wanted, MOST_WIDTH) / width)
        small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(np.uint8)
        things = self._background.see(small)
        if metres is None:
            return []
        px_per_m = small.shape[1] / metres
        joined = cv2.morphologyEx(cv2.medianBlur(things, 3), cv2.MORPH_CLOSE, _disc(CLOSE_M * px_per_m))
        solid = cv2.morphologyEx(joined, cv2.MORPH_OPEN, _disc(THIN_M * px_per_m))
        outlines, _ = cv2.findContours(solid, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        found = [_detection(outline, view, small.shape[1], small.shape[0], scale) for outline in outlines]
        return sorted((one for one in found if one is not None), key=lambda one: -one.score)


def _disc(across_px: float) -> NDArray[np.uint8]:
    size = 2 * round(across_px / 2) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), np.uint8)


def _detection(outline: NDArray[Any], view: CameraView, width: int, height: int, scale: float) -> Detection | None:
    x, y, across, down = cv2.boundingRect(outline)
    at_side = x <= 1 or x + across >= width - 1
    at_end = y <= 1 or y + down >= height - 1
    if (at_side and across < down) or (at_end and down < across):
        return None  # more of it is outside than tells what it is
    sides = _sides_m(np.asarray(cv2.boxPoints(cv2.minAreaRect(outline)), float), view, width, height)
    if sides is None or sides[0] * sides[1] < SMALLEST_M2:
        return None
    named = name(max(sides), min(sides), cut=at_side or at_end)
    if named is None:
        return None
    label, score = named
    return Detection(label, score, Box(x / scale, y / scale, (x + across) / scale, (y + down) / scale))


def _sides_m(corners: NDArray[np.float64], view: CameraView, width: int, height: int) -> tuple[float, float] | None:
    """The sides of a rectangle of the picture, on the ground; None over the horizon."""
    hits = _on_ground(view, corners[:, 0] / width, corners[:, 1] / height)
    if not np.isfinite(hits).all():
        return None
    pose = view.pose
    up = pose.alt_m - float(view.ground.heights_m([pose.lat], [pose.lon])[0])
    hits *= max(1 - MIDDLE_M / up, 0.1) if up > 0 else 1.0
    steps = np.diff(np.hstack([hits, hits[:, :1]]), axis=1)
    lengths = np.hypot(steps[0], steps[1])
    return float(lengths[0] + lengths[2]) / 2, float(lengths[1] + lengths[3]) / 2


def _width_on_ground(view: CameraView) -> float | None:
    """Metres of ground across the middle of the picture."""
    hits = _on_ground(view, np.array([0.0, 1.0]), np.array([0.5, 0.5]))
    if np.isfinite(hits).all():
        return float(math.hypot(*(hits[:, 1] - hits[:, 0])))
    return None


def _on_ground(view: CameraView, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    pose = view.pose
    heading = 0.0
    if math.isfinite(pose.yaw_deg):
        heading = pose.yaw_deg
    yaw, pitch, roll = (np.array([angle]) for angle in (heading, pose.pitch_deg, pose.roll_deg))
    rays = ray(yaw, pitch, roll, view.lens.direction(x, y))
    start = np.array([[0.0], [0.0], [pose.alt_m]]) + np.zeros((3, len(x)))
    return meet(view.ground, LocalFrame(pose.lat, pose.lon), start, rays)
