"""Whether a link is alive: silence noticed early, and asked about before it is called a loss. No sockets, no threads.

A heartbeat a second, a fifth of them lost, leaves gaps of four seconds hundreds of times a day. So the vehicle is asked
as soon as it is late, many times; only when nothing at all comes back is the link lost.
"""

from enum import StrEnum

LATE_S = 1.15
"""Heard nothing for so long: a heartbeat is missing; ask."""
ASK_EVERY_S = 0.1
LOST_S = 2.8
"""Heard nothing for so long, asked every `ASK_EVERY_S`: lost. Leaves the rest of 3.5 s to bring it before the pilot."""


class LinkState(StrEnum):
    """How a link is."""

    WAITING = "waiting"
    """Nothing was heard yet."""
    ALIVE = "alive"
    LATE = "late"
    """Nothing was heard for a while; the vehicle is being asked."""
    LOST = "lost"


class LinkWatch:
    """Told of everything heard and of the time passing. Times are seconds of any steady clock."""

    def __init__(self) -> None:
        self._heard_at: float | None = None
        self._asked_at = float("-inf")
        self.state = LinkState.WAITING

    def heard(self, now: float) -> bool:
        """Anything at all came from the vehicle. Whether the link had been lost until now."""
        back = self.state is LinkState.LOST
        self._heard_at = now
        self.state = LinkState.ALIVE
        return back

    def tick(self, now: float) -> bool:
        """Time has passed. Whether the vehicle is to be asked for a sign of life now."""
        if self._heard_at is None:
            return False
        silent = now - self._heard_at
        if silent < LATE_S:
            return False
        self.state = LinkState.LATE
        ask_every_s = ASK_EVERY_S
        if silent >= LOST_S:
            self.state = LinkState.LOST
            ask_every_s = 10 * ASK_EVERY_S
        if now - self._asked_at < ask_every_s:
            return False
        self._asked_at = now
        return True

    def silent_s(self, now: float) -> float | None:
        """Seconds since anything was heard; None when nothing ever was."""
        if self._heard_at is None:
            return None
        return now - self._heard_at
