"""Work that must not run inside the server: in few processes, each task with a deadline and a limit of memory."""

from telemetry.workers.pool import WorkerPool

__all__ = ["WorkerPool"]
