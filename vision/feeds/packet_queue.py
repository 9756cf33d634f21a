"""A sink that never makes the reader wait: a bounded queue to another thread that drops to the next key frame."""

import math
import threading
import time
from collections import deque
from collections.abc import Callable
from enum import Enum
from typing import TypeAlias

from vision.feeds.packets import Packet, StreamForm


class StreamMark(Enum):
    """What is handed over beside forms and packets."""

    LOST = "lost"
    """The run is over."""
    WITHDRAWN = "withdrawn"
    """What was taken so far is to be shown no more."""


StreamEvent: TypeAlias = StreamForm | Packet | StreamMark
"""A run's form when it begins, its packets, LOST when it is over; WITHDRAWN at any time."""


class PacketQueue:
    """Holds what a reader gives until somebody on another thread takes it.

    Whoever is too slow loses every packet in the queue and goes on with the next key frame: what is old by then is
    of no use to a viewer or to analysis, and nothing can be decoded from its middle.
    """

    def __init__(
        self,
        *,
        most_packets: int = 250,
        most_bytes: int = 32 * 1024 * 1024,
        most_s: float = math.inf,
        on_event: Callable[[], None] = lambda: None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """When a key frame comes and packets have waited for `most_s`, they go and the taker continues with it.

        `on_event` is called, on the reader's thread, whenever there is something to take; it must not raise.
        """
        self._most_packets = most_packets
        self._most_bytes = most_bytes
        self._most_s = most_s
        self._on_event = on_event
        self._monotonic = monotonic
        self._queue: deque[StreamEvent] = deque()
        self._since: deque[float] = deque()
        """When each of the packets in the queue came."""
        self._bytes = 0
        self._until_key = False
        self._changed = threading.Condition()
        self.dropped = 0
        """Packets that were lost since the taker was too slow."""

    def begin(self, form: StreamForm) -> None:
        """A run begins."""
        with self._changed:
            self._until_key = False
            self._put(form)

    def take(self, packet: Packet) -> None:
        """The next packet, unless the queue is full or a key frame is waited for."""
        with self._changed:
            now = self._monotonic()
            late = packet.key and bool(self._since) and now - self._since[0] > self._most_s
            if late or len(self._since) >= self._most_packets or self._bytes >= self._most_bytes:
                self.dropped += len(self._since)
                self._drop_waiting()
            if self._until_key and not packet.key:
                self.dropped += 1
                return
            self._until_key = False
            self._since.append(now)
            self._bytes += len(packet.data)
            self._put(packet)

    def lost(self) -> None:
        """The run is over."""
        with self._changed:
            self._put(StreamMark.LOST)

    def withdraw(self) -> None:
        """Forget the packets that wait, and say so: nobody may see them any more, nor those that were taken already."""
        with self._changed:
            self._drop_waiting()
            self._put(StreamMark.WITHDRAWN)

    def get(self, timeout_s: float) -> StreamEvent | None:
        """The next event; None when there is none within `timeout_s`."""
        with self._changed:
            if not self._queue:
                self._changed.wait(timeout_s)
            if self._queue:
                return self._pop()
            return None

    def drain(self) -> list[StreamEvent]:
        """All there is, at once."""
        with self._changed:
            events = list(self._queue)
            self._queue.clear()
            self._forget()
            return events

    def _put(self, event: StreamEvent) -> None:
        self._queue.append(event)
        self._changed.notify()
        self._on_event()

    def _pop(self) -> StreamEvent:
        event = self._queue.popleft()
        if isinstance(event, Packet):
            self._since.popleft()
            self._bytes -= len(event.data)
        return event

    def _drop_waiting(self) -> None:
        """Forget the packets, keep what runs began and ended."""
        self._queue = deque(event for event in self._queue if not isinstance(event, Packet))
        self._forget()
        self._until_key = True

    def _forget(self) -> None:
        self._since.clear()
        self._bytes = 0
