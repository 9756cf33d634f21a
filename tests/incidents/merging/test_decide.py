"""The decision whether an observation belongs to an incident."""

import math
from dataclasses import replace
from datetime import timedelta

import pytest

from incidents.merging import Incident, decide, default_rules
from incidents.merging.decide import weigh
from incidents.merging.incident import opened_by
from telemetry.cities import City
from telemetry.observations import Observation, SourceKind
from tests.builders import NOON, observation, place

RULES = default_rules()


def incident(first: Observation) -> Incident:
    return opened_by(first, first.started_at, RULES[first.category])


def joins(second: Observation, first: Observation) -> bool:
    decision = decide(second, [incident(first)], now=NOON + timedelta(days=30), rules=RULES)
    return decision.incident_id is not None


def test_two_sources_seeing_the_same_place_at_the_same_time_are_one_incident() -> None:
    drone = observation("d", kind=SourceKind.DRONE, position=place(east_m=40, accuracy_m=30))
    assert joins(observation("t", kind=SourceKind.TOWER, after_s=60), drone)


def test_a_kilometre_apart_is_another_incident() -> None:
    assert not joins(observation("b", position=place(east_m=1_000)), observation("a"))


def test_the_same_place_hours_later_is_another_incident() -> None:
    assert not joins(observation("b", after_s=3 * 3600), observation("a"))


def test_another_kind_of_thing_in_the_same_place_is_another_incident() -> None:
    assert not joins(observation("b", category="graffiti"), observation("a"))


def test_a_kind_that_is_often_mixed_up_joins_when_it_is_close() -> None:
    assert joins(observation("b", category="person_in_closed_area"), observation("a"))


def test_the_other_town_is_another_incident_even_at_the_same_point() -> None:
    assert not joins(observation("b", city=City("siauliai"), position=place()), observation("a"))


def test_a_simulated_observation_never_joins_a_real_incident() -> None:
    assert not joins(observation("b", attributes={"simulated": True}), observation("a"))


def test_a_passing_sight_joins_only_by_the_plate_it_shares() -> None:
    hit = observation("a", category="plate_hit", attributes={"identity": "KLR123"})
    assert joins(observation("b", category="plate_read", attributes={"identity": "KLR123"}), hit)
    assert not joins(observation("c", category="plate_read", attributes={"identity": "XYZ999"}), hit)


def test_a_reporter_who_names_the_incident_is_believed_wherever_and_whenever() -> None:
    first = observation("a")
    named = observation(
        "b",
        category="graffiti",
        after_s=90_000,
        position=place(east_m=5_000),
        attributes={"incident_id": incident(first).id},
    )
    assert joins(named, first)


def test_what_comes_after_an_incident_was_closed_opens_a_new_one() -> None:
    closed = replace(incident(observation("a")), closed_at=NOON + timedelta(seconds=30))
    assert weigh(observation("b", after_s=60), NOON + timedelta(seconds=60), closed, RULES)[0] == -math.inf
    assert weigh(observation("c", after_s=20), NOON + timedelta(seconds=20), closed, RULES)[0] > 0


def test_a_vague_source_is_allowed_more_metres_but_fewer_of_its_own_sigmas() -> None:
    def limit(accuracy_m: float) -> float:
        seen = observation("b", position=place(accuracy_m=accuracy_m))
        _, reasons = weigh(seen, NOON, incident(observation("a")), RULES)
        return next(r.limit for r in reasons if r.term == "distance") or 0

    assert limit(150) > limit(10)
    assert limit(150) / 150 < limit(10) / 10


def test_the_limit_it_states_is_where_the_decision_turns() -> None:
    first = observation("a")
    _, reasons = weigh(observation("b"), NOON, incident(first), RULES)
    limit = next(r.limit for r in reasons if r.term == "distance") or 0
    assert joins(observation("b", position=place(east_m=limit - 1)), first)
    assert not joins(observation("b", position=place(east_m=limit + 1)), first)


def test_every_decision_says_distance_time_category_and_accuracy() -> None:
    first = incident(observation("a"))
    decision = decide(observation("b", after_s=30), [first], now=NOON + timedelta(hours=1), rules=RULES)
    assert {reason.term for reason in decision.reasons} == {"distance", "time", "category", "accuracy"}


def test_a_device_whose_clock_runs_ahead_is_taken_at_its_arrival_and_the_reason_says_so() -> None:
    decision = decide(observation("b", after_s=500), [], now=NOON, rules=RULES)
    assert decision.at == NOON
    assert "500 s ahead" in next(str(r.text) for r in decision.reasons if r.term == "clock")


@pytest.mark.parametrize("missing", ["first", "second"])
def test_an_observation_without_a_position_stays_alone(missing: str) -> None:
    bare = observation("x").model_copy(update={"position": None})
    pair = (bare, observation("b")) if missing == "first" else (observation("a"), bare)
    assert not joins(pair[1], pair[0])
