"""A module of this program as a process of its own, at the end of a line; another takes its place when it dies.

Its listener is a supervised worker: each end of the process is reported, and that another works. Its first word and the
answer to that are here, and the last; what is said between is the callers'.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Generic, TypeVar

from telemetry.errors import Misconfigured, Unavailable
from telemetry.messages import Message
from telemetry.supervision import Supervisor, ThreadHeartbeat

ToChild = TypeVar("ToChild")
FromChild = TypeVar("FromChild")


@dataclass(frozen=True)
class Ready:
    """The process can do what it is for."""


@dataclass(frozen=True)
class StartFailed:
    """It cannot, and ends."""

    why: str


@dataclass(frozen=True)
class StopMessage:
    """End whatever goes on, say what is still to be said, and end."""


@dataclass(frozen=True)
class ChildStart:
    """How the process is started."""

    name: str
    """Of the worker that listens to it, as it is reported."""
    module: str
    """Of `python -m MODULE FD`; it sees the same packages."""
    first: object
    """Its first word; it answers Ready or StartFailed."""
    failure: str
    """What is wrong when it cannot begin, in words; why follows."""
    within_s: float
    """Not ready for so long, it cannot begin."""
    environment: Mapping[str, str] | None = None
    """Beside what there is."""
    apart: bool = False
    """What is typed at the terminal, such as Ctrl-C, does not reach it."""


class ChildProcess(Generic[ToChild, FromChild]):
    """A process that is there from `start` to `stop`, whichever it is at the time."""

    def __init__(
        self,
        start: ChildStart,
        *,
        began: "Callable[[Connection[ToChild | StopMessage, FromChild]], None]",
        hear: Callable[[FromChild], None],
        lost: Callable[[int], None],
        silent_s: float,
        again_s: float,
        supervisor: Supervisor,
    ) -> None:
        """`began`: a process is there that knows nothing yet, and this is the line on which to tell it; `hear`: it says
        something; `lost`: it ended, with this code. Called on one thread, but for the first `began`; they may not wait.

        One that says nothing for `silent_s` hangs and is ended. From its end to the next attempt `again_s` pass.
        """
        self._how = start
        self._began = began
        self._hear = hear
        self._lost = lost
        self._silent_s = silent_s
        self._process: subprocess.Popen[bytes] | None = None
        self._ended = False
        """Whether the end of the process has been told, and it is another's turn."""
        self._line: Connection[Any, FromChild]
        self._listener = supervisor.thread(start.name, self._live, pauses_s=(again_s,))

    @property
    def pid(self) -> int:
        """Of the process there is now. Only after `start`."""
        return self._running().pid

    def start(self) -> None:
        """Start it, once. Raises Misconfigured when it cannot begin."""
        self._spawn()
        self._listener.start()

    def stop(self, say_stop: Callable[[], None], *, within_s: float) -> None:
        """Have `say_stop` send the StopMessage, give it `within_s` to say what is still to be said, and end it."""
        if self._process is None:
            return
        self._listener.tell_to_stop()
        say_stop()
        self._listener.stop(within_s)
        self.kill()

    def kill(self) -> None:
        """End the process there is now, at once; another takes its place until `stop`."""
        process = self._running()
        process.kill()
        process.wait()

    def _live(self, heartbeat: ThreadHeartbeat) -> None:
        """Hear what it says, of a new one if the last has died. Raises Unavailable when it dies, Misconfigured."""
        if self._ended:
            self._spawn()
        with suppress(EOFError, OSError):
            while self._line.poll(self._silent_s):
                self._hear(self._line.recv())
                heartbeat.worked()
        self.kill()
        if not heartbeat.stopping:
            code = self._running().wait()
            self._ended = True
            self._lost(code)
            raise Unavailable(Message("video.process_ended", code=code))

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None:
            raise RuntimeError(self._how.name)  # it was never started
        return self._process

    def _spawn(self) -> None:
        """Start a process. Raises Misconfigured."""
        self._process, self._line = _started(self._how)
        self._ended = False
        self._began(self._line)


def _started(how: ChildStart) -> "tuple[subprocess.Popen[bytes], Connection[Any, Any]]":
    """A process that has been told its first word and is ready, and the near end of its line. Raises Misconfigured."""
    ours, theirs = socket.socketpair()
    path = os.pathsep.join(part or str(Path.cwd()) for part in sys.path)
    with theirs:
        process = subprocess.Popen(  # noqa: S603 - this program itself
            [sys.executable, "-P", "-m", how.module, str(theirs.fileno())],
            pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, start_new_session=how.apart,
            env={**os.environ, **(how.environment or {}), "PYTHONPATH": path},
        )  # fmt: skip
    line: Connection[Any, Any] = Connection(ours.detach())
    try:
        line.send(how.first)
        said = line.recv() if line.poll(how.within_s) else StartFailed(f"it does not answer within {how.within_s:g} s")
    except (EOFError, OSError):
        said = StartFailed(f"its process ended at once ({process.wait()}); its own words are above")
    if not isinstance(said, Ready):
        process.kill()
        process.wait()
        raise Misconfigured(f"{how.failure}: {said.why if isinstance(said, StartFailed) else f'it said {said!r}'}")
    return process, line
