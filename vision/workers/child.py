"""Starts a module of this program as a process of its own, at the end of a line. What is said is the callers'."""

import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any


def start_child(
    module: str, *, environment: Mapping[str, str] | None = None, apart: bool = False
) -> "tuple[subprocess.Popen[bytes], Connection[Any, Any]]":
    """The process of `python -m MODULE FD`, which sees the same packages, and the near end of its line.

    `apart`: what is typed at the terminal, such as Ctrl-C, does not reach it.
    """
    ours, theirs = socket.socketpair()
    path = os.pathsep.join(part or str(Path.cwd()) for part in sys.path)
    with theirs:
        process = subprocess.Popen(  # noqa: S603 - this program itself
            [sys.executable, "-P", "-m", module, str(theirs.fileno())],
            pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, start_new_session=apart,
            env={**os.environ, **(environment or {}), "PYTHONPATH": path},
        )  # fmt: skip
    return process, Connection(ours.detach())
