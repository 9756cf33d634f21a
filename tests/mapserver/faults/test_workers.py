"""The server's background workers: a failure is a fault, and `/readyz` and `vanagas doctor` tell of each."""

import threading
from datetime import timedelta
from pathlib import Path

from mapserver.core.services import Services
from mapserver.faults import Amiss, Sound
from mapserver.faults.workers import OLD, silence_inspection, worker_inspections, write_reports
from mapserver.program.app import create_app
from telemetry.access import Role
from telemetry.errors import BadInput
from telemetry.messages import Message
from telemetry.supervision import ThreadHeartbeat, ThreadWorker, WorkerState
from tests.mapserver.clients import english_client
from tests.mapserver.conftest import makes_tokens

WAIT_S = 60


def failing(parts: Services, name: str) -> ThreadWorker:
    """A worker that has failed, and is not started again."""

    def fail(_: ThreadHeartbeat) -> None:
        raise BadInput("no luck")

    worker = parts.workers.thread(name, fail, pauses_s=(WAIT_S,))
    worker.start()
    while not parts.faults.standing():
        pass
    return worker


def idle(parts: Services, name: str) -> ThreadWorker:
    """A worker that waits."""
    begun = threading.Event()

    def wait(heartbeat: ThreadHeartbeat) -> None:
        begun.set()
        heartbeat.wait(WAIT_S)

    worker = parts.workers.thread(name, wait)
    worker.start()
    begun.wait(WAIT_S)
    return worker


def test_a_failure_is_a_fault_until_the_worker_works_again(parts: Services) -> None:
    fails = threading.Event()
    fails.set()

    def work() -> None:
        if fails.is_set():
            raise BadInput("no luck")

    worker = parts.workers.rounds("clips", work, every_s=0.001, pauses_s=(0.001,))
    worker.start()
    while not (standing := parts.faults.standing()):
        pass
    assert (standing[0].part, "no luck" in str(standing[0].remedy)) == ("worker clips", True)
    fails.clear()
    while parts.faults.standing():
        pass
    worker.stop()


def test_a_worker_without_a_sign_of_life_is_a_fault(parts: Services) -> None:
    go_on = threading.Event()

    def hang(_: ThreadHeartbeat) -> None:
        go_on.wait(WAIT_S)

    inspection = silence_inspection(parts.workers)
    assert isinstance(inspection.look(), Sound)
    worker = parts.workers.thread("recording", hang, silent_s=0.0)
    worker.start()
    while not isinstance(found := inspection.look(), Amiss):
        pass
    assert "recording" in str(found.remedy)
    go_on.set()
    worker.stop()


def test_the_doctor_tells_of_each_worker_of_the_server_that_runs(parts: Services, tmp_path: Path) -> None:
    workers = [idle(parts, "wall"), failing(parts, "clips")]
    write_reports(tmp_path, parts.workers, parts.clock)
    for worker in workers:
        worker.stop()
    found = {one.part: one.look() for one in worker_inspections(tmp_path, parts.clock.now)}
    assert isinstance(found["worker wall"], Sound)
    failed = found["worker clips"]
    assert isinstance(failed, Amiss)
    assert "no luck" in str(failed.remedy)


def test_the_doctor_notices_a_server_that_stands_still(parts: Services, tmp_path: Path) -> None:
    write_reports(tmp_path, parts.workers, parts.clock)
    later = parts.clock.now() + OLD + timedelta(seconds=1)
    (found,) = worker_inspections(tmp_path, lambda: later)
    assert isinstance(found.look(), Amiss)


def test_the_doctor_is_content_where_no_server_runs(parts: Services, tmp_path: Path) -> None:
    (found,) = worker_inspections(tmp_path, parts.clock.now)
    assert found.look() == Sound(Message("faults.no_server_ran"))
    (tmp_path / "workers.json").write_text("{")
    (found,) = worker_inspections(tmp_path, parts.clock.now)
    assert isinstance(found.look(), Sound)


def test_an_administrator_reads_each_worker_and_others_how_many_there_are(parts: Services) -> None:
    with english_client(create_app(parts)) as client:
        headers = {"Authorization": f"Bearer {makes_tokens(parts)(Role.ADMIN, None)}"}
        told = client.get("/readyz", headers=headers).json()["workers"]
        strangers = client.get("/readyz").json()
    by_name = {worker["name"]: worker["state"] for worker in told}
    assert {"access", "clips", "faults", "flights", "retention", "video", "wall"} <= set(by_name)
    assert set(by_name.values()) == {WorkerState.RUNNING}
    assert (strangers["worker_counts"], strangers.get("workers")) == ({WorkerState.RUNNING: len(told)}, None)
    assert parts.workers.reports() == []
