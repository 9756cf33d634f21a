"""Masks burnt in on a thread of their own: what comes out on a slow machine, and when it cannot be done."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.vision.clips import START
from tests.vision.live.looks import MASKED
from tests.vision.packets import FORM, camera_clip, packet, read_as_from_camera
from vision.feeds.packet_queue import PacketQueue, StreamEvent, StreamMark
from vision.feeds.packets import Packet, StreamForm
from vision.feeds.reader import Reader
from vision.live.masker import LATE_S, Masker

SOON_S = 20.0


class Clock:
    """Stands still until a test moves it."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def run(tmp_path: Path) -> tuple[StreamForm, list[Packet]]:
    """Thirty pictures, a key frame every ten, that arrive at the clock's time."""
    form, packets = read_as_from_camera(camera_clip(tmp_path), START)
    return form, [replace(one, arrived=Clock.now) for one in packets]


@contextmanager
def masking(reader: Reader, out: PacketQueue, clock: Clock) -> Iterator[Masker]:
    masker = Masker(reader, MASKED, out, monotonic=clock)
    try:
        yield masker
    finally:
        masker.stop()


def camera(form: StreamForm, packets: list[Packet]) -> Reader:
    """A reader that never begins and has had these packets."""
    reader = Reader("c1", "rtsp://127.0.0.1:9/none")
    give(reader, form, packets)
    return reader


def give(reader: Reader, form: StreamForm, packets: list[Packet]) -> None:
    for one in packets:
        reader._pass(form, one)


def until(out: PacketQueue, pts: int) -> list[StreamEvent]:
    """What came out until the picture of `pts` did."""
    got: list[StreamEvent] = []
    while not got or not isinstance(got[-1], Packet) or got[-1].pts < pts:
        one = out.get(SOON_S)
        assert one is not None, f"the picture did not come; before it {len(got)} things did"
        got.append(one)
    return got


def test_of_a_camera_that_runs_already_only_the_newest_picture_is_shown_at_once(
    run: tuple[StreamForm, list[Packet]],
) -> None:
    form, packets = run
    old = [replace(one, arrived=one.arrived - 5) for one in packets[:19]]
    clock, out = Clock(), PacketQueue()
    reader = camera(form, old)
    with masking(reader, out, clock):
        got = until(out, packets[18].pts)
        give(reader, form, packets[19:20])
        got += until(out, packets[19].pts)
    assert isinstance(got[0], StreamForm)
    pictures = [one for one in got if isinstance(one, Packet)]
    assert [(one.pts, one.key) for one in pictures] == [(packets[18].pts, True), (packets[19].pts, False)]


def test_however_seldom_a_camera_sends_key_frames_its_first_viewer_has_a_picture_at_once(tmp_path: Path) -> None:
    form, packets = read_as_from_camera(camera_clip(tmp_path, seconds=1, fps=400), START)
    clock, out = Clock(), PacketQueue()
    reader = camera(form, [replace(one, arrived=clock.now - 5) for one in packets])
    with masking(reader, out, clock):
        got = until(out, packets[-1].pts)
    assert isinstance(got[-1], Packet) and got[-1].key


def test_pictures_in_time_are_all_shown(run: tuple[StreamForm, list[Packet]]) -> None:
    form, packets = run
    clock, out = Clock(), PacketQueue()
    clock.now += LATE_S / 2
    reader = camera(form, packets[:1])
    with masking(reader, out, clock):
        give(reader, form, packets[1:])
        got = until(out, packets[-1].pts)
    assert [one.pts for one in got if isinstance(one, Packet)] == [one.pts for one in packets]


class Stuck(PacketQueue):
    """Takes its first picture only when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.reached, self.let = threading.Event(), threading.Event()

    def take(self, packet: Packet) -> None:
        self.reached.set()
        assert self.let.wait(SOON_S)
        super().take(packet)


def test_a_machine_that_is_too_slow_goes_on_with_the_next_key_frame_and_the_reader_never_waits(
    run: tuple[StreamForm, list[Packet]],
) -> None:
    form, packets = run
    clock, out = Clock(), Stuck()
    reader = camera(form, packets[:1])
    with masking(reader, out, clock):
        assert out.reached.wait(SOON_S)
        give(reader, form, packets[1:18])
        clock.now += 3
        give(reader, form, [replace(one, arrived=clock.now) for one in packets[18:]])
        out.let.set()
        got = until(out, packets[-1].pts)
    shown = [one.pts for one in got if isinstance(one, Packet)]
    assert shown == [one.pts for one in (packets[0], *packets[20:])]


def test_nothing_comes_any_more_once_it_was_stopped_and_the_run_is_over(run: tuple[StreamForm, list[Packet]]) -> None:
    form, packets = run
    clock, out = Clock(), PacketQueue()
    reader = camera(form, packets[:1])
    with masking(reader, out, clock):
        until(out, packets[0].pts)
    assert out.drain() == [StreamMark.LOST]
    give(reader, form, packets[1:])
    assert (out.drain(), reader._sinks) == ([], [])


def test_a_lost_camera_is_lost_here_too_and_its_next_run_begins_anew(run: tuple[StreamForm, list[Packet]]) -> None:
    form, packets = run
    clock, out = Clock(), PacketQueue()
    reader = camera(form, packets[:2])
    with masking(reader, out, clock):
        until(out, packets[1].pts)
        reader._end_run()
        assert out.get(SOON_S) is StreamMark.LOST
        give(reader, form, packets[10:12])
        begun, first, *_ = until(out, packets[11].pts)
    assert isinstance(begun, StreamForm)
    assert isinstance(first, Packet) and first.key


def test_what_cannot_be_masked_is_not_shown_at_all_said_once_and_tried_again(
    run: tuple[StreamForm, list[Packet]], caplog: pytest.LogCaptureFixture
) -> None:
    form, packets = run
    clock, out = Clock(), PacketQueue()
    strange = replace(FORM, codec="no such codec")
    with caplog.at_level(logging.ERROR):
        reader = camera(strange, [packet(0, key=True)])
        with masking(reader, out, clock):
            give(reader, strange, [packet(number, key=True) for number in range(1, 5)])
            while not caplog.records:
                time.sleep(0.01)
            reader._end_run()
            give(reader, form, packets[:2])
            got = until(out, packets[1].pts)
    assert isinstance(got[0], StreamForm) and got[0].codec == "h264"
    assert ["cannot be encoded again" in one.message for one in caplog.records] == [True]
