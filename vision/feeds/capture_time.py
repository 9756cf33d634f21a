"""When a picture was taken: the sender's steps on this machine's monotonic clock. Pure; clocks are handed in.

A camera's own clock is not to be believed, nor is the moment a packet comes through the network, nor the wall clock
over time: it is set by people and by NTP. So steps from picture to picture are the sender's, the place where they
begin and the slow correction (a camera's crystal is off by some 50 ppm) come from arrivals on a steady clock.
"""

import logging
import threading
import time
from collections.abc import Callable

from telemetry.clock import Clock, SystemClock

log = logging.getLogger(__name__)

STEP_S = 0.5
"""A wall clock further off than this was set by a step."""
WINDOW_S = 10.0
"""Over so long the least delayed packet tells where the sender is: the network only ever adds delay."""
SLEW = 0.01
"""By at most this share of the time that passes the timeline is drawn towards arrivals."""
LONGEST_GAP_S = 60.0
"""A larger step between time stamps, or one backwards, is taken for a restart of the sender's clock."""
MOST_UNUSABLE = 3
"""Steps in a row that cannot be used; then the times of a live stream are those of arrival, to the end of the run."""
SMALLEST_STEP_S = 0.001
"""Between two pictures that arrive at once."""
FARTHEST_S = 2.0
"""Further behind arrivals than this for a whole window, the timeline begins anew."""


class SteadyTime:
    """UTC that only goes forward: the wall clock as it was, carried on by the monotonic clock.

    A step of the wall clock forward is followed, so that a machine without a clock of its own comes right. One
    backward is not, since the same hour would be there twice: time stays ahead until the next start. Both are logged.
    """

    def __init__(self, clock: Clock | None = None, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock or SystemClock()
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._offset = self._clock.now().timestamp() - monotonic()
        self._ahead = False

    def now(self) -> tuple[float, float]:
        """The present as seconds since 1970 and as the monotonic clock has it."""
        mono = self._monotonic()
        offset = self._clock.now().timestamp() - mono
        with self._lock:
            step = offset - self._offset
            if step > STEP_S:
                log.warning("the clock was set forward by %.1f s; video times follow", step)
                self._offset = offset
                self._ahead = False
            elif step < -STEP_S and not self._ahead:
                log.warning("the clock was set back by %.1f s; video keeps its own time until the next start", -step)
                self._ahead = True
            return mono + self._offset, mono


class CaptureTimeline:
    """The times of one run's packets, one after the other."""

    def __init__(self, *, live: bool, starts_at: float | None = None) -> None:
        """`starts_at`: seconds since 1970 of the first packet, and arrivals are not looked at; else when it comes."""
        self._follows = live and starts_at is None
        self._live = live
        self._given = starts_at
        # Apart, since thousands of small steps added to so large a number would lose microseconds.
        self._base = 0.0
        self._elapsed = 0.0
        self._begun = False
        self._before: float | None = None
        self._window_ends = 0.0
        self._least = self._drift = 0.0
        self._unusable = 0
        self.by_arrival = False
        """Its pictures carry no times that can be used, so each has that of its arrival."""

    def place(self, dts_s: float | None, period_s: float, came: float) -> tuple[float, bool]:
        """When the packet with time stamp `dts_s` is decoded, in seconds since 1970, and whether times jumped there.

        `came` is its arrival by SteadyTime. Later packets always get later times.
        """
        before = self._before
        self._before = dts_s
        if not self._begun:
            self._begun = True
            self._base = came if self._given is None else self._given
            self._open_window(came)
            return self._base, False
        step = None if dts_s is None or before is None else dts_s - before
        usable = step is not None and 0 < step <= LONGEST_GAP_S
        self._unusable = 0 if usable else self._unusable + 1
        self.by_arrival |= self._follows and self._unusable >= MOST_UNUSABLE
        if self.by_arrival:
            self._elapsed = max(self._elapsed + SMALLEST_STEP_S, came - self._base)
            return self._base + self._elapsed, False
        jumped = False
        if step is not None and usable:
            self._elapsed += step * (1 + self._drift)
            jumped = self._follows and self._corrected(came)
        else:
            self._elapsed += period_s
            jumped = self._live and step is not None and step != 0
            if jumped and self._follows:
                self._elapsed = max(self._elapsed, came - self._base)
                self._open_window(came)
        return self._base + self._elapsed, jumped

    def _corrected(self, came: float) -> bool:
        """Draws the timeline towards arrivals; True when it had to begin anew."""
        self._least = min(self._least, came - self._base - self._elapsed)
        if came < self._window_ends:
            return False
        off = self._least
        behind = self._least > FARTHEST_S
        if behind:
            self._elapsed += off
        self._open_window(came)
        self._drift = 0.0 if behind else max(-SLEW, min(SLEW, off / WINDOW_S))
        return behind

    def _open_window(self, came: float) -> None:
        self._window_ends = came + WINDOW_S
        self._least = float("inf")
        self._drift = 0.0
