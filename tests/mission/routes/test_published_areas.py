"""A dozen areas of the published benchmark: covered, never left, no corner too many. Measured as an outsider would."""

from functools import cache
from itertools import pairwise

import pytest

from benchmarks._coverage_areas import Area, published
from benchmarks.coverage import CORNER_S, Flight, flight, in_degrees, ours, plain_lawnmower, qgc_rule
from mission.routes import plan_survey
from mission.routes.survey import SurveyRequest

SOME = (
    "rectangle 600x150 turned 30", "right triangle 500x300", "kite", "hull 3", "hull 16", "L 400/150", "U 400",
    "comb 500x300", "crescent", "square with hole", "hull with holes 3", "block 4", "perimeter block",
)  # fmt: skip
AREAS = {area.name: area for area in published()}


@cache
def flown(name: str) -> Flight:
    """How our route over the area is flown."""
    return ours(AREAS[name])[0]


@pytest.mark.parametrize("name", SOME)
def test_a_published_area_is_covered_from_inside(name: str) -> None:
    measured = flown(name)
    assert measured.covered >= 0.995
    assert measured.outside_m == 0


@pytest.mark.parametrize("name", ["rectangle 600x150 turned 30", "hull 3", "parallelogram"])
def test_a_convex_area_takes_no_longer_than_the_best_plain_lawnmower(name: str) -> None:
    area = AREAS[name]
    plain = [flight(plain_lawnmower(area, angle), area) for angle in range(0, 180, 9)]
    assert flown(name).seconds <= min(f.seconds for f in plain if f.covered >= 0.995)


def test_the_published_set_is_large_and_always_the_same() -> None:
    assert len(AREAS) >= 60
    assert [a.shape.wkt for a in published()] == [a.shape.wkt for a in published()]
    assert all(in_degrees(area.shape).is_valid for area in AREAS.values())


@pytest.mark.parametrize("name", ["comb 500x300", "hull with holes 3", "perimeter block"])
def test_no_corner_lies_on_the_way_or_twice(name: str) -> None:
    route = plan_survey(in_degrees(AREAS[name].shape), SurveyRequest(altitude_m=60, spacing_m=AREAS[name].spacing))
    points = route.points
    assert all(a != b for a, b in pairwise(points))


def test_the_rule_crosses_notches_and_is_measured_outside() -> None:
    area: Area = AREAS["comb 500x300"]
    crossing = flight(qgc_rule(area, 90), area)
    assert crossing.outside_m > 1_000
    assert crossing.seconds > CORNER_S * 40
