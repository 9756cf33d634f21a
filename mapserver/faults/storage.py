"""Can this server store? It is tried by a small commit and a file, seldom, by one thread and never by two."""

import asyncio
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from mapserver.faults.values import Amiss, Sound
from telemetry.messages import Message
from telemetry.store import STORE_ERRORS, Store, require_room

FRESH_S = 3.0
"""An answer is given again for so long."""
PATIENCE_S = 3.0
"""What takes longer than this is no answer: whoever asks is told that nothing can be stored now."""
WHAT = Message("faults.not_stored")


class StorageProbe:
    """Whether a commit and a file reach the disk."""

    def __init__(self, store: Store, folder: Path) -> None:
        """`folder` is where files are kept beside the database."""
        self._store = store
        self._folder = folder
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="storage probe")
        self._running: Future[Sound | Amiss] | None = None
        self._last: tuple[float, Sound | Amiss] | None = None

    async def ask(self) -> Sound | Amiss:
        """The answer, at most `FRESH_S` old; never later than `PATIENCE_S`."""
        if self._last is not None and time.monotonic() - self._last[0] < FRESH_S:
            return self._last[1]
        if self._running is None or self._running.done():
            self._running = self._thread.submit(self._try)
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await asyncio.shield(asyncio.wrap_future(self._running))
        except TimeoutError:
            return Amiss(WHAT, Message("faults.write_slow", within_s=PATIENCE_S))

    def close(self) -> None:
        """Begin no other try."""
        self._thread.shutdown(wait=False)

    def _try(self) -> Sound | Amiss:
        found = probe_storage(self._store, self._folder)
        self._last = (time.monotonic(), found)
        return found


def probe_storage(store: Store, folder: Path) -> Sound | Amiss:
    """Commit something and write a file, both of no meaning."""
    try:
        store.try_writing()
    except STORE_ERRORS as error:
        return Amiss(WHAT, Message("faults.database_refuses", reason=getattr(error, "orig", error)))
    try:
        require_room(folder)
    except OSError as error:
        return Amiss(WHAT, Message("faults.folder_refuses", folder=folder, reason=error.strerror))
    return Sound(Message("faults.stored"))
