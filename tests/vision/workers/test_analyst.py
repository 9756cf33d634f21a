"""Analysis in one process: what is found in a camera's packets, and what it survives."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from telemetry.clock import ManualClock
from tests.vision.clips import PERSON, START, Sees, moving, write_clip, write_h264
from tests.vision.workers.builders import SOON_S, Collects, task
from vision.detection.detector import Detection
from vision.feeds.capture_time import SteadyTime
from vision.feeds.reader import Reader, Status
from vision.findings import Finding
from vision.frames.decoder import Image
from vision.rules.presence import ZoneRule
from vision.rules.rule import PERSONS
from vision.setups.setup import Setup
from vision.simulator import SimulatedCamera
from vision.workers.analyst import Analyst
from vision.workers.protocol import StreamTask
from vision.workers.pump import Pump


@contextmanager
def analysing(
    reader: Reader, detector: Sees, sink: Callable[[Finding], None], task: StreamTask, late_s: float = 0.0
) -> Iterator[Analyst]:
    analyst = Analyst(detector, sink=sink, monotonic=lambda: time.monotonic() + late_s)
    analyst.start()
    analyst.begin(task)
    pump = Pump(reader, analyst)
    pump.start()
    reader.start()
    try:
        yield analyst
    finally:
        reader.stop()
        pump.stop()
        analyst.stop()


def test_a_file_is_replayed_once_and_its_findings_carry_the_time_of_the_replay(tmp_path: Path) -> None:
    clip, sink = write_clip(tmp_path / "clip.mp4", moving(16)), Collects()
    reader = Reader("c1", clip, steady=SteadyTime(ManualClock(START)))
    with analysing(reader, Sees(PERSON), sink, task("c1")) as analyst:
        assert reader.wait_for(Status.ENDED, SOON_S)
        assert sink.wait_for(1)
        assert analyst.analysed()["c1"].counters.frames <= 16
    assert [(finding.camera_id, finding.at >= START) for finding in sink.findings] == [("c1", True)]


def test_a_looped_file_gives_new_findings_each_round(tmp_path: Path) -> None:
    clip, sink = write_clip(tmp_path / "clip.mp4", moving(16)), Collects()
    with analysing(Reader("c1", clip, loop=True, pause_s=0.01), Sees(PERSON), sink, task("c1")):
        assert sink.wait_for(2)
    assert len({finding.ref for finding in sink.findings}) == len(sink.findings)


def test_a_camera_that_dies_and_comes_back_is_analysed_again(tmp_path: Path) -> None:
    camera, sink = SimulatedCamera(write_h264(tmp_path / "clip.ts", moving(30))), Collects()
    with camera:
        reader = Reader("c1", camera.address, retry_s=0.02)
        with analysing(reader, Sees(PERSON), sink, task("c1")):
            assert sink.wait_for(1)
            camera.stop()
            assert reader.wait_for(Status.LOST, SOON_S)
            before = len(sink.findings)
            camera.start()
            assert sink.wait_for(before + 1)
    assert len({finding.ref for finding in sink.findings}) == len(sink.findings)


def test_one_finding_that_cannot_be_kept_does_not_end_the_camera(tmp_path: Path) -> None:
    clip, sink = write_clip(tmp_path / "clip.mp4", moving(16)), Collects()
    failed = threading.Event()

    def fail_once(finding: Finding) -> None:
        if not failed.is_set():
            failed.set()
            raise OSError("disk full")
        sink(finding)

    with analysing(Reader("c1", clip, loop=True, pause_s=0.01), Sees(PERSON), fail_once, task("c1")):
        assert sink.wait_for(1)


def test_pictures_that_come_too_late_are_left_out_and_counted(tmp_path: Path) -> None:
    clip, detector = write_clip(tmp_path / "clip.mp4", moving(16)), Sees(PERSON)
    reader = Reader("c1", clip)
    with analysing(reader, detector, Collects(), task("c1"), late_s=10) as analyst:
        assert reader.wait_for(Status.ENDED, SOON_S)
        while not analyst.analysed()["c1"].skipped:
            time.sleep(0.01)
    assert detector.pictures == 0


def test_what_is_set_up_anew_holds_from_then_on_without_a_new_connection(tmp_path: Path) -> None:
    def entering(category: str) -> Setup:
        return Setup(rules=(ZoneRule(name="the yard", category=category, classes=PERSONS, quiet_s=0),))

    clip, sink = write_clip(tmp_path / "clip.mp4", moving(200)), Collects()
    reader = Reader("c1", clip)
    with analysing(reader, Sees(PERSON), sink, task("c1", setup=entering("before"))) as analyst:
        assert sink.wait_for(1)
        analyst.update_setup("c1", entering("after"))
        assert sink.wait_for(2)
        assert reader.state().status is Status.RUNNING
    assert [finding.category for finding in sink.findings[:2]] == ["before", "after"]
    assert len({finding.attributes["identity"] for finding in sink.findings}) == len(sink.findings)


class Slow(Sees):
    """Looks at one picture until it is let go on."""

    def __init__(self) -> None:
        super().__init__(PERSON)
        self.looking, self.go_on = threading.Event(), threading.Event()

    def detect(self, image: Image) -> Sequence[Detection]:
        self.looking.set()
        assert self.go_on.wait(SOON_S)
        return super().detect(image)


def test_of_the_pictures_that_wait_only_the_newest_is_looked_at(tmp_path: Path) -> None:
    clip, detector = write_clip(tmp_path / "clip.mp4", moving(40)), Slow()
    reader = Reader("c1", clip)
    with analysing(reader, detector, Collects(), task("c1")) as analyst:
        assert detector.looking.wait(SOON_S)
        assert reader.wait_for(Status.ENDED, SOON_S)
        detector.go_on.set()
    assert detector.pictures == 2
    assert analyst.analysed() == {}


def test_a_camera_whose_plates_are_being_read_keeps_nobody_else_waiting(tmp_path: Path) -> None:
    clip, slow = write_clip(tmp_path / "clip.mp4", moving(30)), Slow()

    class AtFirst:
        """Slow with the first picture, at once with every other."""

        input_side = None

        def detect(self, image: Image) -> Sequence[Detection]:
            return Sees(PERSON).detect(image) if slow.looking.is_set() else slow.detect(image)

    sink = Collects()
    analyst = Analyst(AtFirst(), sink=sink)
    analyst.start()
    analyst.begin(task("gate", reads_plates=True))
    analyst.begin(task("yard"))
    gate, yard = Reader("gate", clip), Reader("yard", clip)
    pumps = [Pump(reader, analyst) for reader in (gate, yard)]
    for pump in pumps:
        pump.start()
    gate.start()
    assert slow.looking.wait(SOON_S)
    yard.start()
    assert sink.wait_for(1)
    assert sink.findings[0].camera_id == "yard"
    slow.go_on.set()
    for reader, pump in zip((gate, yard), pumps, strict=True):
        reader.stop()
        pump.stop()
    analyst.stop()
