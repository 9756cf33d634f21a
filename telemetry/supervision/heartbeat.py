"""What a running worker has of its supervisor: it learns that it is to end, and shows that it lives and works."""

import asyncio
import threading
from contextlib import suppress

from telemetry.supervision.record import WorkerRecord


class Heartbeat:
    """The part that workers on threads and on the event loop have in common."""

    def __init__(self, record: WorkerRecord) -> None:
        self._record = record

    def worked(self) -> None:
        """A piece of the work is done: what failed before works again."""
        self._record.work()


class ThreadHeartbeat(Heartbeat):
    """Of a worker on a thread of its own."""

    def __init__(self, record: WorkerRecord, stopping: threading.Event) -> None:
        super().__init__(record)
        self._stopping = stopping

    @property
    def stopping(self) -> bool:
        """Whether it is to end."""
        return self._stopping.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait so long, less when it is to end; whether it is."""
        self._record.live()
        return self._stopping.wait(seconds)


class TaskHeartbeat(Heartbeat):
    """Of a worker on the event loop."""

    def __init__(self, record: WorkerRecord, stopping: asyncio.Event) -> None:
        super().__init__(record)
        self._stopping = stopping

    @property
    def stopping(self) -> bool:
        """Whether it is to end."""
        return self._stopping.is_set()

    async def until_stop(self) -> None:
        """Wait until it is to end."""
        await self._stopping.wait()

    async def wait(self, seconds: float) -> bool:
        """Wait so long, less when it is to end; whether it is."""
        self._record.live()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        return self.stopping
