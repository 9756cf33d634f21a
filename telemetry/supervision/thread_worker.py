"""A worker on a thread of its own, which is started again when it fails."""

import logging
import threading
from collections.abc import Callable

from telemetry.supervision.heartbeat import ThreadHeartbeat
from telemetry.supervision.record import WorkerRecord
from telemetry.supervision.values import STOP_S

log = logging.getLogger(__name__)

ThreadRun = Callable[[ThreadHeartbeat], None]
"""The work: goes on until the heartbeat says that it is to end; returning earlier means that nothing is left to do."""


class ThreadWorker:
    """Made by a `Supervisor`. May be started again once it was stopped."""

    def __init__(self, record: WorkerRecord, run: ThreadRun, wake: Callable[[], None], crew: set[WorkerRecord]) -> None:
        self._record = record
        self._run = run
        self._wake = wake
        self._crew = crew
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin."""
        self._stopping = threading.Event()
        # A daemon: the program ends though a worker that was left behind does not.
        self._thread = threading.Thread(
            target=self._keep_running, args=(self._stopping,), name=self._record.name, daemon=True
        )
        self._crew.add(self._record)
        self._record.begin()
        self._thread.start()

    def tell_to_stop(self) -> None:
        """Have it end, without waiting."""
        self._stopping.set()
        self._wake()

    def stop(self, within_s: float = STOP_S) -> bool:
        """Have it end and wait for that; False when it has not after `within_s` and is left behind.

        One that was never started has ended.
        """
        if self._thread is None:
            return True
        self.tell_to_stop()
        self._thread.join(within_s)
        ended = not self._thread.is_alive()
        if not ended:
            log.warning("the worker %r is still busy after %g s; it is left behind", self._record.name, within_s)
        self._thread = None
        self._crew.discard(self._record)
        return ended

    def _keep_running(self, stopping: threading.Event) -> None:
        heartbeat = ThreadHeartbeat(self._record, stopping)
        while not stopping.is_set():
            try:
                self._run(heartbeat)
                break
            except Exception as error:
                if stopping.wait(self._record.fail(error)):
                    break
                self._record.begin()
        self._record.end()
