"""Follows objects from picture to picture: which box now is which object of before. Judges none of them.

Two-stage association by overlap (ByteTrack, arXiv:2110.06864) on boxes grown a little (C-BIoU, arXiv:2211.14317), so
that five pictures a second are enough; positions predicted with a constant-velocity Kalman filter.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision.detection.assignment import best_pairs
from vision.detection.detector import Box, Detection

Floats = NDArray[np.float64]

MIXED_UP = frozenset({"car", "truck", "bus"})
"""Classes that a detector swaps on one and the same vehicle."""
GROWN = 0.3
"""Share of its size by which a box is grown before overlaps are measured."""
MOST_LEAST_OVERLAP = 0.4
LEAST_LEAST_OVERLAP = 0.1
OVERLAP_LOST_PER_S = 1.875
"""How much two boxes must overlap to be one object at 25 pictures a second, at five, and what lies between."""
CENTRE_NOISE = 0.12
SIZE_NOISE = 0.2
"""Standard deviation of a measured box's centre and size, in heights of the box."""
VELOCITY_NOISE = 0.12
"""Standard deviation of the change of their velocities in one second, in heights of the box."""
FIRST_VELOCITY = 2.0
"""Standard deviation of an object's velocity when it is first seen, heights of the box a second."""
HIDDEN_S = 0.6
HIDDEN_SHARE = 0.3
"""How long an object known well is taken to be there still while a nearer one covers that share of it."""
MAX_WAIT_S = 2.0
"""How long an object is taken to be there still while nobody looks where it is."""
KNOWN_S = 0.4
KNOWN_SHARE = 0.6
"""Known well is what was seen for so long, and in that share of the pictures."""


@dataclass(frozen=True)
class ObjectTrack:
    """One followed object as it is now."""

    id: int
    """Counts up from 1 within one source; never reused."""
    label: str
    """The class that its detections said most, each with the weight of its score."""
    box: Box
    """Pixels; smoothed over the pictures before, and only predicted while it is hidden."""
    score: float
    """Mean score of the detections that said `label`."""
    age: float
    """Seconds since it was first seen."""
    hits: int
    """In how many pictures it was seen."""
    missed: int = 0
    """In how many pictures since it was first seen it was not."""
    hidden: bool = False
    """Not seen in this picture, but known to be behind a nearer object."""


