"""A worker on the event loop, which is started again when it fails."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from telemetry.supervision.heartbeat import TaskHeartbeat
from telemetry.supervision.record import WorkerRecord
from telemetry.supervision.values import STOP_S

log = logging.getLogger(__name__)

TaskRun = Callable[[TaskHeartbeat], Awaitable[None]]
"""The work: goes on until the heartbeat says that it is to end; returning earlier means that nothing is left to do."""


class TaskWorker:
    """Made by a `Supervisor`. May be started again once it was stopped."""

    def __init__(self, record: WorkerRecord, run: TaskRun, crew: set[WorkerRecord], *, cancelled: bool) -> None:
        self._record = record
        self._cancelled = cancelled
        self._run = run
        self._crew = crew
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, on the running event loop."""
        self._stopping = asyncio.Event()
        self._crew.add(self._record)
        self._record.begin()
        self._task = asyncio.create_task(self._keep_running(self._stopping), name=self._record.name)

    async def stop(self, within_s: float = STOP_S) -> bool:
        """Have it end and wait for that; False when it has not after `within_s` and is given up.

        One that was never started has ended.
        """
        if self._task is None:
            return True
        self._stopping.set()
        if self._cancelled:
            self._task.cancel()
        await asyncio.wait({self._task}, timeout=within_s)
        ended = self._task.done()
        if not ended:
            log.warning("the worker %r is still busy after %g s; it is cancelled", self._record.name, within_s)
            self._task.cancel()
            await asyncio.wait({self._task}, timeout=within_s)
        self._task = None
        self._crew.discard(self._record)
        return ended

    async def _keep_running(self, stopping: asyncio.Event) -> None:
        heartbeat = TaskHeartbeat(self._record, stopping)
        while not stopping.is_set():
            try:
                await self._run(heartbeat)
                break
            except Exception as error:
                if await heartbeat.wait(self._record.fail(error)):
                    break
                self._record.begin()
        self._record.end()
