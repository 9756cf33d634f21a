"""Schedules keep to their request, are the cheapest when there is little to do, and stay calm when made anew."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks._city import SMALL, TOWN_DAY, city_day
from benchmarks._city import told as confirmed
from benchmarks._city_optimum import Optimum
from mission.schedule.exact import FEW
from mission.schedule.request import ScheduleBattery, ScheduleRequest
from mission.schedule.solver import solve
from mission.schedule.verify import violations
from mission.zones.attention import TimeWindow
from telemetry.errors import BadInput
from tests.mission.schedule.builders import (
    CAMERA,
    DRONE,
    TOWER,
    at,
    camera,
    drone,
    inspector,
    request,
    span,
    told,
    zone,
)

SEEDS = st.integers(0, 10**6)


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.integers(1, 8))
def test_a_schedule_of_few_visits_keeps_to_its_request_and_is_proven(seed: int, zones: int) -> None:
    asked = city_day(seed, SMALL, zones=zones)
    answer = solve(asked)
    few = answer.numbers.visits_wanted <= FEW  # a visit that is divided counts as its parts
    assert (list(violations(asked, answer)), answer.proven) == ([], few)


@settings(max_examples=6, deadline=None)
@given(SEEDS)
def test_a_schedule_that_time_cuts_short_keeps_to_its_request(seed: int) -> None:
    asked = city_day(seed, TOWN_DAY)
    assert list(violations(asked, solve(asked, seconds=0.3))) == []


@settings(max_examples=15, deadline=None)
@given(SEEDS, st.integers(3, 8))
def test_few_visits_cost_what_an_independent_proof_says(seed: int, zones: int) -> None:
    asked = city_day(seed, SMALL, zones=zones)
    optimum = Optimum(asked)
    assert optimum.cost is not None
    assert solve(asked).numbers.cost_min == pytest.approx(optimum.cost / 60, abs=1e-3)


@settings(max_examples=10, deadline=None)
@given(SEEDS, st.integers(0, 100))
def test_a_confirmed_schedule_made_anew_costs_what_an_independent_proof_says(seed: int, minutes: int) -> None:
    day = city_day(seed, SMALL, zones=7)
    plan = solve(day)
    asked = confirmed(day, plan, now=day.begins + (day.ends - day.begins) * minutes / 100)
    if not any(c.locked for c in asked.commitments):
        asked = asked.model_copy(update={"flyable": ()})  # the weather turns before anybody has set out
    answer, optimum = solve(asked), Optimum(asked)
    assert list(violations(asked, answer)) == []
    assert optimum.cost is not None
    assert answer.numbers.cost_min == pytest.approx(optimum.cost / 60, abs=1e-3)


@settings(max_examples=15, deadline=None)
@given(SEEDS, st.sampled_from([DRONE, TOWER, CAMERA]))
def test_one_more_unit_never_makes_it_worse(seed: int, kind: str) -> None:
    asked = city_day(seed, SMALL, zones=7)
    model = next(unit for unit in asked.units if unit.kind == kind)
    more = asked.model_copy(update={"units": (*asked.units, model.model_copy(update={"id": "another"}))})
    assert solve(more).numbers.cost_min <= solve(asked).numbers.cost_min


def test_the_same_seed_gives_the_same_schedule() -> None:
    asked = city_day(3, SMALL, zones=12)
    one, other = (solve(asked, seed=5, seconds=60) for _ in range(2))
    assert (one, one.stopped) == (other, "converged")


def test_a_cancelled_search_gives_the_best_so_far() -> None:
    asked = city_day(3, TOWN_DAY)
    answer = solve(asked, seconds=600, cancelled=lambda: True)
    assert (answer.stopped, list(violations(asked, answer))) == ("cancelled", [])
    assert answer.numbers.visits_served > 0


def test_what_was_confirmed_stays_when_nothing_changed() -> None:
    day = city_day(1, TOWN_DAY)
    plan = solve(day, seconds=1)
    anew = solve(confirmed(day, plan, now=at(60)), seconds=1)
    assert anew.numbers.starts_confirmed > 0
    assert anew.numbers.starts_moved == 0


def test_the_higher_priority_wins_when_there_is_time_for_one() -> None:
    only: dict[str, Any] = {"window": (30, 45), "served_by": frozenset({CAMERA})}
    answer = solve(request(zone("low", priority=1, **only), zone("high", priority=5, **only)))
    assert [u.zone_id for u in answer.unserved] == ["low"]


def test_a_drone_swaps_its_battery_between_sorties() -> None:
    flown: dict[str, Any] = {"served_by": frozenset({DRONE}), "dwell_min": 15}
    answer = solve(request(zone("a", **flown), zone("b", 600, **flown)))
    (route,) = answer.routes
    assert [visit.sortie for visit in route.visits] == [0, 1]
    assert route.least_battery is not None
    assert route.least_battery >= ScheduleBattery().reserve


def test_drones_wait_for_flyable_weather() -> None:
    answer = solve(request(zone(served_by=frozenset({DRONE})), flyable=(span(100, 200),)))
    assert answer.routes[0].departs >= at(100)


def test_a_tower_is_set_up_before_it_watches() -> None:
    (route,) = solve(request(zone("far", 4_000, served_by=frozenset({TOWER}), due_min=0))).routes
    assert (route.visits[0].begins - route.departs).total_seconds() == pytest.approx(15 * 60 + 4_000 * 1.4 / 8, abs=2)


def test_a_zone_is_visited_again_and_again_at_its_interval() -> None:
    answer = solve(request(zone(revisit_min=60, window=(0, 240), served_by=frozenset({CAMERA}))))
    begins = [visit.begins for _, visit in answer.visits()]
    assert len(begins) == 4
    assert all(at(60 * n) <= moment <= at(60 * n + 30) for n, moment in enumerate(begins))


def test_windows_of_the_day_are_in_the_towns_own_time() -> None:
    morning = TimeWindow.model_validate({"begins": "11:00", "ends": "11:30"})
    answer = solve(request(zone(windows=(morning,), due_min=0)))
    assert answer.visits()[0][1].begins == at(60)  # eleven in Riga in summer is eight UTC


def test_a_unit_goes_from_one_shift_to_the_next() -> None:
    early, late = inspector("early", 0, 130), inspector("late", 110, 240)
    asked = request(zone("a", window=(10, 60)), zone("b", window=(170, 220)), units=(camera(),), people=(early, late))
    assert [route.person_id for route in solve(asked).routes] == ["early", "late"]


def test_a_locked_visit_stays_where_it_is() -> None:
    asked = request(zone("a", window=(0, 200)), commitments=(told("a", 77, locked=True),))
    ((route, visit),) = solve(asked).visits()
    assert (route.unit_id, visit.begins) == ("camera", at(77))


def test_a_confirmed_start_moves_only_when_that_is_worth_it() -> None:
    late = zone("a", due_min=0, priority=2)
    for begins, moved in ((25, 0), (100, 1)):
        answer = solve(request(late, units=(camera(),), commitments=(told("a", begins),)))
        assert answer.numbers.starts_moved == moved


def test_a_confirmed_start_is_kept_by_another_unit_when_its_own_is_gone() -> None:
    others: dict[str, Any] = {"units": (camera("spare"),), "commitments": (told("a", 20, unit="spare", person="gone"),)}
    asked = request(zone("a", due_min=0, priority=2), people=(inspector(), inspector("gone", 0, 1)), **others)
    ((route, visit),) = (answer := solve(asked)).visits()
    assert (route.person_id, visit.begins, visit.kept, visit.handed_over) == ("inspector", at(20), False, True)
    assert (answer.numbers.starts_moved, answer.numbers.starts_handed_over) == (0, 1)
    assert answer.numbers.weighted_moved_min == 2 * asked.hand_over_price_min
    assert list(violations(asked, answer)) == []


def test_handing_a_start_over_never_costs_more_than_moving_it() -> None:
    gone = told("a", 60, person="gone")
    wishes: dict[str, Any] = {"people": (inspector(), inspector("gone", 0, 1)), "commitments": (gone,)}
    answer = solve(request(zone("a"), units=(camera(),), move_price_min=1, hand_over_price_min=50, **wishes))
    assert answer.numbers.weighted_moved_min <= 3


def test_nothing_sets_out_before_now() -> None:
    answer = solve(request(zone(due_min=0), now=at(50)))
    assert answer.routes[0].departs >= at(50)


def test_a_visit_that_must_happen_and_cannot_is_refused_with_the_reason() -> None:
    asked = request(zone("far", 40_000, served_by=frozenset({DRONE}), may_stay_unserved=False))
    with pytest.raises(BadInput, match=r"visit 1 of zone far must not stay unserved.*battery.*min in the air"):
        solve(asked)


def test_nobody_and_nothing_is_a_schedule_too() -> None:
    answer = solve(ScheduleRequest(**{**dict(request()), "units": (), "people": (), "zones": ()}))
    assert (answer.routes, answer.unserved, answer.numbers.cost_min) == ([], [], 0)


@pytest.mark.parametrize(
    ("asked", "word", "words"),
    [
        (request(zone(served_by=frozenset({TOWER})), units=(drone(),)), "no_unit", "accepts a tower"),
        (request(zone(served_by=frozenset({DRONE})), people=(inspector(),)), "no_person", "nobody"),
        (request(zone(needs=frozenset({"thermal"}))), "skill", "lacks thermal"),
        (request(zone("far", 30_000, served_by=frozenset({DRONE}))), "battery", "in the air and has 22.5"),
        (request(zone(served_by=frozenset({DRONE})), flyable=(span(0, 8),)), "weather", "flyable weather"),
        (request(zone(window=(200, 240), served_by=frozenset({CAMERA})), people=(inspector(ends=205),)), "shift",
         "within any shift"),
        (request(zone("far", 4_000, window=(0, 30), served_by=frozenset({CAMERA}))), "travel", "at the earliest"),
        (request(zone(window=(0, 40)), now=at(50)), "window", "is over"),
        (request(zone("a", window=(30, 42), served_by=frozenset({CAMERA}), unserved_as_late_min=0, due_min=2),
                 zone("b", -500, window=(30, 42), served_by=frozenset({CAMERA}), priority=5)),
         "outbid", "giving up visit 1 of b"),
        (request(zone("a", window=(30, 45), served_by=frozenset({CAMERA})), zone("b", -500),
                 commitments=(told("b", 32, locked=True),)), "locked", "locked"),
    ],
)  # fmt: skip
def test_an_unserved_visit_names_the_constraint_that_breaks(asked: ScheduleRequest, word: str, words: str) -> None:
    (missed,) = solve(asked).unserved
    assert (missed.reason, words in str(missed.explanation)) == (word, True), missed.explanation
