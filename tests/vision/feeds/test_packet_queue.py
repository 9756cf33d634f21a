"""Handing over to a slow taker: the reader never waits, and what goes on begins with a key frame."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.vision.packets import FORM, packet
from vision.feeds.packet_queue import PacketQueue, StreamMark
from vision.feeds.packets import Packet


def test_what_is_given_comes_in_order_with_the_runs_around_it() -> None:
    packet_queue = PacketQueue()
    packet_queue.begin(FORM)
    packet_queue.take(packet(0, key=True))
    packet_queue.lost()
    assert packet_queue.drain() == [FORM, packet(0, key=True), StreamMark.LOST]
    assert packet_queue.get(0) is None


@given(keys_every=st.integers(1, 9), room=st.integers(1, 20), taken_every=st.integers(1, 12), count=st.integers(1, 120))
def test_a_slow_taker_gets_whole_runs_from_key_frames_on_and_every_loss_is_counted(
    keys_every: int, room: int, taken_every: int, count: int
) -> None:
    packet_queue, got = PacketQueue(most_packets=room), []
    packet_queue.begin(FORM)
    for number in range(count):
        packet_queue.take(packet(number, key=number % keys_every == 0))
        if number % taken_every == 0:
            got.append(packet_queue.get(0))
    got += packet_queue.drain()
    packets = [event for event in got if isinstance(event, Packet)]
    assert got[0] == FORM
    assert len(packets) + packet_queue.dropped == count
    for before, after in pairwise(packets):
        assert after.key or after.dts == before.dts + 1


def test_the_bytes_that_wait_are_bounded_too() -> None:
    packet_queue = PacketQueue(most_bytes=100)
    packet_queue.begin(FORM)
    for number in range(10):
        packet_queue.take(packet(number, key=True, data=bytes(60)))
    assert len(packet_queue.drain()) <= 3
    assert packet_queue.dropped >= 7


@given(keys_every=st.integers(1, 9), most_s=st.floats(0.1, 3.0), taken=st.lists(st.booleans(), min_size=1, max_size=80))
def test_what_waited_too_long_goes_when_a_key_frame_comes_and_the_newest_run_of_pictures_is_always_there(
    keys_every: int, most_s: float, taken: list[bool]
) -> None:
    now, told, got = 0.0, [0], []
    packet_queue = PacketQueue(most_s=most_s, on_event=lambda: told.append(1), monotonic=lambda: now)
    for number, one in enumerate(taken):
        now = number / 10
        packet_queue.take(packet(number, key=number % keys_every == 0))
        if one and (event := packet_queue.get(0)) is not None:
            got.append(event)
            assert isinstance(event, Packet)
            assert number - event.dts <= max(10 * most_s + keys_every, keys_every)
    rest = packet_queue.drain()
    assert rest == [] or rest[-1] == packet(len(taken) - 1, key=(len(taken) - 1) % keys_every == 0)
    packets = [event for event in [*got, *rest] if isinstance(event, Packet)]
    assert len(packets) + packet_queue.dropped == sum(told) == len(taken)
    for one_packet, after in pairwise(packets):
        assert after.key or after.dts == one_packet.dts + 1


def test_what_is_withdrawn_is_gone_and_what_comes_next_begins_with_a_key_frame() -> None:
    packet_queue = PacketQueue()
    packet_queue.begin(FORM)
    for number in range(3):
        packet_queue.take(packet(number, key=number == 0))
    packet_queue.lost()
    packet_queue.withdraw()
    packet_queue.take(packet(3))
    packet_queue.take(packet(4, key=True))
    assert packet_queue.drain() == [FORM, StreamMark.LOST, StreamMark.WITHDRAWN, packet(4, key=True)]


def test_what_is_withdrawn_is_no_loss_by_slowness() -> None:
    packet_queue = PacketQueue()
    packet_queue.take(packet(0, key=True))
    packet_queue.withdraw()
    assert packet_queue.dropped == 0
