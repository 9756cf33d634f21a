"""How a stream is, as people ask: since when, how often it is analysed, whether something moves there. Pure."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from telemetry.messages import Message
from vision.feeds.reader import ReaderState, Status
from vision.pipeline.frame_selection import RECHECK_S
from vision.workers.protocol import AnalysisState

OVER_S = 2 * RECHECK_S
"""How far back one looks to say how often it was analysed: a still scene's rare looks must be among it."""
MOVING_S = 2.0
LOOKS_THAT_TELL = 2
"""More looks of the detector than a still scene gets in MOVING_S: something moves."""
CALM_S = 5.0
"""So long nothing moved before it is said: whoever watches does not want it to flicker."""
STALE_S = 2.5 * RECHECK_S
"""A still scene is looked at every RECHECK_S: an older picture than this is no picture of now."""


@dataclass(frozen=True)
class StreamCondition:
    """A stream as it is at one moment."""

    status: Status
    since: datetime
    """When it came to be so, UTC; of a lost one, when its last picture came."""
    error: Message | None
    gated_per_s: float
    """Pictures a second that the analysis looked at for movement."""
    detected_per_s: float
    """Of these, given to the detector."""
    moving: bool
    """Something moves in the picture."""
    damaged: float = 0.0
    """The share of its pictures that came damaged lately, 0..1."""
    stale_since: datetime | None = None
    """When the newest picture that was looked at was taken, UTC, or it began, where that is long ago; else None."""
    stale_why: Message | None = None
    """Why no newer one was looked at."""


@dataclass(frozen=True)
class _Count:
    mono: float
    gated: int
    detected: int
    packets: int
    corrupt: int


class StreamMonitor:
    """Follows one stream. Asked again and again, a second or less apart."""

    def __init__(self) -> None:
        self._status: Status | None = None
        self._since: datetime | None = None
        self._counts: deque[_Count] = deque()
        self._moved = float("-inf")

    def see(self, state: ReaderState, analysed: AnalysisState, *, now: datetime, mono: float) -> StreamCondition:
        """How it is at `now` (UTC), which is `mono` on the monotonic clock in seconds."""
        counters = analysed.counters
        if state.status is not self._status or self._since is None:
            lasted = 0.0 if state.last_at is None or state.status is not Status.LOST else mono - state.last_at
            self._status = state.status
            self._since = now - timedelta(seconds=lasted)
        looks = counters.gated + counters.detections
        self._count(_Count(mono, looks, counters.detections, state.packets, state.corrupt))
        first = self._counts[0]
        last = self._counts[-1]
        span = last.mono - first.mono
        before = next(count for count in self._counts if count.mono >= mono - MOVING_S)
        if last.detected - before.detected >= LOOKS_THAT_TELL:
            self._moved = mono
        running = state.status is Status.RUNNING
        newest = max(self._since, analysed.looked_at or self._since)
        stale = running and (now - newest).total_seconds() > STALE_S
        return StreamCondition(
            state.status,
            self._since,
            state.error,
            (last.gated - first.gated) / span if running and span else 0.0,
            (last.detected - first.detected) / span if running and span else 0.0,
            running and mono - self._moved < CALM_S,
            (last.corrupt - first.corrupt) / max(1, last.packets - first.packets) if running else 0.0,
            newest if stale else None,
            _why_stale(state, analysed) if stale else None,
        )

    def _count(self, count: _Count) -> None:
        """Remember `count`; the counters of a new connection begin at zero, and so does what is remembered."""
        if self._counts and count.gated < self._counts[-1].gated:
            self._counts.clear()
        self._counts.append(count)
        while self._counts[0].mono < count.mono - OVER_S:
            self._counts.popleft()


def _why_stale(state: ReaderState, analysed: AnalysisState) -> Message:
    """Why nothing is looked at though packets come."""
    if analysed.fault is not None:
        return analysed.fault
    if analysed.rate is not None and analysed.rate.late:
        return Message("feeds.too_busy")
    if not analysed.counters.frames:
        return Message("feeds.none_decodable", number=state.packets)
    return Message("feeds.too_late")
