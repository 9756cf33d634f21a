"""Hands what a reader gives to an analyst in the same process, on a thread of its own: the reader must not wait."""

import threading

from vision.feeds.packet_queue import PacketQueue
from vision.feeds.reader import Reader
from vision.workers.analyst import Analyst

LISTEN_S = 0.5
"""How often, with nothing coming, it is looked whether it is to stop."""


class Pump:
    """One stream's way from `reader` to `analyst`, which analyses it under the reader's name already."""

    def __init__(self, reader: Reader, analyst: Analyst) -> None:
        self._reader = reader
        self._analyst = analyst
        self._packet_queue = PacketQueue()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"pump {reader.name}", daemon=True)

    @property
    def dropped(self) -> int:
        """Packets that were lost since analysis was too slow."""
        return self._packet_queue.dropped

    def start(self) -> None:
        """Begin. Once only."""
        self._detach = self._reader.attach(self._packet_queue)
        self._thread.start()

    def stop(self) -> None:
        """Hand on no more; what came is handed on."""
        self._detach()
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            event = self._packet_queue.get(LISTEN_S)
            if event is not None:
                self._analyst.take(self._reader.name, event)
            elif self._stopping.is_set():
                return
