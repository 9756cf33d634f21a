"""Starting the real program as a process, and ending exactly that one."""

import io
import os
import queue
import random
import signal
import socket
import subprocess
import sys
import threading
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from mapserver.cli import main

PORTS = (10_000, 32_000)
READY_WITHIN_S = 240
"""Loading takes some seconds of a processor, which many may share; no test of a start measures it."""


def free_port() -> int:
    """A TCP port that nobody listens on, below those that the system itself gives to connections meanwhile."""
    while True:
        port = random.SystemRandom().randrange(*PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def vanagas(
    *args: str, env: dict[str, str] | None = None, stdin: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "mapserver", *args],
        capture_output=True, text=True, timeout=180, input=stdin, env={**os.environ, **(env or {})}, check=False,
    )  # fmt: skip


def typed(*args: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command to its end in this process: the same as `vanagas`, without the seconds that it takes to load.

    An error that is no sentence is raised.
    """
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["vanagas", *args])
        for name, value in (env or {}).items():
            patch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            main()
    code = ended.value.code
    assert isinstance(code, int)
    return subprocess.CompletedProcess(args, code, out.getvalue(), err.getvalue())


class Program:
    """`vanagas ARGS` running until the block ends; `lines` is what it printed so far."""

    def __init__(self, *args: str, env: dict[str, str] | None = None, log: Path) -> None:
        self._args, self._env, self._log = args, env or {}, log
        self.lines: list[str] = []
        self._printed: queue.SimpleQueue[str | None] = queue.SimpleQueue()

    def __enter__(self) -> Self:
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-u", "-m", "mapserver", *self._args],
                stdout=subprocess.PIPE, stderr=log, text=True, env={**os.environ, **self._env},
            )  # fmt: skip
        threading.Thread(target=self._read, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()

    def wait_for(self, start: str) -> str:
        """The first line that begins with `start`; fails with the log when the program ends before."""
        while True:
            try:
                line = self._printed.get(timeout=READY_WITHIN_S)
            except queue.Empty:
                line = None
            if line is None:
                came = "ended" if self.process.poll() is not None else f"said nothing for {READY_WITHIN_S} s"
                raise AssertionError(f"the program {came} before {start!r}:\n{self._log.read_text()[-4000:]}")
            self.lines.append(line)
            if line.startswith(start):
                return line

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._printed.put(line.rstrip("\n"))
        self._printed.put(None)
