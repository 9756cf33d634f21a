"""One stream for many viewers: each begins with a key frame at once, and none notices the others."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.errors import Overloaded
from tests.vision.packets import FORM, packet
from vision.feeds.packet_queue import PacketQueue, StreamEvent, StreamMark
from vision.feeds.packets import Packet
from vision.feeds.reader import Reader
from vision.live.channel import Channel
from vision.live.conversion_budget import ConversionBudget
from vision.privacy.masks import NO_MASKS


def channel() -> tuple[Reader, Channel]:
    """A channel on a reader that never begins: the test gives the packets."""
    reader = Reader("c1", "rtsp://127.0.0.1:9/none")
    return reader, Channel(reader, NO_MASKS)


def times(events: list[StreamEvent]) -> list[int]:
    return [one.dts for one in events if isinstance(one, Packet)]


def test_who_comes_in_the_middle_gets_everything_since_the_last_key_frame_at_once() -> None:
    _, live = channel()
    first, late = PacketQueue(), PacketQueue()
    live.join(first)
    live.begin(FORM)
    for number in range(8):
        live.take(packet(number, key=number % 5 == 0))
    live.join(late)
    got = late.drain()
    assert (got[0], times(got)) == (FORM, [5, 6, 7])
    live.take(packet(8))
    assert times(late.drain()) == [8]
    assert times(first.drain()) == list(range(9))


def test_a_picture_is_packed_once_for_all() -> None:
    _, live = channel()
    viewers = [PacketQueue() for _ in range(3)]
    for viewer in viewers:
        live.join(viewer)
    live.begin(FORM)
    live.take(packet(0, key=True))
    packed = {id(one) for viewer in viewers for one in viewer.drain() if isinstance(one, Packet)}
    assert len(packed) == 1


def test_without_viewers_nothing_is_asked_of_the_reader_and_the_next_first_one_asks_again() -> None:
    reader, live = channel()
    for _ in range(2):
        assert reader._sinks == []
        leave = live.join(PacketQueue())
        assert reader._sinks == [live]
        leave()
    assert (reader._sinks, live.viewers) == ([], 0)


def test_a_viewer_who_takes_nothing_costs_the_others_nothing() -> None:
    _, live = channel()
    stuck, quick = PacketQueue(most_packets=5), PacketQueue()
    live.join(stuck)
    live.join(quick)
    live.begin(FORM)
    for number in range(30):
        live.take(packet(number, key=number % 5 == 0))
    live.lost()
    got = quick.drain()
    assert (times(got), got[-1], quick.dropped) == (list(range(30)), StreamMark.LOST, 0)
    assert len(times(stuck.drain())) <= 5


@given(
    st.lists(st.sampled_from(["key", "next", "join", "leave", "lost", "begin"]), max_size=60),
    st.integers(1, 5),
)
def test_whatever_happens_a_viewer_sees_forms_and_then_whole_runs_of_pictures_from_key_frames_on(
    happens: list[str], most: int
) -> None:
    _, live = channel()
    viewers: list[PacketQueue] = []
    leaving: list[Callable[[], None]] = []
    running, number = False, 0
    for what in happens:
        if what == "join" and len(leaving) < most:
            viewers.append(PacketQueue())
            leaving.append(live.join(viewers[-1]))
        elif what == "leave" and leaving:
            leaving.pop()()
        elif what == "begin" and not running:
            running = True
            live.begin(FORM)
            live.take(packet(number := number + 1, key=True))
        elif what == "lost" and running:
            running = False
            live.lost()
        elif what in ("key", "next") and running and leaving:
            live.take(packet(number := number + 1, key=what == "key"))
    for viewer in viewers:
        got = viewer.drain()
        assert not got or got[0] in (FORM, StreamMark.LOST)
        for before, after in pairwise(got):
            if isinstance(after, Packet):
                assert after.key or (isinstance(before, Packet) and after.dts == before.dts + 1)


def test_so_many_cameras_are_converted_at_once_and_it_is_said_when_there_are_too_many() -> None:
    budget = ConversionBudget(1)
    readers = [Reader(name, "rtsp://127.0.0.1:9/none") for name in ("c1", "c2")]
    first, second = (Channel(reader, NO_MASKS, conversions=budget) for reader in readers)
    leave = first.join(PacketQueue())
    also_leave = first.join(PacketQueue())
    with pytest.raises(Overloaded, match="1 camera at once"):
        second.join(PacketQueue())
    assert second.viewers == 0
    leave()
    also_leave()
    second.join(PacketQueue())()
    assert [reader._sinks for reader in readers] == [[], []]
