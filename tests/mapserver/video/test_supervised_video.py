"""What reads, records and analyses video is the supervisor's: named, reported, and started again when it dies."""

import os
import signal
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from mapserver.core.services import Services
from mapserver.core.video_settings import RecordingSettings, VideoSettings
from mapserver.faults import Sound
from mapserver.faults.workers import worker_inspections, write_reports
from mapserver.program import jobs
from mapserver.program.app import create_app
from mapserver.video.worker import VideoDesk
from telemetry.access import Role
from telemetry.supervision import WorkerReport, WorkerState
from tests.mapserver.clients import english_client
from tests.mapserver.conftest import makes_tokens
from tests.vision.cameras.builders import a_camera
from tests.vision.clips import PERSON, Sees
from tests.vision.packets import camera_clip
from vision.simulator import SimulatedCamera
from vision.workers.local import LocalWorkers

CHILD = "analysis 1"
OF_VIDEO = {CHILD, f"{CHILD} packets", "findings", "reader C1", "reader C1 small", "recordings"}


def report_of(parts: Services, name: str) -> WorkerReport | None:
    return next((report for report in parts.workers.reports() if report.name == name), None)


def wait_until(held: Callable[[], bool]) -> None:
    while not held():
        time.sleep(0.02)


def test_a_process_that_analyses_and_is_killed_comes_back_and_is_told_of_everywhere(
    parts: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desks = []

    def desk(*given: object, **named: object) -> VideoDesk:
        desks.append(VideoDesk(*given, make_detector=partial(Sees, PERSON), **named))  # type: ignore[arg-type]
        return desks[-1]

    monkeypatch.setattr(jobs, "VideoDesk", desk)
    with parts.store.write() as work:
        work.session.add(a_camera("C1", name="Gate", lat=56.6, lon=23.3))
    clip = camera_clip(tmp_path, seconds=2)
    begun: list[str] = []
    headers = {"Authorization": f"Bearer {makes_tokens(parts)(Role.ADMIN, None)}"}
    with SimulatedCamera(clip) as main, SimulatedCamera(clip) as small:
        parts.settings.recording = RecordingSettings(on=True, reserve_gb=0)
        parts.settings.videos = [VideoSettings(name="C1", source=main.address, sub_source=small.address)]
        with english_client(create_app(parts)) as client:
            wait_until(lambda: report_of(parts, "reader C1") is not None)
            parts.faults.listen(lambda fault: begun.append(fault.part))
            analysis = desks[0]._workers
            assert isinstance(analysis, LocalWorkers)
            (pid,) = analysis.pids()
            os.kill(pid, signal.SIGKILL)
            wait_until(lambda: _works_again(parts))
            told = {worker["name"]: worker for worker in client.get("/readyz", headers=headers).json()["workers"]}
            metrics = client.get("/metrics", headers=headers).text
            write_reports(tmp_path, parts.workers, parts.clock)
    assert told.keys() >= OF_VIDEO
    assert (told[CHILD]["state"], told[CHILD]["restarts"]) == (WorkerState.RUNNING, 1)
    assert f'vanagas_worker_restarts_total{{worker="{CHILD}"}} 1' in metrics
    assert begun.count(f"worker {CHILD}") == 1
    found = {one.part: one.look() for one in worker_inspections(tmp_path, parts.clock.now)}
    assert isinstance(found[f"worker {CHILD}"], Sound)


def _works_again(parts: Services) -> bool:
    report = report_of(parts, CHILD)
    return report is not None and report.restarts == 1 and report.state is WorkerState.RUNNING
