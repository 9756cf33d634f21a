"""A link's frames, both directions, written to a telemetry log as they pass. Reads none of them.

Format: `telemetry.logs.tlog`. Frames wait in memory for at most `FLUSH_S` and are then the operating system's, so that
a killed program loses no more than that. A disk that takes nothing never stops a flight: it is said once, in `trouble`.
"""

import asyncio
import logging
import threading
from pathlib import Path

from telemetry.clock import Clock

log = logging.getLogger(__name__)

FLUSH_S = 0.5
MOST_WAITING = 4 << 20
"""Bytes kept in memory while the disk is busy; what comes beyond them is not kept."""


class TlogRecorder:
    """Writes from `start` to `close`; a file that is there already is gone on with."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._waiting = bytearray()
        self._flushing: asyncio.Task[None] | None = None
        self._writing = threading.Lock()
        self.trouble: str | None = None
        """Why frames were not kept, in a sentence; None while every one was."""

    def start(self) -> None:
        """Begin to write what `take` is given."""
        self._flushing = asyncio.create_task(self._keep_flushing())

    def take(self, frame: bytes) -> None:
        """One whole frame that passed just now, whichever way."""
        if len(self._waiting) < MOST_WAITING:
            self._waiting += int(self._clock.now().timestamp() * 1e6).to_bytes(8, "big") + frame
        else:
            self._say("the disk is too slow")

    def close(self) -> None:
        """Write the rest."""
        if self._flushing is not None:
            self._flushing.cancel()
            self._flushing = None
            self._write(self._taken())

    async def _keep_flushing(self) -> None:
        while True:
            await asyncio.sleep(FLUSH_S)
            await asyncio.shield(asyncio.to_thread(self._write, self._taken()))

    def _taken(self) -> bytearray:
        taken = self._waiting
        self._waiting = bytearray()
        return taken

    def _write(self, data: bytearray) -> None:
        if not data:
            return
        try:
            with self._writing:  # closing does not wait for a write that is under way
                self._path.parent.mkdir(parents=True, exist_ok=True)
                with self._path.open("ab") as file:
                    file.write(data)
        except OSError as error:
            self._say(error.strerror or str(error))

    def _say(self, why: str) -> None:
        if self.trouble is None:
            self.trouble = f"the flight is not on record in {self._path.name} any more: {why}"
            log.error("%s", self.trouble)
