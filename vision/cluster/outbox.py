"""Sends findings home, one after the other, until there is a receipt for each. Never makes analysis wait."""

import logging
import threading
import time
from collections import deque
from dataclasses import dataclass
from functools import reduce

from telemetry.messages import Message
from vision.cluster.destination import ANSWER_WITHIN_S, Destination, FindingChannel
from vision.cluster.finding_json import to_json
from vision.cluster.http_channel import HttpChannel
from vision.cluster.mqtt_channel import MqttChannel
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


class Outbox:
    """Findings on their way to one home, sent on a thread of its own between `start` and `stop`."""

    def __init__(self, home: Destination, *, most: int = 1_000, most_bytes: int = 64 * 1024 * 1024) -> None:
        """Beyond `most` findings or `most_bytes` the oldest are given up."""
        self._home = home
        self._most = most
        self._most_bytes = most_bytes
        self._queue: deque[bytes] = deque()
        self._bytes = self._sent = self._dropped = self._refused = 0
        self._fault: Message | None = None
        self._give_up_at: float | None = None
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)

    def start(self) -> None:
        """Begin. Once only."""
        self._thread.start()

    def stop(self, *, within_s: float) -> None:
        """Take no more, try for `within_s` seconds to send what waits, and end."""
        with self._changed:
            self._give_up_at = time.monotonic() + within_s
            self._changed.notify_all()
        self._thread.join(within_s + ANSWER_WITHIN_S)

    def move(self, home: Destination) -> None:
        """Send to `home` from now on, also what waits."""
        with self._changed:
            self._home = home

    def put(self, finding: Finding) -> None:
        """Send it, in its turn. Returns at once and never raises."""
        try:
            body = to_json(finding)
        except (TypeError, ValueError):
            log.exception("camera %s: the finding %s cannot be sent", finding.camera_id, finding.ref)
            with self._changed:
                self._refused += 1
            return
        with self._changed:
            while self._queue and (len(self._queue) >= self._most or self._bytes + len(body) > self._most_bytes):
                self._bytes -= len(self._queue.popleft())
                self._dropped += 1
                log.warning("camera %s: %d findings given up, too many wait", finding.camera_id, self._dropped)
            self._queue.append(body)
            self._bytes += len(body)
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
            body, home = first
            if home != where:
                way.close()
                way = channel_to(home)
                where = home
            answer = way.send(body)
            if answer.for_good:
                log.error("a finding is refused and given up: %s", answer.fault)
            with self._changed:
                if answer.fault is None or answer.for_good:
                    self._through(body, refused=answer.for_good)
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

    def _first(self) -> tuple[bytes, Destination] | None:
        """The finding to send next, as soon as there is one; None when it is over."""
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self._give_up_at is not None)
            over = self._give_up_at is not None and time.monotonic() >= self._give_up_at
            if over or not self._queue:
                return None
            return (self._queue[0], self._home)

    def _through(self, body: bytes, *, refused: bool) -> None:
        """`body` is not to be sent again; it may have been given up meanwhile."""
        self._sent = self._sent + (not refused)
        self._refused = self._refused + refused
        if self._queue and self._queue[0] is body:
            self._bytes -= len(self._queue.popleft())
        if self._fault is not None:
            log.info("findings come home again; %d wait", len(self._queue))
        self._fault = None


def channel_to(home: Destination) -> FindingChannel:
    """The way that the scheme of its address names. Connects to nothing."""
    if home.url.startswith("mqtt"):
        return MqttChannel(home)
    return HttpChannel(home)
