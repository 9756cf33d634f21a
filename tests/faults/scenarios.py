"""The faults, each done to a server under load, with what it acknowledged, lost and doubled and what it logged."""

import os
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from mapserver.core.settings import MqttSettings
from mapserver.intake.flow import topics
from tests.faults.disks import filled, small_disk
from tests.faults.rig import Rig, wait_until
from tests.faults.senders import HttpSender, MqttSender, Sender
from tests.full_disk import no_file_grows_beyond
from tests.telemetry import brokers

FULL_S = 3.0
LOCKED_S = 17.0
"""Longer than a writer waits for the lock of another."""
AHEAD = timedelta(days=100)
KEEP_FOR = {"vanagas": tuple(topics(MqttSettings(host="")))}
REFUSED = "what is sent is refused until it can be kept"
NOTHING_MOUNTED = "no file may grow (RLIMIT_FSIZE)"
"""What a full disk is likened by where no small one may be mounted."""
DATABASE_BACK = "the database is written again"


@dataclass(frozen=True)
class Outcome:
    """What one fault did."""

    fault: str
    runs: int
    acknowledged: int
    lost: int
    doubled: int
    failures_logged: int
    recoveries_logged: int
    expected_lines: int
    """Of each kind: one a run where the server lives through it."""
    remarks: tuple[str, ...] = ()

    @property
    def held(self) -> bool:
        """Whether nothing acknowledged was lost or doubled, with one line in the log each way."""
        logged = self.failures_logged == self.recoveries_logged == self.expected_lines
        return self.acknowledged > 0 and self.lost == self.doubled == 0 and logged and not self.remarks


@dataclass(frozen=True)
class Load:
    """A server with its senders."""

    rig: Rig
    senders: tuple[Sender, ...]

    def wait_for_more(self, count: int = 1) -> None:
        """Wait until every sender has so many more receipts."""
        for sender in self.senders:
            sender.wait_for_more(count)

    def outcome(self, fault: str, runs: int, lines: list[int], *, expected: int, remarks: list[str]) -> Outcome:
        """Stop everything and account for what was acknowledged."""
        for sender in self.senders:
            sender.stop()
            remarks += [f"refused: {words}" for words in sender.refused[:1]]
        self.rig.stop()
        stored = self.rig.stored()
        refs = [ref for sender in self.senders for ref in sender.acknowledged]
        lost = [ref for ref in refs if ref not in stored]
        doubled = [ref for ref, times in stored.items() if times > 1]
        remarks += self.rig.broken()[:3]
        return Outcome(fault, runs, len(refs), len(lost), len(doubled), lines[0], lines[1], expected, tuple(remarks))


@contextmanager
def under_load(given: Path | None = None) -> Iterator[Load]:
    """A broker, a server that is started on the folder `given`, and senders that go on until the block ends."""
    with ExitStack() as stack:
        folder = given or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="vanagas-faults-")))
        rig = stack.enter_context(Rig(folder / "data"))
        stack.enter_context(brokers.running(rig.broker_port, KEEP_FOR))
        yield stack.enter_context(_started(rig))


@contextmanager
def _started(rig: Rig) -> Iterator[Load]:
    rig.start()
    load = Load(rig, (HttpSender(rig), MqttSender(rig)))
    try:
        for sender in load.senders:
            sender.start()
        load.wait_for_more()
        yield load
    finally:
        for sender in load.senders:
            sender.stop()


def killed(runs: int, rnd: random.Random) -> Outcome:
    """kill -9 at any moment."""
    with under_load() as load:
        for _ in range(runs):
            load.senders[0].wait_for_more()
            time.sleep(rnd.uniform(0, 0.3))  # the moment of the cut is the point of it: it must be any
            load.rig.kill()
            load.rig.start()
        load.wait_for_more()
        return load.outcome("kill -9", runs, [0, 0], expected=0, remarks=[])


def disk_full(runs: int, _rnd: random.Random) -> Outcome:
    """The disk of the data folder is full for a while."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="vanagas-faults-")))
        (folder / "data").mkdir()
        small = stack.enter_context(small_disk(folder / "data"))
        load = stack.enter_context(under_load(folder))
        count = stack.enter_context(load.rig.lines(REFUSED, DATABASE_BACK))
        remarks = []
        for run in range(1, runs + 1):
            with filled(load.rig.data) if small else no_file_grows_beyond(0, load.rig.server):
                wait_until(lambda run=run: count()[0] >= run, "a word of the full disk")  # type: ignore[misc]
                remarks += _reads_on(load, FULL_S)
            load.wait_for_more()
        return load.outcome("disk full" if small else NOTHING_MOUNTED, runs, count(), expected=runs, remarks=remarks)


def locked(runs: int, _rnd: random.Random) -> Outcome:
    """Another program holds the database for longer than writers wait."""
    with under_load() as load, load.rig.lines(REFUSED, DATABASE_BACK) as count:
        remarks = []
        for _ in range(runs):
            with closing(sqlite3.connect(load.rig.data / "vanagas.db", timeout=60, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                remarks += _reads_on(load, LOCKED_S)
                other.execute("ROLLBACK")
            load.wait_for_more()
        return load.outcome("database locked", runs, count(), expected=runs, remarks=remarks)


def broker_stopped(runs: int, _rnd: random.Random) -> Outcome:
    """The broker ends and comes back; what it had not acknowledged is sent again."""
    with tempfile.TemporaryDirectory(prefix="vanagas-faults-") as folder, Rig(Path(folder) / "data") as rig:
        stack = ExitStack()
        stack.enter_context(brokers.running(rig.broker_port, KEEP_FOR))
        with _started(rig) as load, rig.lines("trying again until it does", "is back") as count:
            for run in range(1, runs + 1):
                stack.close()
                wait_until(lambda run=run: count()[0] >= run, "a word of the lost broker")  # type: ignore[misc]
                load.senders[0].wait_for_more(3)
                stack.enter_context(brokers.running(rig.broker_port, KEEP_FOR))
                load.wait_for_more()
            outcome = load.outcome("broker stopped", runs, count(), expected=runs, remarks=[])
        stack.close()
        return outcome


def clock_stepped(runs: int, _rnd: random.Random) -> Outcome:
    """The server is started long after everything's time, by its clock; then the clock is set right."""
    with under_load() as load, load.rig.lines(": fault in retention", "no longer a fault in retention") as count:
        load.wait_for_more(5)
        for sender in load.senders:
            sender.stop()
        for run in range(1, runs + 1):
            load.rig.stop()
            load.rig.step_clock(AHEAD)
            load.rig.start()
            wait_until(lambda run=run: count()[0] >= run, "a word of the clock")  # type: ignore[misc]
            load.rig.step_clock(timedelta(0))
            wait_until(lambda run=run: count()[1] >= run, "a word of the clock's return")  # type: ignore[misc]
        return load.outcome("clock stepped", runs, count(), expected=runs, remarks=[])


def _reads_on(load: Load, seconds: float) -> list[str]:
    """Read for so long; a word about each kind of read that failed."""
    failed = 0
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        failed += not load.rig.reads()
        time.sleep(0.2)
    return [f"{failed} reads failed"] if failed else []


SCENARIOS: dict[str, tuple[Callable[[int, random.Random], Outcome], int]] = {
    "kill": (killed, 200),
    "disk": (disk_full, 5),
    "lock": (locked, 3),
    "broker": (broker_stopped, 5),
    "clock": (clock_stepped, 3),
}
"""Each fault by name, and how often `make faults` does it."""
SEED = int(os.environ.get("VANAGAS_FAULTS_SEED", "20261130"))
