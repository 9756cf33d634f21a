"""Workers on threads: started again when they fail, told of once each way, stopped within a bound."""

import logging
import queue
import threading

import pytest

from telemetry.clock import SystemClock
from telemetry.errors import BadInput
from telemetry.supervision import LoggedFailures, Supervisor, ThreadHeartbeat, WorkerState
from telemetry.supervision.record import WorkerRecord

WAIT_S = 60


class Told:
    """Keeps what a supervisor says."""

    def __init__(self) -> None:
        self.said: queue.SimpleQueue[str] = queue.SimpleQueue()

    def failed(self, name: str, error: Exception) -> None:
        self.said.put(f"{name} failed: {error}")

    def recovered(self, name: str) -> None:
        self.said.put(f"{name} recovered")

    def next(self) -> str:
        return self.said.get(timeout=WAIT_S)


def test_one_that_fails_is_started_again_and_told_of_once_each_way() -> None:
    told, rounds = Told(), iter(range(10))
    done = threading.Event()

    def work() -> None:
        if next(rounds) < 3:
            raise BadInput("no luck")
        done.set()

    worker = Supervisor(told).rounds("clips", work, every_s=WAIT_S, pauses_s=(0.0,))
    worker.start()
    assert told.next() == "clips failed: no luck"
    assert told.next() == "clips recovered"
    assert done.wait(WAIT_S)
    assert worker.stop(WAIT_S)
    assert told.said.empty()


def test_the_pause_grows_with_each_failure_in_a_row() -> None:
    record = WorkerRecord("clips", Told(), SystemClock(), pauses_s=(1.0, 2.0, 30.0))
    pauses = [record.fail(BadInput("no")) for _ in range(4)]
    record.work()
    assert [*pauses, record.fail(BadInput("no"))] == [1.0, 2.0, 30.0, 30.0, 1.0]


def test_each_is_reported_by_name_while_it_is_started() -> None:
    supervisor, begun = Supervisor(Told()), threading.Event()

    def wait(heartbeat: ThreadHeartbeat) -> None:
        begun.set()
        heartbeat.wait(WAIT_S)

    def fail(_: ThreadHeartbeat) -> None:
        raise BadInput("no luck")

    working = supervisor.thread("wall", wait)
    failing = supervisor.thread("clips", fail, pauses_s=(WAIT_S,))
    assert supervisor.reports() == []
    working.start()
    failing.start()
    begun.wait(WAIT_S)
    while supervisor.reports()[0].fault is None:
        pass
    reports = {report.name: report for report in supervisor.reports()}
    assert reports["wall"].state is WorkerState.RUNNING
    assert (reports["clips"].state, reports["clips"].fault) == (WorkerState.FAILING, "no luck")
    working.stop()
    failing.stop()
    assert supervisor.reports() == []


def test_one_that_shows_no_sign_of_life_is_reported_as_silent() -> None:
    supervisor, go_on = Supervisor(Told()), threading.Event()

    def hang(_: ThreadHeartbeat) -> None:
        go_on.wait(WAIT_S)

    worker = supervisor.thread("recording", hang, silent_s=0.0)
    worker.start()
    while supervisor.reports()[0].state is WorkerState.RUNNING:
        pass
    assert supervisor.reports()[0].state is WorkerState.SILENT
    go_on.set()
    worker.stop(WAIT_S)


def test_one_that_is_busy_keeps_a_stop_waiting_no_longer_than_the_bound(caplog: pytest.LogCaptureFixture) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        go_on.wait(WAIT_S)

    supervisor = Supervisor(Told())
    worker = supervisor.rounds("retention", work, every_s=WAIT_S)
    worker.start()
    begun.wait(WAIT_S)
    assert not worker.stop(within_s=0.01)
    assert "'retention' is still busy" in caplog.text
    go_on.set()


def test_a_long_pause_does_not_hold_up_the_end_and_it_can_begin_anew() -> None:
    done = threading.Semaphore(0)
    worker = Supervisor(Told()).rounds("wall", done.release, every_s=86_400)
    for _ in range(2):
        worker.start()
        assert done.acquire(timeout=WAIT_S)
        assert worker.stop(WAIT_S)


def test_a_pause_after_a_failure_does_not_hold_up_the_end() -> None:
    told = Told()

    def work() -> None:
        raise BadInput("no luck")

    worker = Supervisor(told).rounds("wall", work, every_s=1, pauses_s=(86_400,))
    worker.start()
    told.next()
    assert worker.stop(WAIT_S)


def test_without_a_listener_the_log_has_one_line_each_way(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    record = WorkerRecord("wall", LoggedFailures(), SystemClock(), pauses_s=(1.0,))
    for _ in range(2):
        record.fail(ValueError("the first line\nand more"))
    record.work()
    record.work()
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO"]
    assert "'wall' failed: the first line;" in caplog.text
    assert "ValueError: the first line" in caplog.text
