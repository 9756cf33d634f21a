"""Looks once a day for observations and pictures whose time has come, while it is started. Decides nothing."""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta

from incidents.retention import service
from incidents.retention.service import Rules
from telemetry.clock import Clock
from telemetry.store import MediaStore, Store

log = logging.getLogger(__name__)

EVERY_S = 86_400.0
UNUSED = timedelta(days=1)
"""A picture's file goes only when nobody handed the same picture in for so long."""


class RetentionDesk:
    """Forgets what is due every `every_s` seconds, at once when started."""

    def __init__(
        self, store: Store, media: MediaStore, *, rules: Callable[[], Rules], clock: Clock, every_s: float = EVERY_S
    ) -> None:
        self._store, self._media, self._rules = store, media, rules
        self._clock, self._every_s = clock, every_s
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
        """Forget what is due now, a batch a unit of work so that others get their turn; how many observations."""
        rules, now = self._rules(), self._clock.now()
        done, reached, more = 0, None, True
        while more:
            with self._store.read() as session:
                ids, reached = service.due(session, rules, now, after=reached)
            if ids:
                with self._store.write() as work:
                    done += service.forget(work, ids, rules, now=now)
            more = reached is not None
        self._delete_pictures()
        return done

    def _delete_pictures(self) -> None:
        """Delete the files of pictures that nothing names any more; what a crash leaves over goes the next time."""
        with self._store.read() as session:
            going = service.leaving(session)
        unused_since = self._clock.now() - UNUSED
        gone = [sha256 for sha256 in going if self._media.discard(sha256, unused_since=unused_since)]
        if gone:
            with self._store.write() as work:
                service.left(work, gone)

    async def _run(self) -> None:
        while True:
            try:
                await asyncio.to_thread(self.forget)
            except Exception:
                log.exception("what is past its time could not be forgotten; trying again tomorrow")
            await asyncio.sleep(self._every_s)