class Tracker:
    """Follows the objects of one source. Feed it every analysed picture in order of time."""

    def __init__(self, *, sure_score: float = 0.45, min_hits: int = 2, patience_s: float = 1.0) -> None:
        """A detection under `sure_score` only prolongs a track. A track counts from `min_hits` pictures on, and is
        forgotten when it was not seen for `patience_s`."""
        self._sure_score = sure_score
        self._min_hits = min_hits
        self._patience_s = patience_s
        self._followed: list[_Followed] = []
        self._last_id = 0
        self._updated_s = 0.0

    def update(
        self, detections: Sequence[Detection], seconds: float, *, shown: Callable[[Box], bool] | None = None
    ) -> list[ObjectTrack]:
        """The objects in this picture, taken at `seconds`: those seen, those that a nearer one hides, and for
        MAX_WAIT_S those that stand where this look does not show them (`shown`: whether it does; None for all)."""
        for one in self._followed:
            one.predict(seconds)
        sure = [d for d in detections if d.score >= self._sure_score]
        unsure = [d for d in detections if d.score < self._sure_score]
        left, unmatched = self._match(self._followed, sure, seconds)
        left, _ = self._match(left, unsure, seconds)
        if shown is not None:
            self._wait([one for one in left if not shown(one.box)], seconds)
        for detection in unmatched:
            self._last_id += 1
            self._followed.append(_Followed(self._last_id, detection, seconds))
        self._followed = [one for one in self._followed if seconds - one.seen_s <= self._patience_s]
        self._updated_s = seconds
        return self._present()

    def _wait(self, unshown: Sequence["_Followed"], seconds: float) -> None:
        """Objects that this look says nothing about stay what they were."""
        for one in unshown:
            if one.seen_s == self._updated_s and seconds - one.measured_s <= MAX_WAIT_S:
                one.wait(seconds)

    def hold(self, seconds: float) -> list[ObjectTrack]:
        """Nothing moved up to `seconds`: what was seen in the last picture is there still."""
        for one in self._followed:
            if one.seen_s == self._updated_s:
                one.rest(seconds)
        self._updated_s = seconds
        return self._present()

    def forget(self) -> None:
        """Drop all tracks: the picture is another one now. Ids go on counting."""
        self._followed = []

    def _present(self) -> list[ObjectTrack]:
        counted = [one for one in self._followed if one.hits >= self._min_hits]
        for one in counted:  # who was lost in the open does not turn up behind somebody, wherever its prediction drifts
            one.is_lost = one.seen_s != self._updated_s and (one.is_lost or not self._is_hidden(one, counted))
        return [one.track(hidden=one.seen_s != self._updated_s) for one in counted if not one.is_lost]

    def _is_hidden(self, one: "_Followed", others: Sequence["_Followed"]) -> bool:
        """Whether it was seen a moment ago where a nearer object is now: one whose foot is lower in the picture."""
        if one.now_s - one.seen_s > HIDDEN_S or not one.known_well:
            return False
        box = one.box
        return any(
            other.seen_s == self._updated_s and other.box.y2 > box.y2 and covered(box, other.box) >= HIDDEN_SHARE
            for other in others
        )

    def _match(
        self, followed: Sequence["_Followed"], detections: Sequence[Detection], seconds: float
    ) -> tuple[list["_Followed"], list[Detection]]:
        """Give each detection to at most one track; what is left over of both."""
        if not followed or not detections:
            return list(followed), list(detections)
        overlaps = overlap(np.array([grown(one.box) for one in followed]), np.array([grown(d.box) for d in detections]))
        for row, one in enumerate(followed):
            for column, detection in enumerate(detections):
                if not same_kind(one.label, detection.label):
                    overlaps[row, column] = 0
        least = least_overlap(seconds - self._updated_s)
        pairs = {row: column for row, column in best_pairs(overlaps).items() if overlaps[row, column] >= least}
        for row, column in pairs.items():
            followed[row].correct(detections[column], seconds)
        taken = set(pairs.values())
        return (
            [one for row, one in enumerate(followed) if row not in pairs],
            [d for column, d in enumerate(detections) if column not in taken],
        )


