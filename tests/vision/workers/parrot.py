"""A process for the tests of what keeps one: says what it is told, ends or falls silent when it is told to."""

import os
import sys
from multiprocessing.connection import Connection
from typing import Any

from vision.workers.child_process import Ready, StartFailed, StopMessage


def main(descriptor: int) -> None:
    line: Connection[Any, Any] = Connection(descriptor)
    first = line.recv()
    line.send(Ready() if first == "begin" else StartFailed(f"{first!r} is no way to begin"))
    while not isinstance(said := line.recv(), StopMessage):
        match said:
            case int():
                os._exit(said)
            case _:
                line.send(said)
    line.send("goodbye")


if __name__ == "__main__":
    main(int(sys.argv[1]))
