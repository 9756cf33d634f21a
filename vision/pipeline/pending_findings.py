"""Findings that still lack their picture, and the picture with nobody recognisable in it. Decides nothing."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2

from vision.detection.detector import Box
from vision.findings import Finding
from vision.frames.decoder import Frame, Image
from vision.privacy.heads import find_faces, hide_people

JPEG_QUALITY = 85


class RedactedFrame:
    """A picture in which something was found, nobody recognisable in it; heads are looked for when it is asked for."""

    def __init__(self, frame: Frame, persons: Sequence[Box]) -> None:
        self._frame = frame
        self._persons = persons
        self._covered: Image | None = None
        self._covering = threading.Lock()

    def covered(self) -> Image:
        """Not to be written into: several findings may show it."""
        with self._covering:
            if self._covered is None:
                image = self._frame.image
                self._covered = hide_people(image, self._persons, find_faces(image))
            return self._covered


@dataclass(frozen=True)
class PendingFinding:
    """A finding that still lacks its picture. To look for heads takes longer than to look for things, so that is left
    for when there is time: nothing that is seen later changes it."""

    finding: Finding
    shown: RedactedFrame
    framed: Box
    """What is framed in it, pixels."""

    def finish(self) -> Finding:
        """With its picture, nobody recognisable in it."""
        image = self.shown.covered().copy()
        corners = [round(value) for value in self.framed]
        cv2.rectangle(image, corners[:2], corners[2:], (0, 200, 255), 2)
        snapshot = bytes(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1])
        return replace(self.finding, snapshot=snapshot)
