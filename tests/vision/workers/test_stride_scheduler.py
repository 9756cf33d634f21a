"""Who is looked at next."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.workers.stride_scheduler import StrideScheduler


def served(weights: dict[str, float], turns: int, took_s: float) -> Counter[str]:
    """Who had how many turns when everybody asks again at once."""
    order, now, counted = StrideScheduler(), 0.0, Counter[str]()
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


def test_whose_turns_cost_twice_as_much_has_half_as_many() -> None:
    order, counted = StrideScheduler(), Counter[str]()
    for name in ("wide", "narrow"):
        order.join(name, 1)
        order.ask(name, 0)
    for now in range(300):
        first = order.first()
        assert first is not None
        order.serve(first, now)
        order.charge(first, 1 if first == "wide" else 0)
        order.ask(first, now)
        counted[first] += 1
    assert counted["wide"] == pytest.approx(100, abs=2)


def test_who_did_not_ask_for_a_while_has_saved_no_turns_up() -> None:
    order = StrideScheduler()
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


@given(st.integers(1, 60))
def test_rates_are_told_by_name_over_the_last_ten_seconds(turns: int) -> None:
    order = StrideScheduler()
    order.join("gate", 4)
    for now in range(turns):
        order.ask("gate", now)
        order.serve("gate", now + 0.25)
    rate = order.rate("gate", turns - 0.75)
    assert rate is not None
    assert (rate.weight, rate.per_s, rate.waited_s) == (4, min(turns, 11) / 10, 0.25)
    assert order.rate("nobody", 0) is None


def test_who_left_is_not_waited_for() -> None:
    order = StrideScheduler()
    for name, weight in (("a", 1.0), ("b", 9.0)):
        order.join(name, weight)
        order.ask(name, 0)
    order.leave("b")
    assert (order.first(), order.asks("a")) == ("a", True)


def test_a_weight_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="weight of a is 0; it must be above 0"):
        StrideScheduler().join("a", 0)
