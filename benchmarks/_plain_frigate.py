"""Frigate's way from frames to tracked objects, written plainly from its published description, as a side to compare.

Five pictures a second. Movement: brightness at 100 pixels of height, contrast stretched by its 4th and 96th percentile
(means over 50 pictures), smoothed, compared with a running average (0.01, while calibrating 0.2) by more than 30,
widened; what is larger than 10 pixels is a box; more than 80 % changed is a change of light, and calibrates anew.
Regions: boxes of followed objects, and of movement outside of their regions, are joined as long as 1.35 times what they
take fits one square of the network's size; each such square, larger where an object is, is cut out for the detector. An
object that has not moved for 50 pictures is looked at every 50th only, unless something moves over it. What several
regions saw is one object by overlap, or when one box holds the other. Followed by the distance of bottom middles and
sizes, in sizes of the object, at most 2.5. Frames are decoded by FFmpeg and every one is taken out in full as it comes,
since there a process of its own writes raw pictures into a pipe. Left out: the learned grid of regions, snapshots, and
everything that costs for being in many processes.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from vision.detection.detector import Box, Detection, Detector
from vision.detection.tracking import ObjectTrack, same_kind
from vision.frames.decoder import Frame, Image

FPS = 5.0
HEIGHT, THRESHOLD, LEAST_AREA, LIGHTNING = 100, 30, 10, 0.8
CLUSTER, REGION = 1.35, 416
MOST_DISTANCE, STATIONARY, FORGET = 2.5, 50, 25
"""In sizes of the object; pictures in which it stood still; pictures (five seconds) without it."""
SAME_PLACE = 0.6
"""What a box shares with the place of an object that stands still."""


@dataclass
class _Followed:
    number: int
    seen: Detection
    place: Box
    """Where it was when it last moved."""
    hits: int = 1
    missed: int = 0
    still: int = 0
    scores: dict[str, list[float]] = field(default_factory=dict)

    @property
    def track(self) -> ObjectTrack:
        label = max(self.scores, key=lambda name: sum(self.scores[name]))
        score = sum(self.scores[label]) / len(self.scores[label])
        return ObjectTrack(self.number, label, self.seen.box, score, 0.0, self.hits)


class PlainMotion:
    """Where something moves: boxes in pixels of the picture."""

    def __init__(self) -> None:
        self._average: NDArray[np.float32] | None = None
        self._low: deque[float] = deque(maxlen=50)
        self._high: deque[float] = deque(maxlen=50)
        self._moving = 0
        self._calibrating = True

    def boxes(self, luma: Image) -> list[Box]:
        """Look at one picture's brightness, and learn."""
        scale = luma.shape[0] / HEIGHT
        size = (round(luma.shape[1] / scale), HEIGHT)
        small = cv2.resize(luma, size, interpolation=cv2.INTER_NEAREST).astype(np.float32)
        low, high = np.percentile(small, [4, 96])
        self._low.append(float(low))
        self._high.append(float(high))
        low, high = float(np.mean(self._low)), float(np.mean(self._high))
        small = np.clip((small - low) * (255 / max(high - low, 1)), 0, 255).astype(np.float32)
        small = cv2.GaussianBlur(small, (3, 3), 0).astype(np.float32)
        if self._average is None:
            self._average = small
            return []
        changed = (cv2.absdiff(small, self._average) > THRESHOLD).astype(np.uint8)
        wide = cv2.dilate(changed, None, iterations=1)  # type: ignore[call-overload]
        contours, _ = cv2.findContours(wide, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        found = [cv2.boundingRect(one) for one in contours if cv2.contourArea(one) > LEAST_AREA]
        if cv2.countNonZero(wide) > LIGHTNING * wide.size:
            self._calibrating, found = True, []
        self._moving = self._moving + 1 if found else 0
        if self._calibrating and not found:
            self._calibrating = False
        if not found or self._moving > 10 or self._calibrating:
            cv2.accumulateWeighted(small, self._average, 0.2 if self._calibrating else 0.01)
        return [Box(x * scale, y * scale, (x + w) * scale, (y + h) * scale) for x, y, w, h in found]


def plain_frigate(frames: Iterable[Frame], detector: Detector) -> Iterator[tuple[Frame, list[ObjectTrack]]]:
    """Each looked-at frame with the objects followed in it."""
    motion, followed, due = PlainMotion(), list[_Followed](), 0.0
    last, pictures = 0, 0
    for frame in frames:
        whole = frame.picture.to_ndarray().astype(np.uint8, copy=False)
        if frame.seconds < due - 1e-6:
            continue
        due = max(due + 1 / FPS, frame.seconds)
        height, width = frame.picture.height, frame.picture.width
        moving = motion.boxes(whole[:height, :width])
        pictures += 1
        asleep = [
            one
            for one in followed
            if one.still >= STATIONARY and pictures % STATIONARY and not any(_meet(one.seen.box, box) for box in moving)
        ]
        awake = [one for one in followed if one not in asleep]
        regions = _regions(moving, [one.seen.box for one in awake], width, height)
        image = frame.image if regions else None
        seen = _merge([d for region in regions if image is not None for d in _detect(image, region, detector)])
        last = _follow(awake, followed, seen, last)
        followed = [one for one in followed if one.missed <= FORGET]
        yield frame, [one.track for one in followed if one.hits >= FPS / 2]


def _regions(moving: Sequence[Box], objects: Sequence[Box], width: int, height: int) -> list[Box]:
    """Squares to look at: boxes of objects, and of movement outside of these, joined while they fit into one square."""
    around = [_square(one, width, height) for one in objects]
    free = [box for box in moving if not any(_inside(box, region) for region in around)]
    left, regions = [*objects, *free], list[Box]()
    while left:
        cluster = left.pop(0)
        if any(_inside(_grow(cluster, width, height), region) for region in regions):
            continue
        for box in list(left):
            both = Box(
                min(cluster.x1, box.x1), min(cluster.y1, box.y1), max(cluster.x2, box.x2), max(cluster.y2, box.y2)
            )
            if CLUSTER * max(both.width, both.height) <= max(REGION, CLUSTER * max(cluster.width, cluster.height)):
                cluster = both
                left.remove(box)
        regions.append(_square(cluster, width, height))
    return regions


def _grow(box: Box, width: int, height: int) -> Box:
    """With a margin on each side, within the picture."""
    x, y = box.width * (CLUSTER - 1) / 2, box.height * (CLUSTER - 1) / 2
    return Box(max(0, box.x1 - x), max(0, box.y1 - y), min(width, box.x2 + x), min(height, box.y2 + y))


def _square(box: Box, width: int, height: int) -> Box:
    side = min(max(REGION, CLUSTER * max(box.width, box.height)), max(width, height))
    x = min(max(0.0, (box.x1 + box.x2 - side) / 2), max(0.0, width - side))
    y = min(max(0.0, (box.y1 + box.y2 - side) / 2), max(0.0, height - side))
    return Box(x, y, min(x + side, width), min(y + side, height))


def _detect(image: Image, region: Box, detector: Detector) -> list[Detection]:
    left, top, right, bottom = (int(side) for side in region)
    found = detector.detect(np.ascontiguousarray(image[top:bottom, left:right]))
    return [
        Detection(one.label, one.score, Box(one.box.x1 + left, one.box.y1 + top, one.box.x2 + left, one.box.y2 + top))
        for one in found
    ]


def _merge(found: Sequence[Detection]) -> list[Detection]:
    kept: list[Detection] = []
    for one in sorted(found, key=lambda each: -each.score):
        if not any(same_kind(one.label, other.label) and _share(one.box, other.box) > 0.6 for other in kept):
            kept.append(one)
    return kept


def _share(a: Box, b: Box) -> float:
    """What two boxes share, of the smaller one."""
    wide, high = min(a.x2, b.x2) - max(a.x1, b.x1), min(a.y2, b.y2) - max(a.y1, b.y1)
    return max(wide, 0) * max(high, 0) / max(min(a.width * a.height, b.width * b.height), 1e-6)


def _follow(awake: Sequence[_Followed], followed: list[_Followed], seen: list[Detection], last: int) -> int:
    """Give each detection to at most one object, or begin one; the last number given."""
    costs = np.array([[_distance(one.seen, d) for d in seen] for one in awake]).reshape(len(awake), len(seen))
    pairs = zip(*linear_sum_assignment(costs), strict=True)
    good = {int(row): int(column) for row, column in pairs if costs[row, column] <= MOST_DISTANCE}
    for row, one in enumerate(awake):
        if row not in good:
            one.missed += 1
            continue
        new = seen[good[row]]
        if _share(one.place, new.box) > SAME_PLACE:
            one.still += 1
        else:
            one.place, one.still = new.box, 0
        one.seen, one.missed, one.hits = new, 0, one.hits + 1
        one.scores.setdefault(new.label, []).append(new.score)
    for column, new in enumerate(seen):
        if column not in good.values():
            last += 1
            followed.append(_Followed(last, new, new.box, scores={new.label: [new.score]}))
    return last


def _distance(one: Detection, other: Detection) -> float:
    """Between bottom middles and sizes, in sizes of the first (at least one pixel)."""
    if not same_kind(one.label, other.label):
        return 1e6
    a, b = one.box, other.box
    width, height = max(a.width, 1), max(a.height, 1)
    offset = ((b.x1 + b.x2 - a.x1 - a.x2) / 2 / width, (b.y2 - a.y2) / height)
    sizes = (b.width / width - 1, b.height / height - 1)
    return float(np.hypot(*offset) + np.hypot(*sizes))


def _inside(box: Box, region: Box) -> bool:
    return region.x1 <= box.x1 and region.y1 <= box.y1 and region.x2 >= box.x2 and region.y2 >= box.y2


def _meet(a: Box, b: Box) -> bool:
    return a.x1 < b.x2 and b.x1 < a.x2 and a.y1 < b.y2 and b.y1 < a.y2
