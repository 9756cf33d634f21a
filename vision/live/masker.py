"""Has one camera's stream encoded again while somebody looks, with privacy masks in it, on a thread of its own."""

import logging
import threading
import time
from collections.abc import Callable

from vision.feeds.packet_queue import PacketQueue, StreamEvent
from vision.feeds.packets import Packet, Sink, StreamForm
from vision.feeds.reader import LONGEST_MEMORY, Reader
from vision.live.masked_stream import MaskedStream
from vision.privacy.masks import Masks

log = logging.getLogger(__name__)

LATE_S = 0.25
"""A picture that is older, and not the newest there is, is decoded for those after it and not shown."""
QUEUE_S = 1.0
"""When packets have waited longer, all up to the next key frame are left out."""
LISTEN_S = 0.5


class Masker:
    """Gives `out` what the reader gives, with the masks in every picture; nothing where that cannot be done."""

    def __init__(
        self,
        reader: Reader,
        masks: Masks,
        out: Sink,
        *,
        converted: bool = False,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`out` is called on the masker's thread. `converted`: for a browser that cannot play the camera's own; then
        no larger and no more pictures than `vision.live.conversion_budget` says."""
        self._name = reader.name
        self._masks = masks
        self._out = out
        self._converted = converted
        self._monotonic = monotonic
        # Room for all that a reader remembers: the first viewer's picture is drawn from the last key frame on.
        self._waiting = PacketQueue(most_packets=2 * LONGEST_MEMORY, most_s=QUEUE_S, monotonic=monotonic)
        self._form: StreamForm | None = None
        self._burning: MaskedStream | None = None
        self._begun = self._failed = False
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"masks {reader.name}", daemon=True)
        self._thread.start()
        self._detach = reader.attach(self._waiting)

    def stop(self) -> None:
        """End the run that is under way and wait until the thread is through: nothing comes out any more."""
        self._detach()
        self._stopping.set()
        self._waiting.lost()  # it need not wait for the next picture
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            if (first := self._waiting.get(LISTEN_S)) is not None:
                self._hear([first, *self._waiting.drain()])
        self._end()

    def _hear(self, events: list[StreamEvent]) -> None:
        newest = next((one for one in reversed(events) if isinstance(one, Packet)), None)
        for one in events:
            if self._stopping.is_set():
                return
            if isinstance(one, Packet):
                self._guarded(one, shown=one is newest or self._monotonic() - one.arrived <= LATE_S)
            else:
                self._end()
                self._form = one if isinstance(one, StreamForm) else None

    def _guarded(self, packet: Packet, *, shown: bool) -> None:
        """Burn the masks into one picture. After a failure it is tried again from the next key frame on."""
        try:
            self._burn(packet, shown=shown)
        except Exception:  # whatever it is, nobody gets the picture without its masks
            if not self._failed:
                log.exception("camera %s: it cannot be encoded again, so its live video is not shown", self._name)
            self._failed = True
            self._end()

    def _burn(self, packet: Packet, *, shown: bool) -> None:
        if self._burning is None:
            if self._form is None or not packet.key:
                return
            self._burning = MaskedStream(self._form, self._masks, converted=self._converted)
        for one in self._burning.take(packet, shown=shown):
            if isinstance(one, Packet):
                self._failed = False
                self._out.take(one)
            else:
                if self._begun:
                    self._out.lost()
                self._begun = True
                self._out.begin(one)

    def _end(self) -> None:
        """The run is over."""
        self._burning = None
        if self._begun:
            self._begun = False
            self._out.lost()
