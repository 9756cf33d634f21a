"""Keeps one camera's video under analysis: opens it, replays a file at its own pace, reconnects when it is lost.

One thread a camera. Decides nothing about findings: it hands each to the `sink` it was given.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from telemetry.clock import Clock, SystemClock, iso
from telemetry.errors import VanagasError
from vision.detector import Detector
from vision.findings import Finding
from vision.frames import DEFAULT_TIMEOUT_S, Frame, Video, display_name, is_address, open_video
from vision.pipeline import Counters, analyse
from vision.rules import DEFAULT_RULES, AnyRule

log = logging.getLogger(__name__)

FIRST_RETRY_S = 1.0
LONGEST_RETRY_S = 30.0
MOST_LAG_S = 1.0
"""A picture later than this is decoded but not analysed, so that a busy machine stays with the present."""
STUCK_S = 5.0
"""After skipping this much in a row, the source's clock is taken to have jumped."""
DRIFT = 0.01
"""How much faster or slower than ours a camera's clock may run before that counts as lag."""


class Status(StrEnum):
    """How a stream is."""

    STARTING = "starting"
    """Not one frame yet."""
    RUNNING = "running"
    LOST = "lost"
    """It failed; it is tried again and again."""
    RESTING = "resting"
    """A replayed file between two rounds."""
    ENDED = "ended"
    """A file is through and is not repeated."""
    STOPPED = "stopped"


@dataclass(frozen=True)
class StreamState:
    """A stream as it is at one moment."""

    camera_id: str
    source: str
    """Without user and password."""
    status: Status
    error: str | None
    """Why it is LOST, or what was wrong with the file just played."""
    attempts: int
    """Openings that failed in a row."""
    skipped: int
    """Pictures left out since the machine was too busy."""
    counters: Counters
    """Of the present connection or round."""


class Pace:
    """Tells of each frame whether to wait for it, take it, or leave it out as too late."""

    def __init__(self, *, live: bool, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._live, self._monotonic = live, monotonic
        self._begun: float | None = None
        self._last_s = 0.0
        self._late_since: float | None = None

    def early_s(self, seconds: float) -> float | None:
        """Seconds to wait for the frame that is `seconds` into the video; 0 to take it now; None to leave it out."""
        now = self._monotonic()
        if self._begun is None:
            self._begun = now - seconds
        if self._live:
            self._begun = min(self._begun + DRIFT * (seconds - self._last_s), now - seconds)
        self._last_s = seconds
        early = self._begun + seconds - now
        if early >= -MOST_LAG_S:
            self._late_since = None
            return max(early, 0.0)
        if self._late_since is None:
            self._late_since = now
        if now - self._late_since > STUCK_S:
            self._begun, self._late_since = now - seconds, None
            return 0.0
        return None


class Stream:
    """One camera's video under analysis, on a thread of its own between `start` and `stop`."""

    def __init__(
        self,
        camera_id: str,
        source: str | Path,
        *,
        detector: Detector,
        sink: Callable[[Finding], None],
        rules: Sequence[AnyRule] = DEFAULT_RULES,
        loop: bool = False,
        pause_s: float = 5.0,
        first_retry_s: float = FIRST_RETRY_S,
        timeout_s: float = DEFAULT_TIMEOUT_S,
        clock: Clock | None = None,
    ) -> None:
        """`loop` repeats a file for ever, with `pause_s` between rounds; each round's findings are new ones.

        A source that cannot be opened is tried again after `first_retry_s`, then after twice that, up to
        LONGEST_RETRY_S. `sink` is called on the stream's thread.
        """
        self.camera_id = camera_id
        self._source, self._detector, self._rules, self._sink = source, detector, tuple(rules), sink
        self._loop, self._pause_s, self._first_retry_s, self._timeout_s = loop, pause_s, first_retry_s, timeout_s
        self._clock = clock or SystemClock()
        self._stopping = threading.Event()
        self._changed = threading.Condition()
        self._state = StreamState(camera_id, display_name(source), Status.STARTING, None, 0, 0, Counters())
        self._thread = threading.Thread(target=self._run, name=f"stream {camera_id}", daemon=True)

    def start(self) -> None:
        """Begin. Once only."""
        self._thread.start()

    def stop(self) -> None:
        """End it and wait until its thread is through, at most as long as one read may take."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(self._timeout_s + 5.0)

    def state(self) -> StreamState:
        """How it is now."""
        with self._changed:
            return replace(self._state, counters=replace(self._state.counters))

    def wait_for(self, status: Status, timeout_s: float) -> bool:
        """Wait until it is in `status`; False when that took longer than `timeout_s`."""
        with self._changed:
            return self._changed.wait_for(lambda: self._state.status is status, timeout_s)

    def _run(self) -> None:
        retry_s = self._first_retry_s
        while not self._stopping.is_set():
            try:
                fault = self._play()
            except Exception as error:
                if self.state().status is not Status.LOST:
                    retry_s = self._first_retry_s
                self._lost(error)
                self._stopping.wait(retry_s)
                retry_s = min(2 * retry_s, LONGEST_RETRY_S)
                continue
            if self._stopping.is_set():
                break
            if not self._loop or is_address(self._source):
                self._change(status=Status.ENDED, error=fault)
                return
            self._change(status=Status.RESTING, error=fault)
            self._stopping.wait(self._pause_s)
        self._change(status=Status.STOPPED)

    def _play(self) -> str | None:
        """Analyse the source once, from opening to its end; what was wrong with it, if anything."""
        begun = self._clock.now()
        counters = Counters()
        started_at = None if is_address(self._source) else begun
        with open_video(self._source, started_at=started_at, timeout_s=self._timeout_s, clock=self._clock) as video:
            for finding in analyse(
                self._in_time(video, counters),
                camera_id=self.camera_id,
                detector=self._detector,
                rules=self._rules,
                epoch=iso(begun),
                counters=counters,
            ):
                self._sink(finding)
            return video.fault

    def _in_time(self, video: Video, counters: Counters) -> Iterator[Frame]:
        """Its frames, each at its time; ends when the stream is to stop."""
        pace = Pace(live=video.live)
        for frame in video:
            if frame.index == 0:
                self._running(counters)
            early = pace.early_s(frame.seconds)
            if self._stopping.wait(early or 0):
                return
            if early is None:
                self._change(skipped=self._state.skipped + 1)
            else:
                yield frame

    def _running(self, counters: Counters) -> None:
        if self._state.status is Status.LOST:
            log.info("camera %s: video is back after %d attempts", self.camera_id, self._state.attempts)
        self._change(status=Status.RUNNING, error=None, attempts=0, counters=counters)

    def _lost(self, error: Exception) -> None:
        expected = isinstance(error, VanagasError)
        reason = str(error) if expected else f"the analysis failed: {error!r}"
        if self._state.status is not Status.LOST:
            log.warning("camera %s: %s; trying again", self.camera_id, reason, exc_info=None if expected else error)
        self._change(status=Status.LOST, error=reason, attempts=self._state.attempts + 1)

    def _change(self, **changes: object) -> None:
        with self._changed:
            self._state = replace(self._state, **changes)  # type: ignore[arg-type]
            self._changed.notify_all()
