"""A stream: replays, survives what happens to its source, and says how it is."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.clock import ManualClock
from tests.vision.clips import PERSON, START, Sees, moving, write_clip
from vision.findings import Finding
from vision.streams import Pace, Status, Stream

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
def running(stream: Stream) -> Iterator[Stream]:
    stream.start()
    try:
        yield stream
    finally:
        stream.stop()


@contextmanager
def serving(content: bytes, port: int) -> Iterator[None]:
    """An HTTP camera on `port` that sends `content` and hangs up."""

    class Camera(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "video/mp2t")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Camera)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_file_is_replayed_once_and_its_findings_carry_the_time_of_the_replay(tmp_path: Path) -> None:
    clip, sink = write_clip(tmp_path / "clip.mp4", moving(16)), Sink()
    with running(Stream("c1", clip, detector=Sees(PERSON), sink=sink, clock=ManualClock(START))) as stream:
        assert stream.wait_for(Status.ENDED, SOON_S)
    assert [(finding.camera_id, finding.at >= START) for finding in sink.findings] == [("c1", True)]
    assert stream.state().counters.frames == 16


def test_a_looped_file_gives_new_findings_each_round(tmp_path: Path) -> None:
    clip, sink = write_clip(tmp_path / "clip.mp4", moving(16)), Sink()
    with running(Stream("c1", clip, detector=Sees(PERSON), sink=sink, loop=True, pause_s=0.01)):
        assert sink.wait_for(2)
    assert len({finding.ref for finding in sink.findings}) == len(sink.findings)


def test_a_source_that_appears_later_is_picked_up_and_said_once_each_way(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    place, sink = tmp_path / "late.mp4", Sink()
    ready = write_clip(tmp_path / "ready.mp4", moving(16))
    stream = Stream("c1", place, detector=Sees(PERSON), sink=sink, first_retry_s=0.02)
    with caplog.at_level(logging.INFO, "vision.streams"), running(stream):
        assert stream.wait_for(Status.LOST, SOON_S)
        assert "there is no such file" in (stream.state().error or "")
        ready.replace(place)
        assert sink.wait_for(1)
        assert stream.wait_for(Status.ENDED, SOON_S)
    told = [record.getMessage() for record in caplog.records if record.name == "vision.streams"]
    assert len(told) == 2
    assert "late.mp4: there is no such file; trying again" in told[0]
    assert "video is back" in told[1]
    assert stream.state().error is None


def test_a_camera_that_dies_and_comes_back_is_found_again(tmp_path: Path, free_port: int) -> None:
    content, sink = write_clip(tmp_path / "clip.ts", moving(30)).read_bytes(), Sink()
    address = f"http://user:secret@127.0.0.1:{free_port}/live.ts"
    stream = Stream("c1", address, detector=Sees(PERSON), sink=sink, first_retry_s=0.02)
    with running(stream):
        with serving(content, free_port):
            assert sink.wait_for(1)
        assert stream.wait_for(Status.LOST, SOON_S)
        before = len(sink.findings)
        with serving(content, free_port):
            assert sink.wait_for(before + 1)
    assert "secret" not in stream.state().source
    assert len({finding.ref for finding in sink.findings}) == len(sink.findings)


def test_one_sink_that_fails_does_not_end_the_camera(tmp_path: Path) -> None:
    clip, sink = write_clip(tmp_path / "clip.mp4", moving(16)), Sink()
    failed = threading.Event()

    def fail_once(finding: Finding) -> None:
        if not failed.is_set():
            failed.set()
            raise OSError("disk full")
        sink(finding)

    with running(Stream("c1", clip, detector=Sees(PERSON), sink=fail_once, first_retry_s=0.02)):
        assert sink.wait_for(1)


def test_stopping_in_the_middle_ends_the_thread_and_says_stopped(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", moving(600))
    stream = Stream("c1", clip, detector=Sees(), sink=Sink())
    stream.start()
    assert stream.wait_for(Status.RUNNING, SOON_S)
    stream.stop()
    assert stream.state().status is Status.STOPPED
    assert stream.state().counters.frames < 600


class Ticks:
    """A monotonic clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_replayed_file_waits_for_each_frames_time() -> None:
    ticks = Ticks()
    pace = Pace(live=False, monotonic=ticks)
    assert pace.early_s(0.0) == 0
    assert pace.early_s(0.4) == pytest.approx(0.4)
    ticks.now += 0.9
    assert pace.early_s(0.8) == 0


def test_a_machine_too_busy_leaves_pictures_out_until_it_is_with_the_present_again() -> None:
    ticks = Ticks()
    pace = Pace(live=False, monotonic=ticks)
    pace.early_s(0.0)
    ticks.now += 3
    assert pace.early_s(0.2) is None
    assert pace.early_s(1.0) is None
    assert pace.early_s(2.5) == 0


def test_a_clock_that_jumped_is_believed_after_a_while() -> None:
    ticks = Ticks()
    pace = Pace(live=True, monotonic=ticks)
    pace.early_s(0.0)
    ticks.now += 3600
    answers = []
    for number in range(1, 200):
        ticks.now += 0.04
        answers.append(pace.early_s(number * 0.04))
    assert answers[0] is None
    assert answers[-1] == 0


@given(rate=st.floats(0.995, 1.005), jitter=st.lists(st.floats(0, 0.3), min_size=400, max_size=400))
def test_a_live_camera_whose_clock_drifts_is_never_taken_for_late(rate: float, jitter: list[float]) -> None:
    ticks = Ticks()
    pace = Pace(live=True, monotonic=ticks)
    for number, late in enumerate(jitter):
        ticks.now = 100 + number * 0.5 + late
        assert pace.early_s(number * 0.5 * rate) is not None
