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


@given(keys_every=st.integers(1, 9), most_s=st.floats(0.1, 3.0), taken=st.lists(st.booleans(), min_size=1, max_size=80))
def test_what_waited_too_long_goes_when_a_key_frame_comes_and_the_newest_run_of_pictures_is_always_there(
    keys_every: int, most_s: float, taken: list[bool]
) -> None:
    now, told, got = 0.0, [0], []
    handover = Handover(most_s=most_s, on_news=lambda: told.append(1), monotonic=lambda: now)
    for number, one in enumerate(taken):
        now = number / 10
        handover.take(packet(number, key=number % keys_every == 0))
        if one and (news := handover.get(0)) is not None:
            got.append(news)
            assert isinstance(news, Packet)
            assert number - news.dts <= max(10 * most_s + keys_every, keys_every)
    rest = handover.drain()
    assert rest == [] or rest[-1] == packet(len(taken) - 1, key=(len(taken) - 1) % keys_every == 0)
    packets = [news for news in [*got, *rest] if isinstance(news, Packet)]
    assert len(packets) + handover.dropped == sum(told) == len(taken)
    for one_packet, after in pairwise(packets):
        assert after.key or after.dts == one_packet.dts + 1


def test_what_is_withdrawn_is_gone_and_what_comes_next_begins_with_a_key_frame() -> None:
    handover = Handover()
    handover.begin(FORM)
    for number in range(3):
        handover.take(packet(number, key=number == 0))
    handover.lost()
    handover.withdraw()
    handover.take(packet(3))
    handover.take(packet(4, key=True))
    assert handover.drain() == [FORM, Mark.LOST, Mark.WITHDRAWN, packet(4, key=True)]


def test_what_is_withdrawn_is_no_loss_by_slowness() -> None:
    handover = Handover()
    handover.take(packet(0, key=True))
    handover.withdraw()
    assert handover.dropped == 0
