"""Analysis in processes of this machine: findings come home, and a process that dies is replaced."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from telemetry.errors import Misconfigured
from telemetry.positions import Position
from tests.vision.clips import PERSON, Sees, moving, write_clip
from tests.vision.workers.builders import SOON_S, Collects, task
from vision.detection.detector import Detector
from vision.feeds.reader import Reader
from vision.findings import Finding
from vision.rules.presence import ZoneRule
from vision.rules.rule import PERSONS
from vision.setups.setup import Setup
from vision.workers.local import LocalWorkers

SEES_A_PERSON = partial(Sees, PERSON)
YARD = ZoneRule(name="the yard", category="person", classes=PERSONS, quiet_s=0)


def somewhere(lat: float, x: float, y: float) -> Position:
    return Position(lat=lat, lon=x + y)


@contextmanager
def working(sink: Collects, clip: Path, setup: Setup, processes: int = 1) -> Iterator[LocalWorkers]:
    """One camera, `c1`, that shows a clip again and again."""
    workers = LocalWorkers(SEES_A_PERSON, sink=sink, processes=processes)
    workers.start()
    reader = Reader("c1", clip, loop=True, pause_s=0.05)
    workers.watch(task("c1", setup=setup), reader)
    reader.start()
    try:
        yield workers
    finally:
        reader.stop()
        workers.leave("c1")
        workers.stop()


def test_what_another_process_finds_comes_home_and_it_says_how_far_it_is(tmp_path: Path) -> None:
    clip, sink = write_clip(tmp_path / "clip.mp4", moving(60)), Collects()
    with working(sink, clip, Setup(rules=(YARD,)), processes=2) as workers:
        assert sink.wait_for(1)
        while workers.analysed("c1").looked_at is None:
            time.sleep(0.02)
        picture = workers.still("c1")
        assert len(set(workers.pids())) == 2
        assert os.getpid() not in workers.pids()
    assert (sink.findings[0].camera_id, sink.findings[0].category) == ("c1", "person")
    assert picture is not None
    assert picture.data.startswith(b"\xff\xd8")


def test_a_process_that_is_killed_is_replaced_and_its_streams_are_analysed_again(tmp_path: Path) -> None:
    clip, sink = write_clip(tmp_path / "clip.mp4", moving(60)), Collects()
    with working(sink, clip, Setup(rules=(YARD,))) as workers:
        assert sink.wait_for(1)
        (before,) = workers.pids()
        os.kill(before, signal.SIGKILL)
        while workers.pids() == [before]:
            time.sleep(0.02)
        known = len(sink.findings)
        assert sink.wait_for(known + 1)
    assert len({finding.ref for finding in sink.findings}) == len(sink.findings)


def test_the_ground_may_move_below_a_camera_while_what_it_follows_goes_on(tmp_path: Path) -> None:
    clip, sink = write_clip(tmp_path / "clip.mp4", moving(300)), Collects()
    with working(sink, clip, Setup(rules=(YARD,), place=partial(somewhere, 10.0))) as workers:
        assert sink.wait_for(1)
        other = ZoneRule(name="other", category="other", classes=PERSONS, quiet_s=0)
        workers.update_setup("c1", Setup(rules=(YARD,), place=partial(somewhere, 20.0)))
        workers.update_setup("c1", Setup(rules=(YARD, other), place=partial(somewhere, 20.0)))
        assert sink.wait_for(3)
    assert [finding.position and finding.position.lat for finding in sink.findings[:3]] == [10, 20, 20]
    epochs = [finding.ref.partition("/")[0] for finding in sink.findings[:3]]
    assert [epoch == f"{epochs[0]}+1" for epoch in epochs] == [False, True, True]


def test_what_cannot_be_kept_now_is_kept_later(tmp_path: Path) -> None:
    clip, sink, refused = write_clip(tmp_path / "clip.mp4", moving(60)), Collects(), list[str]()

    class FullDisk(Collects):
        def __call__(self, finding: Finding) -> None:
            if not refused:
                refused.append(finding.ref)
                raise OSError("no space left")
            sink(finding)

    with working(FullDisk(), clip, Setup(rules=(YARD,))):
        assert sink.wait_for(1)
    assert sink.findings[0].ref == refused[0]


def no_model() -> Detector:
    raise Misconfigured("model x: its file is gone")


def no_module() -> Detector:
    raise ModuleNotFoundError("onnx")


@pytest.mark.parametrize(("made", "why"), [(no_model, "model x: its file is gone"), (no_module, "ended at once")])
def test_a_detector_that_cannot_be_made_is_told_before_anything_begins(made: partial[Detector], why: str) -> None:
    workers = LocalWorkers(made, sink=Collects())
    with pytest.raises(Misconfigured, match=why):
        workers.start()
    workers.stop()


def test_a_process_ends_with_the_server_it_works_for() -> None:
    program = (
        "import os, functools; from tests.vision.clips import Sees; from vision.workers.local import LocalWorkers\n"
        "workers = LocalWorkers(functools.partial(Sees), sink=print); workers.start()\n"
        "print(workers.pids()[0], flush=True); os._exit(0)"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=SOON_S, check=True)
    worker = Path(f"/proc/{int(said.stdout)}")
    ends = time.monotonic() + SOON_S
    while worker.exists() and worker.joinpath("stat").read_text().split()[2] != "Z":
        assert time.monotonic() < ends
        time.sleep(0.02)
