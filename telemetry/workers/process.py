"""A worker process: `python -m telemetry.workers.process FD`, as `telemetry.workers.pool` starts it.

It does one task after the other and ends when the other end of its connection does.
"""

import os
import resource
import signal
import sys
import traceback
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from telemetry.errors import TooLarge, VanagasError
from telemetry.messages import Message
from telemetry.workers.messages import WorkerFailure, WorkerLimits, WorkerRefusal, WorkerResult, WorkerTask

TOO_LARGE = Message("server.too_much_memory")


def answer(task: WorkerTask) -> WorkerResult | WorkerRefusal | WorkerFailure:
    """Do `task`."""
    try:
        return WorkerResult(task.function(*task.args))
    except VanagasError as error:
        return WorkerRefusal(error)
    except MemoryError:
        return WorkerRefusal(TooLarge(TOO_LARGE))
    except Exception:
        return WorkerFailure(traceback.format_exc())


def serve(connection: "Connection[object, WorkerTask]") -> None:
    """Do tasks until the connection ends."""
    with suppress(EOFError, ConnectionError):
        while True:
            connection.send(answer(connection.recv()))


def main() -> None:
    """Take on the limits that come first, then serve."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's to hear; it ends its workers
    connection: Connection[Any, Any] = Connection(int(sys.argv[1]))
    limits: WorkerLimits = connection.recv()
    os.nice(limits.nice)
    resource.setrlimit(resource.RLIMIT_DATA, (limits.memory_bytes, limits.memory_bytes))
    serve(connection)


if __name__ == "__main__":
    main()
