"""What is known of one worker, and how long to wait before it is started again. Starts and stops nothing."""

import threading
import time
from collections.abc import Callable, Sequence

from telemetry.clock import Clock
from telemetry.supervision.values import WorkerListener, WorkerReport, WorkerState, words_of


class WorkerRecord:
    """The course of one worker's life. May be used from any thread."""

    def __init__(
        self,
        name: str,
        listener: WorkerListener,
        clock: Clock,
        *,
        pauses_s: Sequence[float],
        silent_s: float | None = None,
        mono: Callable[[], float] = time.monotonic,
    ) -> None:
        """`pauses_s`: one after each failure in a row, the last for all that follow. `silent_s`: without a sign of
        life for so long it counts as silent; None for one that may wait for ever. `mono` gives seconds."""
        self.name = name
        self._listener = listener
        self._clock = clock
        self._pauses_s = pauses_s
        self._silent_s = silent_s
        self._mono = mono
        self._lock = threading.Lock()
        self._state = WorkerState.RUNNING
        self._since = clock.now()
        self._alive_at = mono()
        self._begun = 0
        self._failures = 0
        """In a row."""
        self._fault: str | None = None

    def begin(self) -> None:
        """It is started, or started again."""
        with self._lock:
            self._begun += 1
            self._alive_at = self._mono()
            if self._failures == 0:
                self._enter(WorkerState.RUNNING)

    def live(self) -> None:
        """It shows that it is alive."""
        self._alive_at = self._mono()

    def work(self) -> None:
        """A piece of its work is done."""
        self.live()
        if self._failures == 0:
            return
        with self._lock:
            self._failures = 0
            self._fault = None
            self._enter(WorkerState.RUNNING)
        self._listener.recovered(self.name)

    def fail(self, error: Exception) -> float:
        """It ended with `error`. Returns the seconds to wait before it is started again."""
        with self._lock:
            self._failures += 1
            first = self._failures == 1
            self._fault = words_of(error)
            if first:
                self._enter(WorkerState.FAILING)
            pause_s = self._pauses_s[min(self._failures, len(self._pauses_s)) - 1]
        if first:
            self._listener.failed(self.name, error)
        return pause_s

    def end(self) -> None:
        """It has nothing more to do."""
        with self._lock:
            self._enter(WorkerState.ENDED)

    def report(self) -> WorkerReport:
        """How it is now."""
        with self._lock:
            state = self._state
            if state is WorkerState.RUNNING and self._is_silent():
                state = WorkerState.SILENT
            return WorkerReport(self.name, state, self._since, max(0, self._begun - 1), self._fault)

    def _is_silent(self) -> bool:
        return self._silent_s is not None and self._mono() - self._alive_at > self._silent_s

    def _enter(self, state: WorkerState) -> None:
        self._state = state
        self._since = self._clock.now()
