"""A stream: what is analysed of a camera's packets, and what it survives."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from telemetry.clock import ManualClock
from tests.vision.clips import PERSON, START, Sees, moving, write_clip, write_h264
from vision.feeds.reader import Reader, Status
from vision.feeds.timeline import SteadyTime
from vision.findings import Finding
from vision.rules.presence import ZoneRule
from vision.rules.rule import PERSONS
from vision.setups.setup import Setup
from vision.simulator import SimulatedCamera
from vision.streams import Stream

SOON_S = 20.0


class Sink:
    """Collects findings and lets a test wait for them."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self._came = threading.Condition()

    def __call__(self, finding: Finding) -> None:
        with self._came:
            self.findings.append(finding)
            self._came.notify_all()

    def wait_for(self, count: int) -> bool:
        with self._came:
            return self._came.wait_for(lambda: len(self.findings) >= count, SOON_S)


@contextmanager
def running(reader: Reader, detector: Sees, sink: Callable[[Finding], None]) -> Iterator[Stream]:
    stream = Stream(reader, detector=detector, sink=sink)
    stream.start()
    reader.start()
    try:
        yield stream
    finally:
        reader.stop()
        stream.stop()


def test_a_file_is_replayed_once_and_its_findings_carry_the_time_of_the_replay(tmp_path: Path) -> None:
    clip, sink = write_clip(tmp_path / "clip.mp4", moving(16)), Sink()
    reader = Reader("c1", clip, steady=SteadyTime(ManualClock(START)))
    with running(reader, Sees(PERSON), sink) as stream:
        assert reader.wait_for(Status.ENDED, SOON_S)
        assert sink.wait_for(1)
    assert [(finding.camera_id, finding.at >= START) for finding in sink.findings] == [("c1", True)]
    assert stream.state().counters.frames <= 16


def test_a_looped_file_gives_new_findings_each_round(tmp_path: Path) -> None:
    clip, sink = write_clip(tmp_path / "clip.mp4", moving(16)), Sink()
    with running(Reader("c1", clip, loop=True, pause_s=0.01), Sees(PERSON), sink):
        assert sink.wait_for(2)
    assert len({finding.ref for finding in sink.findings}) == len(sink.findings)


def test_a_camera_that_dies_and_comes_back_is_analysed_again(tmp_path: Path) -> None:
    camera, sink = SimulatedCamera(write_h264(tmp_path / "clip.ts", moving(30))), Sink()
    with camera:
        address = camera.address.replace("rtsp://", "rtsp://user:secret@")
        reader = Reader("c1", address, retry_s=0.02)
        with running(reader, Sees(PERSON), sink) as stream:
            assert sink.wait_for(1)
            camera.stop()
            assert reader.wait_for(Status.LOST, SOON_S)
            before = len(sink.findings)
            camera.start()
            assert sink.wait_for(before + 1)
    assert "secret" not in stream.state().source
    assert len({finding.ref for finding in sink.findings}) == len(sink.findings)


def test_one_finding_that_cannot_be_kept_does_not_end_the_camera(tmp_path: Path) -> None:
    clip, sink = write_clip(tmp_path / "clip.mp4", moving(16)), Sink()
    failed = threading.Event()

    def fail_once(finding: Finding) -> None:
        if not failed.is_set():
            failed.set()
            raise OSError("disk full")
        sink(finding)

    with running(Reader("c1", clip, loop=True, pause_s=0.01), Sees(PERSON), fail_once):
        assert sink.wait_for(1)


def test_pictures_that_come_too_late_are_left_out_and_counted(tmp_path: Path) -> None:
    clip, detector = write_clip(tmp_path / "clip.mp4", moving(16)), Sees(PERSON)
    reader = Reader("c1", clip)
    stream = Stream(reader, detector=detector, sink=Sink(), monotonic=lambda: time.monotonic() + 10)
    stream.start()
    reader.start()
    assert reader.wait_for(Status.ENDED, SOON_S)
    reader.stop()
    stream.stop()
    assert stream.state().skipped > 0
    assert detector.pictures == 0


def test_what_is_set_up_anew_holds_from_then_on_without_a_new_connection(tmp_path: Path) -> None:
    def entering(category: str) -> Setup:
        return Setup(rules=(ZoneRule(name="the yard", category=category, classes=PERSONS, quiet_s=0),))

    clip, sink = write_clip(tmp_path / "clip.mp4", moving(200)), Sink()
    reader = Reader("c1", clip)
    stream = Stream(reader, detector=Sees(PERSON), sink=sink, setup=entering("before"))
    stream.start()
    reader.start()
    assert sink.wait_for(1)
    stream.take_up(entering("after"))
    assert sink.wait_for(2)
    assert reader.state().status is Status.RUNNING
    reader.stop()
    stream.stop()
    assert [finding.category for finding in sink.findings[:2]] == ["before", "after"]
    assert len({finding.attributes["identity"] for finding in sink.findings}) == len(sink.findings)
