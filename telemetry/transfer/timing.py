"""How long to wait for an answer: an estimate of the round trip, and patience for as long as there is progress."""

FIRST_WAIT_S = 0.5
SHORTEST_WAIT_S = 0.02
LONGEST_WAIT_S = 2.0
BACK_OFF, LONGEST_STRETCH = 1.25, 4.0
"""A wait that ended in silence is made longer by this, up to so many times: a lossy link is not a crowded one."""
FEWEST_TRIES = 25
"""However long one wait is, so many are made before it is given up: at 30 % loss each way, one in 20 million fails."""


class Timing:
    """The round trip as measured so far, and when patience ends. Times are seconds of any steady clock."""

    def __init__(self, now: float, patience_s: float) -> None:
        """`patience_s`: how long nothing new may be heard, at the least, before it is given up."""
        self._patience_s = patience_s
        self._smooth: float | None = None
        self._spread = 0.0
        self._stretch = 1.0
        self._last_news = now

    def answered(self, now: float, sent_at: float | None, *, news: bool = True) -> None:
        """An answer to what was sent once at `sent_at`; `news` when it is further than ever.

        None when it was sent more than once: which of them was answered nobody knows (Karn and Partridge, 1987).
        """
        if news:
            self._last_news = now
        self._stretch = 1.0
        if sent_at is not None:
            self._measured(now - sent_at)

    def silence(self) -> None:
        """A wait ended with nothing heard."""
        self._stretch = min(self._stretch * BACK_OFF, LONGEST_STRETCH)

    def over(self, now: float) -> bool:
        """Whether nothing new was heard for as long as patience lasts and in enough tries."""
        return now - self._last_news >= max(self._patience_s, FEWEST_TRIES * self.wait_s)

    @property
    def wait_s(self) -> float:
        """Seconds to wait for the next answer: smoothed round trip and four times its spread (RFC 6298)."""
        base = FIRST_WAIT_S if self._smooth is None else max(self._smooth + 4 * self._spread, SHORTEST_WAIT_S)
        return min(base * self._stretch, LONGEST_WAIT_S)

    def _measured(self, seconds: float) -> None:
        if self._smooth is None:
            self._smooth, self._spread = seconds, seconds / 2
            return
        self._spread = 0.75 * self._spread + 0.25 * abs(seconds - self._smooth)
        self._smooth = 0.875 * self._smooth + 0.125 * seconds
