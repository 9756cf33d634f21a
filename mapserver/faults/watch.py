"""Looks after the parts of a running server and keeps its faults up to date. Repairs nothing itself."""

import asyncio
import logging
from collections.abc import Callable, Iterable

from mapserver.faults.registry import Faults
from mapserver.faults.storage import StorageProbe
from mapserver.faults.values import Amiss, Inspection
from telemetry.supervision import Supervisor, TaskHeartbeat

log = logging.getLogger(__name__)

LOOK_S = 10.0


class FaultWatch:
    """Looks at every part in turn, again and again while it runs."""

    def __init__(
        self,
        faults: Faults,
        storage: StorageProbe,
        inspections: Callable[[], Iterable[Inspection]],
        *,
        every_s: float = LOOK_S,
        supervisor: Supervisor | None = None,
    ) -> None:
        """`inspections` is asked at each look: there may be other towns and files than before."""
        self._faults = faults
        self._storage = storage
        self._every_s = every_s
        self._inspections = inspections
        self._parts: frozenset[str] = frozenset()
        self._worker = (supervisor or Supervisor()).task("faults", self._keep_looking, cancelled=True)

    def start(self) -> None:
        """Begin, with the first look at once."""
        self._worker.start()

    async def stop(self) -> None:
        """End."""
        await self._worker.stop()
        self._storage.close()

    async def look(self) -> None:
        """Look at every part once."""
        stored = await self._storage.ask()
        if isinstance(stored, Amiss):
            self._faults.begin("storage", stored)
        else:
            self._faults.end("storage")
        await asyncio.to_thread(self._inspect)

    def _inspect(self) -> None:
        inspections = list(self._inspections())
        parts = frozenset(inspection.part for inspection in inspections)
        for gone in self._parts - parts:
            self._faults.end(gone)
        self._parts = parts
        for inspection in inspections:
            try:
                self._faults.take(inspection)
            except Exception:  # one part that cannot be looked at must not hide the others
                log.exception("%s could not be inspected", inspection.part)

    async def _keep_looking(self, heartbeat: TaskHeartbeat) -> None:
        while not heartbeat.stopping:
            await self.look()
            heartbeat.worked()
            await heartbeat.wait(self._every_s)
