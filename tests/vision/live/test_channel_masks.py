"""A stream under masks for who looks at it live: nobody gets a picture without the masks that are in force."""

import io
import time
from collections.abc import Callable
from dataclasses import replace

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vision.clips import START, write_h264
from tests.vision.live.looks import MASKED, WHOLE, corner
from tests.vision.packets import read_as_from_camera
from vision.feeds.packet_queue import PacketQueue, StreamEvent
from vision.feeds.packets import Packet, StreamForm
from vision.feeds.reader import Reader
from vision.live.channel import Channel
from vision.privacy.masks import FILL, NO_MASKS, Masks

SOON_S = 20.0
Run = tuple[StreamForm, list[Packet]]
IGNORED = Masks(ignored=WHOLE.privacy)


@pytest.fixture(scope="module")
def white(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Bright pictures without end, ten a second, a key frame every five."""
    path = tmp_path_factory.mktemp("white") / "white.ts"
    return read_as_from_camera(write_h264(path, [np.full((48, 64, 3), 250, np.uint8)] * 5, fps=5), START)


class Camera:
    """A reader that never begins: the test has it pass on the next pictures."""

    def __init__(self, run: Run) -> None:
        self.form, self._five = run
        self.reader = Reader("c1", "rtsp://127.0.0.1:9/none")
        self._number = 0

    def send(self, count: int = 1) -> int:
        """Pass on pictures, each in time; the time stamp of the last."""
        stamp = 0
        for _ in range(count):
            one = self._five[self._number % 5]
            stamp = self._number * 18_000
            self.reader._pass(self.form, replace(one, pts=stamp, dts=stamp, arrived=time.monotonic()))
            self._number += 1
        return stamp

    def to_key(self) -> int:
        """Pass on pictures up to a key frame."""
        return self.send(5 - self._number % 5 + 1)


def brightness(events: list[StreamEvent]) -> list[float]:
    """How bright the corner of each picture is that a viewer got."""
    found: list[float] = []
    played = b""
    for one in [*events, None]:
        if isinstance(one, Packet):
            played += one.data
            continue
        if b"moof" in played:
            with av.open(io.BytesIO(played), "r", format="mp4") as container:
                found += [corner(picture) for picture in container.decode(video=0)]
        played = one.init if isinstance(one, StreamForm) else b""
    return found


def got(viewer: PacketQueue, stamp: int) -> list[StreamEvent]:
    """What a viewer got until the picture of `stamp` came."""
    events: list[StreamEvent] = []
    while not events or not isinstance(events[-1], Packet) or events[-1].pts < stamp:
        one = viewer.get(SOON_S)
        assert one is not None, "the picture did not come"
        events.append(one)
    return events


class Eyes:
    """A viewer who looks at what came whenever it is asked."""

    def __init__(self) -> None:
        self.waiting = PacketQueue()
        self._run: list[StreamEvent] = []

    def see(self, until: int | None = None) -> list[float]:
        """How bright the corner is in the pictures since the last time; waits for that of the time stamp `until`."""
        before = sum(isinstance(one, Packet) for one in self._run)
        events = [*self._run, *([] if until is None else got(self.waiting, until)), *self.waiting.drain()]
        begun = [number for number, one in enumerate(events) if isinstance(one, StreamForm)]
        self._run = events[begun[-1] :] if begun else []
        return brightness(events)[before:]


def test_without_masks_the_cameras_own_packets_pass(white: Run) -> None:
    for masks in (NO_MASKS, IGNORED):
        camera, viewer = Camera(white), PacketQueue()
        live = Channel(camera.reader, masks)
        leave = live.join(viewer)
        begun, first, *_ = got(viewer, camera.send(2))
        assert begun is camera.form
        assert isinstance(first, Packet)
        assert camera.reader._recent[0].data.rstrip(b"\0")[-20:] in first.data
        leave()


def test_with_masks_every_picture_is_masked_and_who_joins_later_gets_the_same_ones(white: Run) -> None:
    camera, first, later = Camera(white), PacketQueue(), PacketQueue()
    live = Channel(camera.reader, MASKED)
    leaving = [live.join(first)]
    before = got(first, camera.send(8))
    leaving.append(live.join(later))
    stamp = camera.send()
    events, caught_up = got(first, stamp), got(later, stamp)
    assert len(camera.reader._sinks) == 1
    assert {id(one) for one in caught_up} <= {id(one) for one in [*before, *events]}
    for leave in leaving:
        leave()
    assert (live.viewers, camera.reader._sinks) == (0, [])
    assert brightness([*before, *events]) == [pytest.approx(FILL, abs=4)] * 9


def test_who_joins_has_a_masked_picture_at_once_though_the_camera_sends_nothing(white: Run) -> None:
    camera, first, later = Camera(white), PacketQueue(), PacketQueue()
    live = Channel(camera.reader, MASKED)
    stamp = camera.send(4)
    leave = live.join(first)
    assert brightness(got(first, stamp)) == [pytest.approx(FILL, abs=4)] * 4
    leave_too = live.join(later)
    assert brightness(got(later, stamp)) == [pytest.approx(FILL, abs=4)] * 4
    leave()
    leave_too()


def test_when_masks_are_drawn_what_waits_for_a_viewer_is_withdrawn_and_all_that_follows_is_masked(white: Run) -> None:
    camera, viewer = Camera(white), PacketQueue()
    live = Channel(camera.reader, NO_MASKS)
    leave = live.join(viewer)
    camera.send(8)
    live.mask(MASKED)
    events = got(viewer, camera.send())
    leave()
    assert brightness(events)
    assert all(abs(one - FILL) < 4 for one in brightness(events))


def test_when_masks_are_taken_away_the_cameras_own_packets_pass_again(white: Run) -> None:
    camera, viewer = Camera(white), PacketQueue()
    live = Channel(camera.reader, MASKED)
    leave = live.join(viewer)
    got(viewer, camera.send(3))
    live.mask(NO_MASKS)
    assert live in camera.reader._sinks
    assert brightness(got(viewer, camera.to_key()))[-1] > 240
    leave()


def test_masks_that_hide_the_same_as_before_interrupt_nobody(white: Run) -> None:
    camera, viewer = Camera(white), PacketQueue()
    live = Channel(camera.reader, MASKED)
    leave = live.join(viewer)
    got(viewer, camera.send(3))
    live.mask(Masks(MASKED.privacy, IGNORED.ignored))
    assert all(isinstance(one, Packet) for one in got(viewer, camera.send()))
    leave()


@settings(max_examples=25)
@given(
    happens=st.lists(st.sampled_from(["send", "send", "lost", "join", "leave", "mask", "clear", "whole"]), max_size=25)
)
def test_whatever_happens_no_viewer_gets_a_picture_without_the_masks_of_that_moment(
    white: Run, happens: list[str]
) -> None:
    camera, masks = Camera(white), NO_MASKS
    live = Channel(camera.reader, masks)
    eyes: list[Eyes] = []
    leaving: list[Callable[[], None]] = []

    def look() -> None:
        for one in eyes:
            for level in one.see():
                assert (level > 240) if masks is NO_MASKS else abs(level - FILL) < 4

    for what in [*happens, "mask", "join", "send"]:
        if what == "send":
            camera.send(3)
        elif what == "lost":
            camera.reader._end_run()
        elif what == "join":
            eyes.append(Eyes())
            leaving.append(live.join(eyes[-1].waiting))
        elif what == "leave" and leaving:
            look()
            leaving.pop()()
            eyes.pop()
        elif what in ("mask", "clear", "whole"):
            look()
            masks = {"mask": MASKED, "clear": NO_MASKS, "whole": WHOLE}[what]
            live.mask(masks)
            look()
    assert eyes[-1].see(until=camera.to_key())
    look()
    for leave in leaving:
        leave()
    look()
