"""Handing over to a slow taker: the reader never waits, and what goes on begins with a key frame."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.vision.packets import FORM, packet
from vision.feeds.handover import Handover, Mark
from vision.feeds.packets import Packet


def test_what_is_given_comes_in_order_with_the_runs_around_it() -> None:
    handover = Handover()
    handover.begin(FORM)
    handover.take(packet(0, key=True))
    handover.lost()
    assert handover.drain() == [FORM, packet(0, key=True), Mark.LOST]
    assert handover.get(0) is None


@given(keys_every=st.integers(1, 9), room=st.integers(1, 20), taken_every=st.integers(1, 12), count=st.integers(1, 120))
def test_a_slow_taker_gets_whole_runs_from_key_frames_on_and_every_loss_is_counted(
    keys_every: int, room: int, taken_every: int, count: int
) -> None:
    handover, got = Handover(most_packets=room), []
    handover.begin(FORM)
    for number in range(count):
        handover.take(packet(number, key=number % keys_every == 0))
        if number % taken_every == 0:
            got.append(handover.get(0))
    got += handover.drain()
    packets = [news for news in got if isinstance(news, Packet)]
    assert got[0] == FORM
    assert len(packets) + handover.dropped == count
    for before, after in pairwise(packets):
        assert after.key or after.dts == before.dts + 1


def test_the_bytes_that_wait_are_bounded_too() -> None:
    handover = Handover(most_bytes=100)
    handover.begin(FORM)
    for number in range(10):
        handover.take(packet(number, key=True, data=bytes(60)))
    assert len(handover.drain()) <= 3
    assert handover.dropped >= 7
