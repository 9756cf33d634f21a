"""SORT, the usual tracker to compare with, written from its description (Bewley and others 2016, arXiv:1602.00763).

Kalman filter of constant velocity on centre, area and aspect (its noises as in the paper's code), Hungarian assignment
by overlap of at least 0.3, a track told from its third picture in a row on and given up after one without it.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from vision.detection.tracking import overlap

Floats = NDArray[np.float64]

LEAST_OVERLAP, MIN_HITS, MAX_AGE = 0.3, 3, 1
STEP = np.eye(7) + np.diag([1.0, 1.0, 1.0], 4)
SEEN = np.eye(4, 7)
MEASURED = np.diag([1.0, 1.0, 10.0, 10.0])
PROCESS = np.diag([1.0, 1.0, 1.0, 1.0, 0.01, 0.01, 1e-4])


class PlainSort:
    """Feed it the boxes (n x 4: left, top, right, bottom) of each picture; it gives (number, box) of the tracks."""

    def __init__(self) -> None:
        self._tracks: list[_Kalman] = []
        self._pictures = self._last = 0

    def update(self, boxes: Floats) -> list[tuple[int, Floats]]:
        self._pictures += 1
        for track in self._tracks:
            track.predict()
        matched = self._match(boxes)
        for column in sorted(set(range(len(boxes))) - matched):
            self._last += 1
            self._tracks.append(_Kalman(self._last, boxes[column]))
        told = [
            (track.number, track.box)
            for track in self._tracks
            if not track.unseen and (track.streak >= MIN_HITS or self._pictures <= MIN_HITS)
        ]
        self._tracks = [track for track in self._tracks if track.unseen <= MAX_AGE]
        return told

    def _match(self, boxes: Floats) -> set[int]:
        if not self._tracks or not len(boxes):
            return set()
        overlaps = overlap(np.array([track.box for track in self._tracks]), boxes)
        pairs = zip(*linear_sum_assignment(overlaps, maximize=True), strict=True)
        good = [(int(row), int(column)) for row, column in pairs if overlaps[row, column] >= LEAST_OVERLAP]
        for row, column in good:
            self._tracks[row].correct(boxes[column])
        return {column for _, column in good}


class _Kalman:
    def __init__(self, number: int, box: Floats) -> None:
        self.number, self.unseen, self.streak = number, 0, 0
        self.mean = np.concatenate([_measured(box), np.zeros(3)])
        self.covariance = np.diag([10.0, 10.0, 10.0, 10.0, 1e4, 1e4, 1e4])

    @property
    def box(self) -> Floats:
        x, y, area, aspect = self.mean[:4]
        width = np.sqrt(max(area * aspect, 1e-6))
        half = np.array([width, max(area, 1e-6) / width]) / 2
        centre = np.array([x, y])
        return np.concatenate([centre - half, centre + half])

    def predict(self) -> None:
        if self.mean[2] + self.mean[6] <= 0:
            self.mean[6] = 0
        self.mean = STEP @ self.mean
        self.covariance = STEP @ self.covariance @ STEP.T + PROCESS
        if self.unseen:
            self.streak = 0
        self.unseen += 1

    def correct(self, box: Floats) -> None:
        self.unseen, self.streak = 0, self.streak + 1
        spread = SEEN @ self.covariance @ SEEN.T + MEASURED
        gain = self.covariance @ SEEN.T @ np.linalg.inv(spread)
        self.mean = self.mean + gain @ (_measured(box) - SEEN @ self.mean)
        self.covariance = self.covariance - gain @ SEEN @ self.covariance


def _measured(box: Sequence[float] | Floats) -> Floats:
    x1, y1, x2, y2 = box
    return np.array([(x1 + x2) / 2, (y1 + y2) / 2, (x2 - x1) * (y2 - y1), (x2 - x1) / (y2 - y1)])
