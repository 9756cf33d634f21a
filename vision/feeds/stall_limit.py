"""How long a camera's next picture is waited for: as its own rhythm asks, since some send one in seconds. Pure."""

from collections import deque

STALL_S = 2.5
"""A stream without a picture for so long is lost, whatever its rhythm; with the time to notice it, within three s."""
LONGEST_S = 30.0
"""Nobody is waited for longer, so that a connection that died is made anew."""
STEPS_MISSED = 2.5
"""So many of its steps without a picture, and a camera is lost."""
REMEMBERED = 5
"""Steps by which the rhythm is known, at most: the longest of them counts."""
AT_ONCE_S = 0.005
"""Pictures closer than this waited somewhere on their way, and tell nothing of the rhythm."""
LEAST_KNOWN = 3
"""Steps without which a rhythm is not known."""


class StallLimit:
    """Follows one camera, from connection to connection. What it says holds for the next connection."""

    def __init__(self, stall_s: float = STALL_S) -> None:
        """`stall_s`: what is waited at least."""
        self._least_s = self.limit_s = stall_s
        """So long the next picture is waited for."""
        self._steps: deque[float] = deque(maxlen=REMEMBERED)
        self._last: float | None = None

    def begin(self) -> None:
        """A connection is made."""
        self._steps.clear()
        self._last = None

    def came(self, mono: float) -> None:
        """A picture came at `mono`, on the monotonic clock in seconds."""
        if self._last is not None and mono - self._last > AT_ONCE_S:
            self._steps.append(mono - self._last)
        self._last = mono
        if len(self._steps) >= LEAST_KNOWN:
            self.limit_s = min(max(self._least_s, STEPS_MISSED * max(self._steps)), LONGEST_S)

    def stalled(self) -> None:
        """No picture came in time: one that sent some, but too few to know its rhythm, is waited for longer next time.

        One that sent none is down or hangs: a longer wait would only find it again later.
        """
        if self._last is not None and len(self._steps) < LEAST_KNOWN:
            self.be_patient()

    def be_patient(self) -> None:
        """Wait twice as long the next time."""
        self.limit_s = min(2 * self.limit_s, max(LONGEST_S, self._least_s))
