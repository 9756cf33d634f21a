"""Sees that pictures were lost on the way, where the transport does not say so: RTSP over UDP. Pure."""

from collections import deque
from statistics import median

REMEMBERED = 15
"""Steps between pictures by which the usual one is known."""
TOO_LONG = 1.6
"""A step this many times the usual one has a picture missing in it."""


class PacketLossDetector:
    """Follows the time stamps of one run."""

    def __init__(self) -> None:
        self._steps: deque[int] = deque(maxlen=REMEMBERED)
        self._before: int | None = None
        self._torn = False

    def torn(self, dts: int, *, key: bool) -> bool:
        """Whether the picture decoded at `dts` (in any unit) builds on one that is missing."""
        before = self._before
        self._before = dts
        if before is not None:
            usual = None
            if len(self._steps) >= 3:
                usual = median(self._steps)
            self._steps.append(dts - before)
            self._torn = self._torn or (usual is not None and dts - before > TOO_LONG * usual)
        self._torn = self._torn and not key
        return self._torn
