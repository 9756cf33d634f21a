"""A reader on real RTSP: one connection for everybody, and what it does when the camera fails."""

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from telemetry.errors import BadInput
from telemetry.supervision import Supervisor
from tests.telemetry.supervision.test_thread_worker import Told
from tests.vision.packets import camera_clip
from vision.feeds.address import Transport
from vision.feeds.packet_queue import PacketQueue
from vision.feeds.packets import Packet, StreamForm
from vision.feeds.reader import Reader, Status
from vision.frames.decoder import Decoder
from vision.simulator import SimulatedCamera

SOON_S = 20.0


class Sink:
    """Notes what it is told, and lets a test wait for it."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.packets: list[Packet] = []
        self.form: StreamForm | None = None
        self._changed = threading.Condition()

    def begin(self, form: StreamForm) -> None:
        self.form = form
        self._say("begin")

    def take(self, packet: Packet) -> None:
        self.packets.append(packet)
        self._say("key" if packet.key else "packet")

    def lost(self) -> None:
        self._say("lost")

    def wait_for(self, count: int, word: str) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self.told.count(word) >= count, SOON_S)

    def _say(self, word: str) -> None:
        with self._changed:
            self.told.append(word)
            self._changed.notify_all()


@contextmanager
def reading(reader: Reader) -> Iterator[Reader]:
    reader.start()
    try:
        yield reader
    finally:
        reader.stop()


@pytest.mark.parametrize(("codec", "transport"), [("libx264", "tcp"), ("libx264", "udp"), ("libx265", "tcp")])
def test_rtsp_is_read_and_its_pictures_can_be_decoded(tmp_path: Path, codec: str, transport: Transport) -> None:
    sink = Sink()
    with SimulatedCamera(camera_clip(tmp_path, codec=codec)) as camera:
        reader = Reader("c1", camera.address, transport=transport)
        reader.attach(sink)
        with reading(reader):
            assert sink.wait_for(2, "key")
    assert sink.form is not None
    assert (sink.form.codec, sink.form.width) == ("h264" if codec == "libx264" else "hevc", 320)
    assert sink.told[:2] == ["begin", "key"]
    decoder = Decoder(sink.form)
    frames = [frame for packet in sink.packets for frame in decoder.decode(packet)]
    assert len(frames) >= len(sink.packets) - 2
    assert not any(frame.corrupt for frame in frames)


def test_one_connection_serves_everybody_and_a_late_sink_begins_with_the_last_key_frame(tmp_path: Path) -> None:
    first, late = Sink(), Sink()
    with SimulatedCamera(camera_clip(tmp_path)) as camera:
        reader = Reader("c1", camera.address)
        reader.attach(first)
        with reading(reader):
            assert first.wait_for(1, "key")
            assert first.wait_for(3, "packet")
            came = len(first.packets)
            reader.attach(late)
            assert late.told[:2] == ["begin", "key"]
            assert camera.connections == 1
            assert late.wait_for(2, "key")
    assert late.packets == first.packets[-len(late.packets) :]
    assert len(first.packets) - len(late.packets) < came
    assert first.told[-1] == late.told[-1] == "lost"


def test_a_stall_is_seen_and_healed_and_said_once_each_way(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    sink = Sink()
    with (
        SimulatedCamera(camera_clip(tmp_path)) as camera,
        caplog.at_level(logging.INFO, "vision.feeds.reader"),
        reading(Reader("c1", camera.address, retry_s=0.05)) as reader,
    ):
        reader.attach(sink)
        assert sink.wait_for(1, "key")
        camera.flowing.clear()
        assert reader.wait_for(Status.LOST, SOON_S)
        assert "no picture" in str(reader.state().error)
        camera.flowing.set()
        assert sink.wait_for(2, "begin")
        assert reader.wait_for(Status.RUNNING, SOON_S)
        assert reader.state().error is None
    assert ["trying again" in r.getMessage() or "is back" in r.getMessage() for r in caplog.records] == [True, True]
    times = [packet.at for packet in sink.packets]
    assert times == sorted(times)


def test_a_camera_without_its_plug_is_found_again(tmp_path: Path) -> None:
    sink, camera = Sink(), SimulatedCamera(camera_clip(tmp_path))
    camera.start()
    reader = Reader("c1", camera.address, retry_s=0.05)
    reader.attach(sink)
    with reading(reader):
        assert sink.wait_for(1, "key")
        camera.stop()
        assert sink.wait_for(1, "lost")
        camera.start()
        assert sink.wait_for(2, "begin")
        camera.stop()


def test_what_builds_on_pictures_lost_on_the_way_is_kept_and_marked(tmp_path: Path) -> None:
    sink = Sink()
    with SimulatedCamera(camera_clip(tmp_path)) as camera:
        reader = Reader("c1", camera.address, transport="udp")
        reader.attach(sink)
        with reading(reader):
            assert sink.wait_for(1, "key")
            assert sink.wait_for(5, "packet")
            camera.loss = 0.3
            assert sink.wait_for(3, "key")
    assert sink.form is not None
    decoder = Decoder(sink.form)
    frames = [frame for packet in sink.packets for frame in decoder.decode(packet)]
    assert any(frame.corrupt for frame in frames)
    assert not any(frame.corrupt for frame in frames if frame.picture.key_frame)


def test_a_sink_that_fails_is_let_go_and_the_others_go_on(tmp_path: Path) -> None:
    class Broken(Sink):
        def take(self, packet: Packet) -> None:
            raise OSError("disk full")

    clip, sink = camera_clip(tmp_path, seconds=1), Sink()
    reader = Reader("c1", clip)
    reader.attach(Broken())
    reader.attach(sink)
    with reading(reader):
        assert reader.wait_for(Status.ENDED, SOON_S)
    assert len(sink.packets) == 10


def test_a_sink_that_is_slow_does_not_hold_the_reader_up(tmp_path: Path) -> None:
    slow, sink = PacketQueue(most_packets=2), Sink()
    reader = Reader("c1", camera_clip(tmp_path, seconds=1))
    reader.attach(slow)
    reader.attach(sink)
    with reading(reader):
        assert reader.wait_for(Status.ENDED, SOON_S)
    assert len(sink.packets) == 10
    assert slow.dropped >= 8


def test_a_source_that_appears_later_is_picked_up_and_said_once_each_way(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    place, ready = tmp_path / "late.ts", camera_clip(tmp_path, seconds=1)
    reader = Reader("c1", place, retry_s=0.02)
    with caplog.at_level(logging.INFO, "vision.feeds.reader"), reading(reader):
        assert reader.wait_for(Status.LOST, SOON_S)
        assert "there is no such file" in str(reader.state().error)
        ready.replace(place)
        assert reader.wait_for(Status.ENDED, SOON_S)
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 2
    assert "late.ts: there is no such file; trying again" in told[0]
    assert "video is back" in told[1]


def test_stopping_in_the_middle_ends_the_thread_and_says_stopped(tmp_path: Path) -> None:
    reader = Reader("c1", camera_clip(tmp_path, seconds=30))
    reader.start()
    assert reader.wait_for(Status.RUNNING, SOON_S)
    reader.stop()
    assert reader.state().status is Status.STOPPED
    assert reader.state().packets < 300


@pytest.mark.parametrize(
    ("listen", "push", "container"),
    [
        ("tcp://127.0.0.1:{}?listen", "tcp://127.0.0.1:{}", "mpegts"),
        ("udp://127.0.0.1:{}", "udp://127.0.0.1:{}?pkt_size=1316", "mpegts"),
        ("rtmp://127.0.0.1:{}/live/body?listen", "rtmp://127.0.0.1:{}/live/body", "flv"),
        ("rtsp://127.0.0.1:{}/body?listen", "rtsp://127.0.0.1:{}/body", "rtsp"),
    ],
)
def test_a_body_camera_that_publishes_to_us_is_read(
    tmp_path: Path, free_port: int, listen: str, push: str, container: str
) -> None:
    sink, clip = Sink(), camera_clip(tmp_path, seconds=8)
    reader = Reader("body", listen.format(free_port), retry_s=0.01)
    reader.attach(sink)
    with reading(reader):
        words = [sys.executable, "-m", "tests.vision.publisher", str(clip), push.format(free_port), container]
        camera = subprocess.Popen(words)
        try:
            assert sink.wait_for(1, "key")
            assert sink.wait_for(5, "packet")
        finally:
            camera.terminate()
            camera.wait()


def test_the_file_clock_is_the_monotonic_one(tmp_path: Path) -> None:
    reader, begun = Reader("c1", camera_clip(tmp_path, seconds=1)), time.monotonic()
    with reading(reader):
        assert reader.wait_for(Status.ENDED, SOON_S)
    assert (reader.state().last_at or 0) - begun >= 0.9


def test_a_reader_that_fails_unexpectedly_is_started_again_and_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail_once(_reader: Reader, _error: Exception) -> float:
        monkeypatch.undo()
        raise RuntimeError("no luck")

    def refuse(_reader: Reader) -> None:
        raise BadInput("this picture cannot be handed on")

    monkeypatch.setattr(Reader, "_running", refuse)
    monkeypatch.setattr(Reader, "_pause_after", fail_once)
    told = Told()
    supervisor = Supervisor(told)
    with SimulatedCamera(camera_clip(tmp_path)) as camera:
        reader = Reader("c1", camera.address, supervisor=supervisor, part="small")
        with reading(reader):
            assert told.next() == "reader c1 small failed: no luck"
            assert told.next() == "reader c1 small recovered"
            assert reader.wait_for(Status.RUNNING, SOON_S)
            assert [report.restarts for report in supervisor.reports()] == [1]
    assert supervisor.reports() == []
