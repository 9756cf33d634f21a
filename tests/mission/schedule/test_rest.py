"""Nobody is given more than a duty without a rest, and what can be worked is chosen by what is wanted."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mission.schedule.answer import Schedule
from mission.schedule.request import Person, ScheduleRequest
from mission.schedule.rest import WantedVisit, parts_of
from mission.schedule.solver import solve
from mission.schedule.verify import violations
from tests.mission.schedule.builders import CAMERA, DRONE, at, camera, drone, inspector, pilot, request, zone

CASES = Path(__file__).parents[4] / "shared/samples/cases/planning"
HOUR = 3_600
ANNA = inspector("anna")


def wanted(*hours: float) -> list[WantedVisit]:
    """Visits of half an hour that begin at these hours."""
    return [WantedVisit(round(h * HOUR), round(h * HOUR), HOUR // 2, None) for h in hours]


def test_a_shift_no_longer_than_a_duty_is_worked_whole() -> None:
    assert parts_of(ANNA, [(0, 8 * HOUR)], wanted(7)) == [(0, 8 * HOUR)]


def test_of_a_longer_shift_the_part_with_most_of_the_work_is_taken() -> None:
    (part,) = parts_of(ANNA, [(0, 12 * HOUR)], wanted(1, 9, 10, 11))
    assert part[1] - part[0] == 8 * HOUR
    assert part[0] > HOUR
    assert part[1] >= 11.5 * HOUR


def test_two_people_of_one_shift_share_the_day() -> None:
    visits = wanted(0.6, 1.2, 1.8, 11.2)
    parts = [parts_of(inspector(name), [(0, 12 * HOUR)], visits)[0] for name in ("anna", "berta", "cilda")]
    assert parts[0][0] == 0
    assert parts[-1][1] == 12 * HOUR


def test_shifts_with_a_short_break_between_them_are_one_duty() -> None:
    assert parts_of(ANNA, [(0, 4 * HOUR), (5 * HOUR, 11 * HOUR)], wanted(1, 2)) == [
        (0, 4 * HOUR),
        (5 * HOUR, 8 * HOUR),
    ]
    apart = [(0, 4 * HOUR), (14 * HOUR, 20 * HOUR)]
    assert parts_of(ANNA, apart, wanted(1)) == apart


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 90), st.integers(1, 30)), min_size=1, max_size=5),
    st.lists(st.integers(0, 110), max_size=12),
)
def test_no_choice_of_parts_breaks_a_rest(spans: list[tuple[int, int]], hours: list[int]) -> None:
    shifts = [(begins * HOUR, (begins + length) * HOUR) for begins, length in spans]
    parts = parts_of(ANNA, shifts, wanted(*hours))
    begins = ends = None
    for start, end in parts:
        if begins is None or ends is None or start - ends >= 10 * HOUR:
            begins = start
        ends = end if ends is None else max(ends, end)
        assert ends - begins <= 8 * HOUR


def solved(asked: ScheduleRequest) -> Schedule:
    return solve(asked, seconds=2)


def test_a_person_on_call_for_two_days_gets_duties_with_rests_between() -> None:
    zones = [zone(f"z{n}", window=(n * 120, n * 120 + 120), dwell_min=90, served_by={CAMERA}) for n in range(20)]
    asked = request(*zones, units=(camera(),), people=(inspector(ends=2_400),)).model_copy(update={"ends": at(2_400)})
    answer = solved(asked)
    assert list(violations(asked, answer)) == []
    assert max(route.returns - route.departs for route in answer.routes) <= timedelta(hours=8)
    assert 0 < sum(1 for _ in answer.visits()) < 20


def test_a_schedule_without_rest_is_a_violation() -> None:
    zones = [zone(f"z{n}", window=(n * 120, n * 120 + 120), dwell_min=90, served_by={CAMERA}) for n in range(8)]
    asked = request(*zones, units=(camera(),), people=(inspector(ends=960, duty_h=24),))
    asked = asked.model_copy(update={"ends": at(960)})
    answer = solved(asked)
    strict: Person = asked.people[0].model_copy(update={"duty_h": 8.0})
    told = list(violations(asked.model_copy(update={"people": (strict,)}), answer))
    assert any("without a rest" in str(sentence) for sentence in told)


def test_nobody_flies_more_hours_within_a_day_than_the_check_of_a_flight_allows() -> None:
    zones = [
        zone(f"z{n}", window=(n * 20, n * 20 + 20), dwell_min=18, priority=1 + n % 5, served_by={DRONE})
        for n in range(12)
    ]
    asked = request(*zones, units=(drone(),), people=(pilot(flying_h=1),))
    answer = solved(asked)
    assert list(violations(asked, answer)) == []
    dropped = [missed for missed in answer.unserved if missed.reason == "flying_hours"]
    assert dropped
    assert "may fly 1 h within 24 h" in str(dropped[0].explanation)
    freely = asked.model_copy(update={"people": (pilot(flying_h=24),)})
    more = solved(freely)
    assert sum(1 for _ in more.visits()) > sum(1 for _ in answer.visits())
    assert any("within 24 h from" in str(sentence) for sentence in violations(asked, more))


def test_a_visit_longer_than_a_battery_is_divided_where_only_drones_may_serve_it() -> None:
    asked = request(zone("z", window=(0, 240), dwell_min=60, served_by={DRONE}), units=(drone(),), people=(pilot(),))
    answer = solved(asked)
    assert list(violations(asked, answer)) == []
    stays = [visit.ends - visit.begins for _, visit in answer.visits()]
    assert len(stays) == 3
    assert sum(stays, timedelta(0)) >= timedelta(minutes=59, seconds=59)
    shared = request(zone("z", window=(0, 240), dwell_min=60), units=(drone(), camera()), people=(pilot(), inspector()))
    assert len(list(solved(shared).visits())) == 1


@pytest.mark.skipif(not CASES.is_dir(), reason="the samples are not beside the clone")
def test_the_long_watch_of_one_person_is_not_planned_through() -> None:
    asked = ScheduleRequest.model_validate(json.loads((CASES / "long.json").read_text()))
    answer = solved(asked)
    assert list(violations(asked, answer)) == []
    assert sum(1 for _ in answer.visits()) < 22
