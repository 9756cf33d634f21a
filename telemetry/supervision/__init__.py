"""One supervisor for the background workers of a process: it starts, names, restarts, reports and stops them."""

from telemetry.supervision.heartbeat import Heartbeat, TaskHeartbeat, ThreadHeartbeat
from telemetry.supervision.supervisor import Supervisor
from telemetry.supervision.task_worker import TaskWorker
from telemetry.supervision.thread_worker import ThreadWorker
from telemetry.supervision.values import STOP_S, LoggedFailures, WorkerListener, WorkerReport, WorkerState

__all__ = [
    "STOP_S",
    "Heartbeat",
    "LoggedFailures",
    "Supervisor",
    "TaskHeartbeat",
    "TaskWorker",
    "ThreadHeartbeat",
    "ThreadWorker",
    "WorkerListener",
    "WorkerReport",
    "WorkerState",
]