class _Followed:
    """The state behind a track: centre, width and height, each with its velocity."""

    def __init__(self, number: int, detection: Detection, seconds: float) -> None:
        self.id = number
        self.hits = 1
        self.pictures = 1
        self.known_well = self.is_lost = False
        self.born_s = self.seen_s = self.now_s = seconds
        self.measured_s = seconds
        """When it was last seen, not only taken to be there."""
        self.votes: dict[str, float] = defaultdict(float, {detection.label: detection.score})
        self.counts = Counter({detection.label: 1})
        self.mean = np.stack([_centred(detection.box), np.zeros(4)])
        size = max(detection.box.height, 1.0)
        self.centre = np.diag([(CENTRE_NOISE * size) ** 2, (FIRST_VELOCITY * size) ** 2])
        self.size = np.diag([(SIZE_NOISE * size) ** 2, (FIRST_VELOCITY * size) ** 2])
        self.measured = detection.box

    @property
    def label(self) -> str:
        return max(self.votes, key=lambda name: (self.votes[name], name))

    @property
    def box(self) -> Box:
        x, y, width, height = self.mean[0]
        half_w = max(width, 1.0) / 2
        half_h = max(height, 1.0) / 2
        return Box(float(x - half_w), float(y - half_h), float(x + half_w), float(y + half_h))

    def predict(self, seconds: float) -> None:
        """Move on to `seconds`. Process noise: white acceleration (Bar-Shalom, Estimation with Applications, 6.2.2)."""
        dt = seconds - self.now_s
        step = np.array([[1.0, dt], [0.0, 1.0]])
        spread = (VELOCITY_NOISE * max(self.measured.height, 1.0)) ** 2
        noise = spread * np.array([[dt**3 / 3, dt**2 / 2], [dt**2 / 2, dt]])
        self.mean = step @ self.mean
        self.centre = step @ self.centre @ step.T + noise
        self.size = step @ self.size @ step.T + noise
        self.now_s = seconds
        self.pictures += 1

    def wait(self, seconds: float) -> None:
        """Be where it was going, up to `seconds`: the picture then was not looked at there."""
        self.seen_s = seconds
        self.pictures -= 1

    def rest(self, seconds: float) -> None:
        """Stand still up to `seconds`."""
        self.mean[1] = 0.0
        self.seen_s = self.measured_s = self.now_s = seconds

    def correct(self, detection: Detection, seconds: float) -> None:
        """Take a detection as this object. Across and down share a gain, and so do width and height: like noise."""
        height = max(detection.box.height, 1.0)
        centre = self.centre[:, 0] / (self.centre[0, 0] + (CENTRE_NOISE * height) ** 2)
        size = self.size[:, 0] / (self.size[0, 0] + (SIZE_NOISE * height) ** 2)
        off = _centred(detection.box) - self.mean[0]
        self.mean = self.mean + np.hstack([np.outer(centre, off[:2]), np.outer(size, off[2:])])
        self.centre = self.centre - np.outer(centre, self.centre[0])
        self.size = self.size - np.outer(size, self.size[0])
        self.votes[detection.label] += detection.score
        self.counts[detection.label] += 1
        self.hits += 1
        self.seen_s = self.measured_s = seconds
        self.measured = detection.box
        self.known_well = seconds - self.born_s > KNOWN_S - 1e-6 and self.hits >= KNOWN_SHARE * self.pictures

    def track(self, *, hidden: bool) -> ObjectTrack:
        label = self.label
        return ObjectTrack(
            id=self.id,
            label=label,
            box=self.box,
            score=self.votes[label] / self.counts[label],
            age=self.seen_s - self.born_s,
            hits=self.hits,
            missed=self.pictures - self.hits,
            hidden=hidden,
        )


def overlap(a: Floats, b: Floats) -> Floats:
    """Intersection over union of each box of `a` (n x 4) with each of `b` (m x 4): n x m, 0..1."""
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    shared: Floats = np.prod(np.clip(high - low, 0, None), axis=2)
    area_a: Floats = np.prod(a[:, 2:] - a[:, :2], axis=1)
    area_b: Floats = np.prod(b[:, 2:] - b[:, :2], axis=1)
    whole = area_a[:, None] + area_b[None, :] - shared
    return shared / np.maximum(whole, np.finfo(float).tiny)


def covered(box: Box, by: Box) -> float:
    """The share of `box` that `by` covers, 0..1."""
    wide = min(box.x2, by.x2) - max(box.x1, by.x1)
    high = min(box.y2, by.y2) - max(box.y1, by.y1)
    return max(wide, 0.0) * max(high, 0.0) / (box.width * box.height)


def least_overlap(step_s: float) -> float:
    """How much two boxes must overlap to be one object, in pictures `step_s` apart."""
    return max(LEAST_LEAST_OVERLAP, MOST_LEAST_OVERLAP - OVERLAP_LOST_PER_S * max(step_s - 1 / 25, 0.0))


def grown(box: Box) -> Box:
    """`box` with GROWN of its size added around."""
    x = box.width * GROWN / 2
    y = box.height * GROWN / 2
    return Box(box.x1 - x, box.y1 - y, box.x2 + x, box.y2 + y)


def same_kind(a: str, b: str) -> bool:
    """Whether detections of these two classes can be one object."""
    return a == b or (a in MIXED_UP and b in MIXED_UP)


def _centred(box: Box) -> Floats:
    return np.array([(box.x1 + box.x2) / 2, (box.y1 + box.y2) / 2, box.width, box.height])
