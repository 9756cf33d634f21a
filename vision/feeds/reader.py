"""Keeps one connection to a source open and hands its packets to every sink: reconnects, replays files, says how it is.

One supervised thread a reader. Decodes nothing and keeps nothing but the pictures since the last key frame.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from telemetry.clock import from_epoch
from telemetry.errors import VanagasError
from telemetry.messages import Message
from telemetry.supervision import Supervisor, ThreadHeartbeat
from vision.feeds.address import Transport, display_name, is_address
from vision.feeds.capture_time import SteadyTime
from vision.feeds.containers import SourceRefused
from vision.feeds.packets import Packet, Sink, StreamForm
from vision.feeds.source import OPEN_TIMEOUT_S, open_source
from vision.feeds.stall_limit import StallLimit

log = logging.getLogger(__name__)

RETRY_S = 0.8
"""From a loss to the next attempt, always: a refused connection costs nothing, and a camera that is back is missed."""
REFUSED_S = 60.0
LONGEST_REFUSED_S = 1_800.0
"""From a refused password to the next attempt, and after every other twice as long, up to so long: many cameras lock
an account after five to ten wrong passwords in half an hour."""
FILE_PAUSE_S = 150.0
"""Between two rounds of a file that stands in for a live camera."""
LONGEST_MEMORY = 500
"""Packets since the last key frame beyond which none are kept for those who come later."""


class Status(StrEnum):
    """How a stream is."""

    STARTING = "starting"
    """Not one picture yet."""
    RUNNING = "running"
    LOST = "lost"
    """It failed; it is tried again and again."""
    RESTING = "resting"
    """A replayed file between two rounds."""
    ENDED = "ended"
    """A file is through and is not repeated."""
    STOPPED = "stopped"


@dataclass(frozen=True)
class ReaderState:
    """A reader as it is at one moment."""

    source: str
    """Without user and password."""
    status: Status
    error: Message | None
    """Why it is LOST, or what was wrong with the file just played."""
    attempts: int
    """Openings that failed in a row."""
    form: StreamForm | None
    """Of the present run."""
    packets: int
    """Since the start."""
    corrupt: int
    """Of these, damaged on the way."""
    last_at: float | None
    """When the last packet came, on the monotonic clock."""
    note: Message | None = None
    """What is to be known of a stream that runs."""


class Reader:
    """One source, read on a thread of its own between `start` and `stop`."""

    def __init__(
        self,
        name: str,
        source: str | Path,
        *,
        transport: Transport = "tcp",
        loop: bool = False,
        pause_s: float = 5.0,
        retry_s: float = RETRY_S,
        refused_s: float = REFUSED_S,
        timeout_s: float = OPEN_TIMEOUT_S,
        steady: SteadyTime | None = None,
        rhythm: StallLimit | None = None,
        supervisor: Supervisor | None = None,
        part: str = "",
    ) -> None:
        """`name` is whose video it is. `loop` repeats a file for ever, with `pause_s` between rounds.

        `part` tells it from other readers of the same camera where they are reported.
        """
        self.name = name
        self._source = source
        self._transport = transport
        self._loop = loop
        self._pause_s = pause_s
        self._retry_s = retry_s
        self._refused_s = refused_s
        self._timeout_s = timeout_s
        self._refusals = 0
        self._rhythm = rhythm or StallLimit()
        self._steady = steady or SteadyTime()
        self._changed = threading.Condition()
        self._state = ReaderState(display_name(source), Status.STARTING, None, 0, None, 0, 0, None)
        self._form: StreamForm | None = None
        self._packets = self._corrupt = 0
        self._last_at: float | None = None
        self._sinks: list[Sink] = []
        self._recent: list[Packet] = []
        self._passing = threading.Lock()
        self._worker = (supervisor or Supervisor()).thread(f"reader {name} {part}".rstrip(), self._run)

    def attach(self, sink: Sink) -> Callable[[], None]:
        """Hand packets to `sink`, beginning with those since the last key frame. Returns the way to end it."""
        with self._passing:
            if self._form is not None:
                sink.begin(self._form)
                for packet in self._recent:
                    sink.take(packet)
            self._sinks.append(sink)
        return lambda: self._detach(sink)

    def start(self) -> None:
        """Begin. Once only."""
        self._worker.start()

    def stop(self) -> None:
        """End it and wait until its thread is through, at most as long as one opening may take."""
        self._worker.stop(self._timeout_s + 5.0)

    def state(self) -> ReaderState:
        """How it is now."""
        with self._changed:
            return replace(
                self._state, form=self._form, packets=self._packets, corrupt=self._corrupt, last_at=self._last_at
            )

    def wait_for(self, status: Status, timeout_s: float) -> bool:
        """Wait until it is in `status`; False when that took longer than `timeout_s`."""
        with self._changed:
            return self._changed.wait_for(lambda: self._state.status is status, timeout_s)

    def _run(self, heartbeat: ThreadHeartbeat) -> None:
        while not heartbeat.stopping:
            try:
                fault = self._play(heartbeat)
            except Exception as error:
                wait_s = self._pause_after(error)
                self._lost(error, wait_s)
                heartbeat.wait(wait_s)
                continue
            if heartbeat.stopping:
                break
            if not self._loop:
                self._change(status=Status.ENDED, error=fault)
                return
            self._change(status=Status.RESTING, error=fault)
            heartbeat.wait(self._pause_s)
        self._change(status=Status.STOPPED)

    def _play(self, heartbeat: ThreadHeartbeat) -> Message | None:
        """Read the source once, from opening to its end; what was wrong with it, if anything."""
        begun, mono = self._steady.now()
        started_at = None
        if not is_address(self._source):
            started_at = from_epoch(begun)
        opened = open_source(
            self._source,
            started_at=started_at,
            transport=self._transport,
            timeout_s=self._timeout_s,
            steady=self._steady,
            rhythm=self._rhythm,
        )
        self._refusals = 0
        with opened as source:
            try:
                for read in source:
                    packet = read
                    if not source.live:
                        packet = self._when_due(read, mono + read.at.timestamp() - begun, heartbeat)
                    if heartbeat.stopping:
                        break
                    if source.jumped:
                        self._end_run()
                    self._pass(source.form, packet)
                    heartbeat.worked()
                    if source.note != self._state.note:
                        self._change(note=source.note)
            finally:
                self._end_run()
                self._change(note=None)
            return source.fault

    def _when_due(self, packet: Packet, mono: float, heartbeat: ThreadHeartbeat) -> Packet:
        """Waits until a file's packet would have come from a camera, and says so in it."""
        heartbeat.wait(max(0.0, mono - time.monotonic()))
        seconds, mono = self._steady.now()
        return replace(packet, arrived=mono, arrived_at=from_epoch(seconds))

    def _pass(self, form: StreamForm, packet: Packet) -> None:
        """Hand one packet to every sink, and remember it for those who come before the next key frame."""
        with self._passing:
            if self._form is None:
                if not packet.key:
                    return
                self._form = form
                self._each(lambda sink: sink.begin(form))
            if packet.key:
                self._recent.clear()
            if packet.key or 0 < len(self._recent) < LONGEST_MEMORY:
                self._recent.append(packet)
            else:
                self._recent.clear()
            self._each(lambda sink: sink.take(packet))
        self._packets += 1
        self._corrupt += packet.corrupt
        self._last_at = packet.arrived
        if self._state.status is not Status.RUNNING:
            self._running()

    def _end_run(self) -> None:
        with self._passing:
            if self._form is not None:
                self._form = None
                self._recent.clear()
                self._each(lambda sink: sink.lost())

    def _each(self, tell: Callable[[Sink], None]) -> None:
        for sink in list(self._sinks):
            try:
                tell(sink)
            except Exception:  # one sink's trouble must not end the others
                log.exception("%s: a sink failed and gets no more of its video", self.name)
                self._sinks.remove(sink)

    def _detach(self, sink: Sink) -> None:
        with self._passing:
            if sink in self._sinks:
                self._sinks.remove(sink)
                if self._form is not None:
                    sink.lost()

    def _running(self) -> None:
        if self._state.status is Status.LOST:
            log.info("camera %s: video is back after %d attempts", self.name, self._state.attempts)
        self._change(status=Status.RUNNING, error=None, attempts=0)

    def _pause_after(self, error: Exception) -> float:
        """How long to wait before the next attempt."""
        if not isinstance(error, SourceRefused):
            return self._retry_s
        self._refusals += 1
        return float(min(self._refused_s * 2 ** (self._refusals - 1), LONGEST_REFUSED_S))

    def _lost(self, error: Exception, wait_s: float) -> None:
        expected = isinstance(error, VanagasError)
        # What is not expected may quote the address, password included.
        reason = Message("feeds.reading_failed", kind=type(error).__name__)
        if isinstance(error, VanagasError):
            reason = error.told
        if isinstance(error, SourceRefused):
            reason = Message("feeds.asked_again_later", reason=reason, wait_s=wait_s)
        if self._state.status is not Status.LOST:
            log.warning("camera %s: %s; trying again", self.name, reason, exc_info=None if expected else error)
        self._change(status=Status.LOST, error=reason, attempts=self._state.attempts + 1)

    def _change(self, **changes: object) -> None:
        with self._changed:
            self._state = replace(self._state, **changes)  # type: ignore[arg-type]
            self._changed.notify_all()
