"""Work that is done again and again while the program runs. Knows nothing of the work."""

import asyncio
import contextlib
import logging
from collections.abc import Callable

log = logging.getLogger(__name__)


class Rounds:
    """Does `work` on a thread every `every_s` seconds, at once when started. What fails is logged and tried again."""

    def __init__(self, work: Callable[[], object], *, every_s: float, name: str) -> None:
        """`name` says in the log what failed: "forgetting plates"."""
        self._work, self._every_s, self._name = work, every_s, name
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._go_round())

    async def stop(self) -> None:
        """Begin no further round; the one under way is finished first, as its thread could not be stopped anyway."""
        self._stopping.set()
        if self._task is not None:
            await self._task

    async def _go_round(self) -> None:
        while not self._stopping.is_set():
            try:
                await asyncio.to_thread(self._work)
            except Exception:
                log.exception("%s failed; trying again in %g s", self._name, self._every_s)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), self._every_s)
