"""Sends findings home, one after the other, until there is a receipt for each. Analysis waits for the disk alone."""

import logging
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

from telemetry.messages import Message
from vision.cluster.destination import ANSWER_WITHIN_S, Destination, FindingChannel
from vision.cluster.finding_json import to_json
from vision.cluster.http_channel import HttpChannel
from vision.cluster.mqtt_channel import MqttChannel
from vision.cluster.spool import Spool
from vision.findings import Finding

log = logging.getLogger(__name__)

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 15.0
"""Between two attempts: the first, doubled up to the longest while home does not answer."""


@dataclass(frozen=True)
class Outgoing:
    """How an outbox is at one moment."""

    waiting: int
    sent: int
    """There is a receipt for each."""
    dropped: int
    """Given up since too many were waiting."""
    refused: int
    """Given up since home would not have them."""
    fault: Message | None
    """Why the first that waits is not home yet; None when it was not tried in vain."""

    @property
    def trouble(self) -> Message | None:
        """What is amiss; None when nothing is."""
        parts: list[Message] = []
        if self.fault is not None:
            parts.append(Message("cluster.findings_wait", count=self.waiting, reason=self.fault))
        elif self.dropped or self.refused:
            parts.append(Message("cluster.findings_lost"))
        if self.dropped:
            parts.append(Message("cluster.findings_dropped", count=self.dropped))
        if self.refused:
            parts.append(Message("cluster.findings_refused", count=self.refused))
        if not parts:
            return None
        return reduce(lambda one, other: Message("feeds.both", one=one, other=other), parts)


@dataclass(frozen=True)
class _Waiting:
    """A finding on its way."""

    body: bytes
    file: Path | None
    """Where it is on disk; None where the disk took it not."""


class Outbox:
    """Findings on their way to one home, sent on a thread of its own between `start` and `stop`."""

    def __init__(
        self,
        home: Destination,
        *,
        spool: Spool | None = None,
        most: int = 1_000,
        most_bytes: int = 64 * 1024 * 1024,
    ) -> None:
        """Beyond `most` findings or `most_bytes` the oldest are given up. `spool` keeps them on disk meanwhile."""
        self._home = home
        self._spool = spool
        self._most = most
        self._most_bytes = most_bytes
        self._queue: deque[_Waiting] = deque()
        self._bytes = self._sent = self._dropped = self._refused = 0
        self._fault: Message | None = None
        self._give_up_at: float | None = None
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)

    def start(self) -> None:
        """Begin, with what an earlier process could not send. Once only."""
        if self._spool is not None:
            with self._changed:
                for file, body in self._spool.take_over():
                    self._append(_Waiting(body, file))
        self._thread.start()

    def stop(self, *, within_s: float) -> None:
        """Take no more, try for `within_s` seconds to send what waits, and end."""
        with self._changed:
            self._give_up_at = time.monotonic() + within_s
            self._changed.notify_all()
        self._thread.join(within_s + ANSWER_WITHIN_S)
        if self._spool is not None:
            with self._changed:
                self._spool.close()

    def move(self, home: Destination) -> None:
        """Send to `home` from now on, also what waits."""
        with self._changed:
            self._home = home

    def put(self, finding: Finding) -> None:
        """Send it, in its turn. Returns as soon as it is on disk, and never raises."""
        try:
            body = to_json(finding)
        except (TypeError, ValueError):
            log.exception("camera %s: the finding %s cannot be sent", finding.camera_id, finding.ref)
            with self._changed:
                self._refused += 1
            return
        with self._changed:
            file = None if self._spool is None else self._spool.keep(body)
            self._append(_Waiting(body, file))
            self._changed.notify_all()

    def state(self) -> Outgoing:
        """How it is now."""
        with self._changed:
            return Outgoing(len(self._queue), self._sent, self._dropped, self._refused, self._fault)

    def _run(self) -> None:
        pause_s = FIRST_PAUSE_S
        where = self._home
        way = channel_to(where)
        while (first := self._first()) is not None:
            waiting, home = first
            if home != where:
                way.close()
                way = channel_to(home)
                where = home
            answer = way.send(waiting.body)
            if answer.for_good:
                log.error("a finding is refused and given up: %s", answer.fault)
            with self._changed:
                if answer.fault is None or answer.for_good:
                    self._through(waiting, refused=answer.for_good)
                    pause_s = FIRST_PAUSE_S
                    continue
                if self._fault is None:
                    log.warning("findings do not come home: %s; trying again", answer.fault)
                self._fault = answer.fault
                if self._give_up_at is None:
                    self._changed.wait_for(lambda: self._give_up_at is not None, pause_s)
                else:
                    self._changed.wait(max(0.0, min(FIRST_PAUSE_S, self._give_up_at - time.monotonic())))
                pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
        way.close()

    def _append(self, waiting: _Waiting) -> None:
        size = len(waiting.body)
        while self._queue and (len(self._queue) >= self._most or self._bytes + size > self._most_bytes):
            self._forget_first()
            self._dropped += 1
            log.warning("%d findings given up, too many wait", self._dropped)
        self._queue.append(waiting)
        self._bytes += size

    def _forget_first(self) -> None:
        first = self._queue.popleft()
        self._bytes -= len(first.body)
        if first.file is not None:
            with suppress(OSError):  # it is sent once more then, which changes nothing at home
                first.file.unlink(missing_ok=True)

    def _first(self) -> tuple[_Waiting, Destination] | None:
        """The finding to send next, as soon as there is one; None when it is over."""
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self._give_up_at is not None)
            over = self._give_up_at is not None and time.monotonic() >= self._give_up_at
            if over or not self._queue:
                return None
            return (self._queue[0], self._home)

    def _through(self, waiting: _Waiting, *, refused: bool) -> None:
        """It is not to be sent again; it may have been given up meanwhile."""
        self._sent = self._sent + (not refused)
        self._refused = self._refused + refused
        if self._queue and self._queue[0] is waiting:
            self._forget_first()
        if self._fault is not None:
            log.info("findings come home again; %d wait", len(self._queue))
        self._fault = None


def channel_to(home: Destination) -> FindingChannel:
    """The way that the scheme of its address names. Connects to nothing."""
    if home.url.startswith("mqtt"):
        return MqttChannel(home)
    return HttpChannel(home)
