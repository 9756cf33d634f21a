"""A few worker processes, started at their first task and replaced when one dies or hangs.

Decides nothing about the tasks: they are functions of this program, and what they raise of its own errors is raised
here. At most a few tasks wait; more are refused at once, so that a crowd costs nobody else memory.
"""

import asyncio
import logging
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar, TypeVarTuple

from telemetry.errors import Overloaded, Unavailable
from telemetry.messages import Message
from telemetry.workers.messages import WorkerFailure, WorkerLimits, WorkerRefusal, WorkerResult, WorkerTask

log = logging.getLogger(__name__)

Args = TypeVarTuple("Args")
R = TypeVar("R")

NICE = 10
RETRY_AFTER_S = 2
START_S = 20.0
"""Added to the deadline of a process's first task: it has to be started and to load its libraries."""
ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""Libraries of a worker use one thread each: their threads' stacks would count as its memory."""


class WorkerPool:
    """`workers` processes of at most `memory_bytes` each; `waiting` further tasks may wait for one."""

    def __init__(self, name: Message | str, *, workers: int, waiting: int, memory_bytes: int) -> None:
        """`name` says in plain words what the tasks are about: it is in refusals and in the log."""
        self._name = name
        self._limits = WorkerLimits(memory_bytes, NICE)
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix=f"{name} worker")
        self._places = threading.BoundedSemaphore(workers + waiting)
        self._own = threading.local()
        self._lock = threading.Lock()
        self._processes: list[_WorkerProcess] = []
        self._closed = False

    def run(self, within_s: float, function: Callable[[*Args], R], *args: *Args) -> R:
        """The result of `function(*args)`, within `within_s` seconds from its turn on. Blocks.

        Raises what the function raises of this program's errors, Overloaded when too much waits already, Unavailable
        when the worker died or the deadline passed.
        """
        return self._submit(within_s, function, args).result()

    async def run_async(self, within_s: float, function: Callable[[*Args], R], *args: *Args) -> R:
        """As `run`, without a thread of the caller's."""
        return await asyncio.wrap_future(self._submit(within_s, function, args))

    def close(self) -> None:
        """End the processes; a task under way fails."""
        with self._lock:
            self._closed = True
            processes = list(self._processes)
        for process in processes:
            process.end()
        self._threads.shutdown(cancel_futures=True)

    def _submit(self, within_s: float, function: Callable[..., R], args: tuple[Any, ...]) -> "Future[R]":
        if not self._places.acquire(blocking=False):
            raise Overloaded(
                Message("server.too_much_of", work=self._name),
                retry_after_s=RETRY_AFTER_S,
            )
        try:
            future = self._threads.submit(self._do, WorkerTask(function, args), within_s)
        except RuntimeError as error:
            self._places.release()
            raise Unavailable(Message("server.stopping_send_again")) from error
        future.add_done_callback(lambda _: self._places.release())
        return future

    def _do(self, task: WorkerTask, within_s: float) -> Any:
        process = self._process()
        try:
            answer = process.do(task, within_s)
        except TimeoutError as error:  # which is an OSError too
            self._discard(process)
            raise Unavailable(Message("server.work_given_up", work=self._name, within_s=within_s)) from error
        except (EOFError, OSError) as error:
            self._discard(process)
            raise Unavailable(Message("server.worker_ended", work=self._name)) from error
        match answer:
            case WorkerResult(value):
                return value
            case WorkerRefusal(refusal):
                raise refusal
            case WorkerFailure(trace):
                log.error("a task of the worker for %s failed:\n%s", self._name, trace)
        raise Unavailable(Message("server.worker_failed", work=self._name))

    def _process(self) -> "_WorkerProcess":
        """The process of this thread; a new one when there is none."""
        process: _WorkerProcess | None = getattr(self._own, "process", None)
        if process is not None:
            return process
        process = _WorkerProcess(self._limits)
        with self._lock:
            self._processes.append(process)
            closed = self._closed
        if closed:
            process.end()
        self._own.process = process
        return process

    def _discard(self, process: "_WorkerProcess") -> None:
        process.end()
        self._own.process = None
        with self._lock:
            self._processes.remove(process)


class _WorkerProcess:
    """One process and the near end of its connection; used by one thread."""

    def __init__(self, limits: WorkerLimits) -> None:
        ours, theirs = socket.socketpair()
        path = os.pathsep.join(part or str(Path.cwd()) for part in sys.path)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - this program itself
                [sys.executable, "-P", "-m", "telemetry.workers.process", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env={**os.environ, **ENVIRONMENT, "PYTHONPATH": path},
            )
        self._connection: Connection[Any, Any] = Connection(ours.detach())
        self._fresh = True
        with suppress(OSError):  # the first task finds out
            self._connection.send(limits)

    def do(self, task: WorkerTask, within_s: float) -> WorkerResult | WorkerRefusal | WorkerFailure:
        """The answer to `task`. Raises TimeoutError, EOFError or OSError; the process is of no more use then."""
        self._connection.send(task)
        wait_s = within_s
        if self._fresh:
            wait_s += START_S
        if not self._connection.poll(wait_s):
            raise TimeoutError
        answer: WorkerResult | WorkerRefusal | WorkerFailure = self._connection.recv()
        self._fresh = False
        return answer

    def end(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.wait()
