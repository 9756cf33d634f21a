"""Weighing."""

import math

import pytest

from incidents.grouping.evidence import Evidence
from incidents.grouping.habits import default_habits
from incidents.grouping.places import place_log_density, tailed
from incidents.grouping.times import late_log_density
from incidents.grouping.witnesses import CALLER_ERROR, PRECISE_ERROR, SourceClass, TailedError, Witness, witness_of
from telemetry.observations import Observation, SourceKind
from tests.builders import NOON
from tests.incidents.grouping.builders import camera, word

HABITS = default_habits()


def witnesses(*seen: Observation) -> list[Witness]:
    return sorted(
        (witness_of(one, one.started_at.timestamp(), frozenset(), named=False) for one in seen),
        key=lambda one: one.order,
    )


@pytest.mark.parametrize("error", [CALLER_ERROR, PRECISE_ERROR])
def test_a_tailed_error_is_a_density(error: TailedError) -> None:
    """Its integral over the plane is 1."""
    rings = (math.exp(tailed(r * r, 100.0, error)) * 2 * math.pi * r for r in range(1, 2_000))
    assert sum(rings) == pytest.approx(1, abs=0.01)


def test_a_delay_is_a_density() -> None:
    assert sum(math.exp(late_log_density(s + 0.5, 300)) for s in range(20_000)) == pytest.approx(1, abs=0.01)


def test_a_word_further_off_is_less_likely_of_the_same_thing() -> None:
    odds = []
    for east_m in (0, 50, 100, 200, 400):
        pair = witnesses(camera("a", "fight"), word("b", "fight", minutes=1, east_m=east_m))
        odds.append(Evidence(pair, HABITS).gain((0,), (1,)))
    assert odds == sorted(odds, reverse=True)


def test_a_far_pin_of_a_caller_costs_less_than_that_of_a_camera() -> None:
    """A pin has tails, a camera that places things hardly any."""
    habit = HABITS.habit("fight")
    vague = place_log_density(witnesses(camera("a", "fight"), word("b", "fight", accuracy_m=25, east_m=150)), habit)
    exact = place_log_density(witnesses(camera("a", "fight"), camera("b", "fight", accuracy_m=14, east_m=150)), habit)
    assert vague > exact + 5


def test_every_naming_leaves_a_chance_for_the_right_name() -> None:
    for of in SourceClass:
        for kind in HABITS.by_kind:
            named = HABITS.naming[of].get(kind, {})
            assert sum(named.values()) <= 0.95, (of, kind)
            assert set(named) <= set(HABITS.by_kind), (of, kind)


def test_no_name_is_impossible() -> None:
    assert HABITS.log_said("pothole", "fight", SourceClass.PATROL) > math.log(0.001)


def test_a_likelihood_does_not_depend_on_what_else_is_known() -> None:
    pair = witnesses(camera("a", "fight"), word("b", "fight", minutes=1))
    more = witnesses(camera("a", "fight"), word("b", "fight", minutes=1), word("c", "noise", minutes=9, east_m=500))
    assert Evidence(pair, HABITS).gain((0,), (1,)) == Evidence(more, HABITS).gain((0,), (1,))
    assert NOON.timestamp() == pair[0].at_s


def test_names_that_devices_give_to_what_they_follow_do_not_contradict_each_other() -> None:
    first, second = witnesses(
        camera("1", "vehicle_in_closed_area", attributes={"identity": "TWR-2/epoch/14"}),
        camera("2", "vehicle_in_closed_area", minutes=1, attributes={"identity": "DRN-1/epoch/3"}),
    )
    assert Evidence([first, second], HABITS).gain((0,), (1,)) > 0


@pytest.mark.parametrize(("kind", "of_one"), [("fight", False), ("crowd", True), ("flooding", True)])
def test_those_who_are_there_agree_on_the_place_of_what_has_one(kind: str, of_one: bool) -> None:
    there = [
        word(ref, kind, kind=SourceKind.INSPECTOR, accuracy_m=8, east_m=east_m) for ref, east_m in (("a", 0), ("b", 90))
    ]
    assert (Evidence(witnesses(*there), HABITS).gain((0,), (1,)) > 0) == of_one


def test_a_telephone_knows_where_the_caller_is_and_not_the_thing() -> None:
    phones = witnesses(*(word(ref, "fight", accuracy_m=14, east_m=east_m) for ref, east_m in (("a", 0), ("b", 90))))
    assert Evidence(phones, HABITS).gain((0,), (1,)) > 0
