"""Forgets plates that hit nothing when their time has come, while it is started. Decides nothing."""

import asyncio
import logging

from telemetry.clock import Clock
from telemetry.store import Store
from vision.plates.screening import forget

log = logging.getLogger(__name__)

EVERY_S = 300.0


class PlateForgetter:
    """Looks for what is due every `every_s` seconds, at once when started."""

    def __init__(self, store: Store, *, clock: Clock, every_s: float = EVERY_S) -> None:
        self._store, self._clock, self._every_s = store, clock, every_s
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stop."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def forget(self) -> int:
        """Forget what is due now; how many reads that were."""
        with self._store.write() as work:
            return forget(work, now=self._clock.now())

    async def _run(self) -> None:
        while True:
            try:
                await asyncio.to_thread(self.forget)
            except Exception:
                log.exception("plates that are due could not be forgotten; trying again")
            await asyncio.sleep(self._every_s)
