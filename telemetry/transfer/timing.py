"""How long to wait for an answer: an estimate of the round trip, and patience for as long as there is progress.

One is kept for all transfers of one exchange with a vehicle: what sending has measured, reading back need not learn.
"""

from collections import deque
from statistics import median_low

FIRST_WAIT_S = 0.5
SHORTEST_WAIT_S = 0.02
LONGEST_WAIT_S = 2.0
OPENING_WAIT_S = 0.7
"""The least wait for the answer to a transfer's first message. Vehicles that ask again by themselves do so within half
a second, and some begin a second transfer for a first message that comes twice."""
BACK_OFF = 1.25
LONGEST_STRETCH = 4.0
"""A wait that ended in silence is made longer by this, up to so many times: a lossy link is not a crowded one."""
FEWEST_TRIES = 25
"""However long one wait is, so many are made before it is given up: at 30 % loss each way, one in 20 million fails."""
REMEMBERED = 9
ENOUGH = 3
"""Round trips that the estimate is made of, at most, and at least before it is relied on."""


class Timing:
    """The round trip as measured so far, and when patience ends. Times are seconds of any steady clock."""

    def __init__(self, now: float, patience_s: float) -> None:
        """`patience_s`: how long nothing new may be heard, at the least, before it is given up."""
        self._usual_patience_s = patience_s
        self._measured: deque[float] = deque(maxlen=REMEMBERED)
        self.begin(now)

    def begin(self, now: float, patience_s: float | None = None) -> None:
        """A transfer begins: patience is whole again (`patience_s`, else as usual); what was measured stays."""
        if patience_s is None:
            patience_s = self._usual_patience_s
        self._patience_s = patience_s
        self._stretch = 1.0
        self._tries = 0
        self._last_news = now

    def answered(self, now: float, sent_at: float | None) -> None:
        """News of the vehicle, in answer to what was sent once at `sent_at`.

        None when it was sent more than once: which of them was answered nobody knows (Karn and Partridge, 1987).
        """
        self._last_news = now
        self._stretch = 1.0
        self._tries = 0
        if sent_at is not None:
            self._measured.append(now - sent_at)

    def silence(self) -> None:
        """A wait ended with nothing heard."""
        self._stretch = min(self._stretch * BACK_OFF, LONGEST_STRETCH)
        self._tries += 1

    def over(self, now: float) -> bool:
        """Whether nothing new was heard for as long as patience lasts and in enough tries.

        They are counted, as time also passes while this program stands still and asks nothing.
        """
        return now - self._last_news >= self._patience_s and self._tries >= FEWEST_TRIES

    @property
    def known(self) -> bool:
        """Whether there are measurements enough to go by."""
        return len(self._measured) >= ENOUGH

    @property
    def wait_s(self) -> float:
        """Seconds to wait for the next answer: half as much again as the usual round trip, and four times its spread.

        The usual is the lower third of those measured, and the spread a median, where RFC 6298 has means: an answer
        that was lost, and came when the vehicle asked again by itself, was measured far too long; none is too short.
        """
        if not self._measured:
            base = FIRST_WAIT_S
        else:
            usual = sorted(self._measured)[(len(self._measured) - 1) // 3]
            spread = median_low(abs(seconds - usual) for seconds in self._measured)
            base = max(1.5 * usual + 4 * spread, SHORTEST_WAIT_S)
        return min(base * self._stretch, LONGEST_WAIT_S)

    @property
    def opening_wait_s(self) -> float:
        """Seconds to wait for the answer to a transfer's first message."""
        return max(self.wait_s, OPENING_WAIT_S)
