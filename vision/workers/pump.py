"""Hands what a reader gives to an analyst in the same process, on a thread of its own: the reader must not wait."""

import threading

from vision.feeds.handover import Handover
from vision.feeds.reader import Reader
from vision.workers.analyst import Analyst

LISTEN_S = 0.5
"""How often, with nothing coming, it is looked whether it is to stop."""


class Pump:
    """One stream's way from `reader` to `analyst`, which analyses it under the reader's name already."""

    def __init__(self, reader: Reader, analyst: Analyst) -> None:
        self._reader, self._analyst, self._handover = reader, analyst, Handover()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"pump {reader.name}", daemon=True)

    @property
    def dropped(self) -> int:
        """Packets that were lost since analysis was too slow."""
        return self._handover.dropped

    def start(self) -> None:
        """Begin. Once only."""
        self._detach = self._reader.attach(self._handover)
        self._thread.start()

    def stop(self) -> None:
        """Hand on no more; what came is handed on."""
        self._detach()
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            news = self._handover.get(LISTEN_S)
            if news is not None:
                self._analyst.take(self._reader.name, news)
            elif self._stopping.is_set():
                return
