"""Who is looked at next."""

import threading
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.detector import Box, Detection
from vision.frames import Image
from vision.turns import InTurn, Order, Turns


def served(weights: dict[str, float], turns: int, took_s: float) -> Counter[str]:
    """Who had how many turns when everybody asks again at once."""
    order, now, counted = Order(), 0.0, Counter[str]()
    for name, weight in weights.items():
        order.join(name, weight)
        order.ask(name, now)
    for _ in range(turns):
        first = order.first()
        assert first is not None
        order.serve(first, now)
        now += took_s
        order.ask(first, now)
        counted[first] += 1
    return counted


def test_an_entrance_is_looked_at_as_much_more_often_as_its_weight_says() -> None:
    counted = served({"drone": 4, "entrance": 4, "yard": 1, "park": 1}, 1_000, 0.05)
    assert counted["drone"] == pytest.approx(400, rel=0.1)
    assert counted["yard"] == pytest.approx(100, rel=0.1)


def test_who_did_not_ask_for_a_while_has_saved_no_turns_up() -> None:
    order = Order()
    for name in ("busy", "sleeper"):
        order.join(name, 1)
    for now in range(100):
        order.ask("busy", now)
        order.serve("busy", now)
    order.ask("busy", 100)
    order.ask("sleeper", 100)
    served = []
    for now in range(101, 121):
        first = str(order.first())
        served.append(first)
        order.serve(first, now)
        order.ask(first, now)
    assert served.count("busy") == 10


@given(st.lists(st.sampled_from([1.0, 2.0, 4.0]), min_size=1, max_size=40))
def test_nobody_waits_for_ever(weights: list[float]) -> None:
    names = {f"camera {number}": weight for number, weight in enumerate(weights)}
    assert set(served(names, 6 * sum(map(int, weights)) + 6, 0.03)) == set(names)


class Slow:
    """Looks at one picture at a time and says when two come at once."""

    def __init__(self) -> None:
        self.inside = 0
        self.most = 0

    def detect(self, image: Image) -> Sequence[Detection]:
        self.inside += 1
        self.most = max(self.most, self.inside)
        threading.Event().wait(0.002)
        self.inside -= 1
        return [Detection("car", 0.9, Box(0, 0, 1, 1))]


def test_many_threads_share_one_detector_and_their_rates_are_told_by_name() -> None:
    turns, slow, image = Turns(), Slow(), np.zeros((4, 4, 3), np.uint8)
    for number in range(8):
        turns.join(f"camera {number}", weight=4 if number == 0 else 1)

    def work(name: str) -> None:
        for _ in range(20):
            assert InTurn(slow, turns, name).detect(image)

    threads = [threading.Thread(target=work, args=(f"camera {number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rates = turns.rates()
    assert slow.most == 1
    assert {name: rate.per_s for name, rate in rates.items()} == {f"camera {n}": 2.0 for n in range(8)}
    assert rates["camera 0"].weight == 4
    assert all(rate.waited_s >= 0 for rate in rates.values())


def test_a_turn_that_fails_is_given_back() -> None:
    turns = Turns()
    turns.join("a")
    with pytest.raises(RuntimeError), turns.turn("a"):
        raise RuntimeError
    with turns.turn("a"):
        pass


def test_who_left_is_not_waited_for() -> None:
    turns = Turns()
    turns.join("a")
    turns.join("b", weight=9)
    turns.leave("b")
    with turns.turn("a"):
        assert set(turns.rates()) == {"a"}


def test_a_weight_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="weight of a is 0; it must be above 0"):
        Turns().join("a", weight=0)
