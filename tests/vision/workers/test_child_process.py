"""A process of this program at the end of a line: another takes its place when it dies, until it is stopped."""

import os
import queue
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from telemetry.errors import Misconfigured
from telemetry.supervision import Supervisor
from tests.telemetry.supervision.test_thread_worker import Told
from vision.workers.child_process import ChildProcess, ChildStart, StopMessage

WAIT_S = 60


class Keeper:
    """Has one parrot after the other, and notes what happens."""

    def __init__(
        self, *, silent_s: float = WAIT_S, again_s: float = 0.05, first: str = "begin", first_dies: bool = False
    ) -> None:
        """`first_dies`: the first process ends with status 7 before anybody listens to it."""
        self._dies = first_dies
        self.lines: queue.SimpleQueue[Connection[Any, Any]] = queue.SimpleQueue()
        self.heard: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.codes: queue.SimpleQueue[int] = queue.SimpleQueue()
        self.told = Told()
        start = ChildStart("parrot", "tests.vision.workers.parrot", first, "the parrot cannot begin", within_s=WAIT_S)
        self.child: ChildProcess[Any, Any] = ChildProcess(
            start, began=self._began, hear=self.heard.put, lost=self.codes.put, silent_s=silent_s, again_s=again_s,
            supervisor=Supervisor(self.told),
        )  # fmt: skip

    def _began(self, line: "Connection[Any, Any]") -> None:
        self.lines.put(line)
        if self._dies:
            self._dies = False
            line.send(7)
            os.waitid(os.P_PID, self.child.pid, os.WEXITED | os.WNOWAIT)

    @contextmanager
    def keeping(self) -> Iterator["Connection[Any, Any]"]:
        """The line of the first parrot; the last one is told to stop at the end."""
        self.child.start()
        line = self.lines.get(timeout=WAIT_S)
        yield line
        while not self.lines.empty():
            line = self.lines.get()
        self.child.stop(lambda: _say(line, StopMessage()), within_s=WAIT_S)


def _say(line: "Connection[Any, Any]", message: object) -> None:
    with suppress(OSError):  # it has died
        line.send(message)


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def test_it_hears_what_is_said_to_the_last_word() -> None:
    keeper = Keeper()
    with keeper.keeping() as line:
        line.send("hello")
        assert keeper.heard.get(timeout=WAIT_S) == "hello"
    assert keeper.heard.get(timeout=WAIT_S) == "goodbye"
    assert not alive(keeper.child.pid)


def test_another_takes_the_place_of_one_that_died() -> None:
    keeper = Keeper()
    with keeper.keeping() as line:
        line.send(7)
        assert keeper.codes.get(timeout=WAIT_S) == 7
        following = keeper.lines.get(timeout=WAIT_S)
        following.send("still here")
        assert keeper.heard.get(timeout=WAIT_S) == "still here"
        assert [keeper.told.next(), keeper.told.next()] == [
            "parrot failed: its process ended (status 7)",
            "parrot recovered",
        ]
        keeper.lines.put(following)


def test_the_end_of_one_that_died_before_anybody_listened_is_told() -> None:
    keeper = Keeper(first_dies=True)
    with keeper.keeping():
        assert keeper.codes.get(timeout=WAIT_S) == 7
        keeper.lines.put(keeper.lines.get(timeout=WAIT_S))


def test_one_that_says_nothing_is_taken_for_dead() -> None:
    keeper = Keeper(silent_s=0.2)
    with keeper.keeping():
        first = keeper.child.pid
        assert keeper.codes.get(timeout=WAIT_S) == -9
        assert not alive(first)
        keeper.lines.put(keeper.lines.get(timeout=WAIT_S))


def test_stopped_between_two_it_starts_no_other() -> None:
    keeper = Keeper(again_s=WAIT_S)
    with keeper.keeping() as line:
        line.send(7)
        assert keeper.codes.get(timeout=WAIT_S) == 7
    assert keeper.lines.empty()
    assert not alive(keeper.child.pid)


def test_one_that_cannot_begin_says_why_and_nothing_is_kept() -> None:
    keeper = Keeper(first="sing")
    with pytest.raises(Misconfigured, match="the parrot cannot begin: 'sing' is no way to begin"):
        keeper.child.start()
    keeper.child.stop(lambda: None, within_s=WAIT_S)
