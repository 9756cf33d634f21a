"""Starts a module of this program as a process of its own, at the end of a line: its first word, and its answer.

What is said after that is the callers'.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from telemetry.errors import Misconfigured


@dataclass(frozen=True)
class Ready:
    """The process can do what it is for."""


@dataclass(frozen=True)
class Unfit:
    """It cannot, and ends."""

    why: str


@dataclass(frozen=True)
class Stop:
    """End whatever goes on, say what is still to be said, and end."""


def start_child(
    module: str,
    first: object,
    *,
    within_s: float,
    failure: str,
    environment: Mapping[str, str] | None = None,
    apart: bool = False,
) -> "tuple[subprocess.Popen[bytes], Connection[Any, Any]]":
    """The process of `python -m MODULE FD`, which sees the same packages, and the near end of its line.

    It has been told `first` and has said that it is ready. `apart`: what is typed at the terminal, such as Ctrl-C, does
    not reach it. Raises Misconfigured, `failure` and why, when it is not ready `within_s`.
    """
    ours, theirs = socket.socketpair()
    path = os.pathsep.join(part or str(Path.cwd()) for part in sys.path)
    with theirs:
        process = subprocess.Popen(  # noqa: S603 - this program itself
            [sys.executable, "-P", "-m", module, str(theirs.fileno())],
            pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, start_new_session=apart,
            env={**os.environ, **(environment or {}), "PYTHONPATH": path},
        )  # fmt: skip
    line: Connection[Any, Any] = Connection(ours.detach())
    try:
        line.send(first)
        said = line.recv() if line.poll(within_s) else Unfit(f"it does not answer within {within_s:g} s")
    except (EOFError, OSError):
        said = Unfit(f"its process ended at once ({process.wait()}); its own words are above")
    if not isinstance(said, Ready):
        process.kill()
        process.wait()
        raise Misconfigured(f"{failure}: {said.why if isinstance(said, Unfit) else f'it said {said!r}'}")
    return process, line
