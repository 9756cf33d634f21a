"""The supervisor of a process. Knows nothing of the work."""

from collections.abc import Callable, Sequence

from telemetry.clock import Clock, SystemClock
from telemetry.supervision.heartbeat import ThreadHeartbeat
from telemetry.supervision.record import WorkerRecord
from telemetry.supervision.task_worker import TaskRun, TaskWorker
from telemetry.supervision.thread_worker import ThreadRun, ThreadWorker
from telemetry.supervision.values import PAUSES_S, LoggedFailures, WorkerListener, WorkerReport


class Supervisor:
    """Makes workers, and reports those that are started and not stopped yet.

    Who has a worker made starts and stops it: workers depend on each other, and end in the reverse order.
    """

    def __init__(self, listener: WorkerListener | None = None, clock: Clock | None = None) -> None:
        """`listener` hears of failures; the log does without one."""
        self._listener = listener or LoggedFailures()
        self._clock = clock or SystemClock()
        self._crew: set[WorkerRecord] = set()
        """Of the workers that are started and not stopped yet."""

    def thread(
        self,
        name: str,
        run: ThreadRun,
        *,
        wake: Callable[[], None] = lambda: None,
        silent_s: float | None = None,
        pauses_s: Sequence[float] = PAUSES_S,
    ) -> ThreadWorker:
        """A worker on a thread of its own. `wake` has a `run` that waits elsewhere than on its heartbeat look at it.

        One that shows no sign of life for `silent_s` is reported as silent.
        """
        record = WorkerRecord(name, self._listener, self._clock, pauses_s=pauses_s, silent_s=silent_s)
        return ThreadWorker(record, run, wake, self._crew)

    def rounds(
        self, name: str, work: Callable[[], object], *, every_s: float, pauses_s: Sequence[float] = PAUSES_S
    ) -> ThreadWorker:
        """A worker that does `work` every `every_s` seconds, at once when it is started."""

        def go_round(heartbeat: ThreadHeartbeat) -> None:
            while not heartbeat.stopping:
                work()
                heartbeat.worked()
                heartbeat.wait(every_s)

        return self.thread(name, go_round, pauses_s=pauses_s)

    def task(
        self, name: str, run: TaskRun, *, cancelled: bool = False, pauses_s: Sequence[float] = PAUSES_S
    ) -> TaskWorker:
        """A worker on the event loop. `cancelled`: it has nothing to finish, and is cancelled as soon as it is to end;
        others only when they do not end by themselves."""
        record = WorkerRecord(name, self._listener, self._clock, pauses_s=pauses_s)
        return TaskWorker(record, run, self._crew, cancelled=cancelled)

    def reports(self) -> list[WorkerReport]:
        """How each worker is, by name. May be called from any thread."""
        return sorted((record.report() for record in self._crew.copy()), key=lambda report: report.name)
