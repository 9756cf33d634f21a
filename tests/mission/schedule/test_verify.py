"""The verifier sees each way in which a schedule can break its request."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from mission.schedule.answer import PlannedVisit, Schedule, UnitRoute
from mission.schedule.solver import solve
from mission.schedule.verify import violations
from tests.mission.schedule.builders import CAMERA, DRONE, request, span, zone

FIVE = timedelta(minutes=5)
ASKED = request(
    zone("a", window=(10, 60), served_by=frozenset({CAMERA})),
    zone("b", -600, window=(10, 240), served_by=frozenset({CAMERA})),
    zone("c", 900, served_by=frozenset({DRONE}), dwell_min=15),
    zone("d", 800, served_by=frozenset({DRONE}), dwell_min=15),
    flyable=(span(0, 90),),
)


def on(answer: Schedule, unit: str, change: Callable[[UnitRoute], UnitRoute]) -> Schedule:
    return answer.model_copy(update={"routes": [change(r) if r.unit_id == unit else r for r in answer.routes]})


def visits(change: Callable[[int, PlannedVisit], PlannedVisit]) -> Callable[[UnitRoute], UnitRoute]:
    def changed(route: UnitRoute) -> UnitRoute:
        return route.model_copy(update={"visits": [change(n, v) for n, v in enumerate(route.visits)]})

    return changed


def later(route: UnitRoute, by: timedelta) -> UnitRoute:
    moved = visits(
        lambda _, v: v.model_copy(update={"departs": v.departs + by, "begins": v.begins + by, "ends": v.ends + by})
    )(route)
    return moved.model_copy(update={"departs": route.departs + by, "returns": route.returns + by})


@pytest.mark.parametrize(
    ("unit", "change", "words"),
    [
        ("camera", visits(lambda _, v: v.model_copy(update={"ends": v.begins + FIVE})), "shorter than its dwell"),
        ("camera", visits(lambda n, v: v.model_copy(update={"departs": v.begins}) if n else v), "cannot be ready"),
        ("camera", visits(lambda n, v: v.model_copy(update={"departs": v.departs - FIVE}) if n else v), "before it is"),
        ("camera", lambda r: r.model_copy(update={"person_id": "pilot"}), "may not operate it"),
        ("camera", lambda r: r.model_copy(update={"unit_id": "tower"}), "does not accept"),
        ("camera", lambda r: later(r, timedelta(minutes=200)), "outside its window"),
        ("camera", lambda r: r.model_copy(update={"visits": r.visits[:1]}), "not accounted for"),
        ("camera", lambda r: later(r, timedelta(minutes=230)), "no shift"),
        ("drone", lambda r: later(r, timedelta(minutes=80)), "flyable weather"),
        ("drone", visits(lambda _, v: v.model_copy(update={"sortie": 0})), "longer than one battery"),
        ("drone", visits(lambda n, v: v.model_copy(update={"departs": v.departs - FIVE}) if n else v), "before it is"),
        ("drone", lambda r: r.model_copy(update={"returns": r.returns - FIVE}), "at another time"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(unit: str, change: Callable[[UnitRoute], UnitRoute], words: str) -> None:
    answer = solve(ASKED)
    assert list(violations(ASKED, answer)) == []
    broken = list(violations(ASKED, on(answer, unit, change)))
    assert any(words in str(sentence) for sentence in broken), broken


def test_numbers_that_are_not_so_are_named() -> None:
    answer = solve(ASKED)
    better = answer.numbers.model_copy(update={"weighted_lateness_min": 99.0})
    assert "lateness" in str(next(violations(ASKED, answer.model_copy(update={"numbers": better}))))


def test_a_person_on_two_routes_at_once_is_named() -> None:
    answer = solve(ASKED)
    camera = next(route for route in answer.routes if route.unit_id == "camera")
    twice = answer.model_copy(update={"routes": [*answer.routes, camera]})
    assert any("on two routes" in str(sentence) for sentence in violations(ASKED, twice))
