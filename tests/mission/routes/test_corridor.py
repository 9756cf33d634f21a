"""Corridors: the whole strip is covered, bends included, and every line is flown to and fro inside it."""

import math
from itertools import pairwise
from typing import Any

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString

from mission.routes import LegKind, Route
from mission.routes.patterns import plan_pattern
from telemetry.errors import BadGeometry, BadPlan
from telemetry.positions import Position
from tests.mission.areas import FRAME, RECTANGLE, U_SHAPE, Ring, geojson

HOME = Position(lat=56.6195, lon=23.279)


def line(points: Ring) -> dict[str, Any]:
    degrees = [FRAME.to_degrees(east, north) for east, north in points]
    return {"type": "LineString", "coordinates": [[lon, lat] for lat, lon in degrees]}


def flown(route: Route, kind: LegKind) -> list[LineString]:
    return [
        LineString([FRAME.to_metres(*point.place) for point in leg.points]) for leg in route.legs if leg.kind is kind
    ]


@st.composite
def bends(draw: st.DrawFn) -> list[tuple[float, float]]:
    """A line whose pieces are long beside its width and bend by up to 100 degrees."""
    heading, points = 0.0, [(0.0, 0.0)]
    for turn, length in draw(st.lists(st.tuples(st.floats(-1.75, 1.75), st.floats(250, 500)), min_size=1, max_size=4)):
        heading += turn
        east, north = points[-1]
        points.append((east + length * math.sin(heading), north + length * math.cos(heading)))
    return points


@settings(max_examples=40, deadline=None)
@given(bends(), st.floats(10, 100), st.floats(8, 40))
def test_the_strip_is_covered_to_99_5_percent_from_inside(
    points: list[tuple[float, float]], width: float, spacing: float
) -> None:
    route = plan_pattern("corridor", line(points), {"width_m": width, "spacing_m": spacing}, home=HOME)
    strip = LineString(points).buffer(width / 2, cap_style="flat")
    transects = flown(route, LegKind.TRANSECT)
    seen = shapely.union_all([path.buffer(spacing / 2 + 0.1) for path in transects])
    assert strip.intersection(seen).area >= 0.995 * strip.area
    assert sum(path.difference(strip.buffer(0.2)).length for path in transects) < 0.01
    assert route.summary.covered_fraction is not None
    assert route.summary.covered_fraction >= 0.995


def test_a_way_that_comes_back_close_to_its_beginning_is_covered_there_too() -> None:
    way = [(0.0, 0.0), (0.0, 250.0), (249.4, 267.7), (284.7, 20.2), (34.8, 29.6)]
    route = plan_pattern("corridor", line(way), {"width_m": 53, "spacing_m": 9}, home=HOME)
    assert route.summary.covered_fraction == pytest.approx(0.999, abs=0.001)
    assert route.summary.outside_m == 0


def test_lines_are_flown_to_and_fro_and_join_without_a_gap() -> None:
    route = plan_pattern("corridor", line([(0, 0), (400, 0), (400, 300)]), {"width_m": 60, "spacing_m": 15})
    assert all(a.points[-1] == b.points[0] for a, b in pairwise(route.legs))
    assert [leg.kind for leg in route.legs] == [LegKind.TRANSECT, LegKind.TURN] * 3 + [LegKind.TRANSECT]
    assert all(turn.length == pytest.approx(15, abs=0.1) for turn in flown(route, LegKind.TURN))
    assert (route.summary.transects, route.summary.spacing_m, route.summary.outside_m) == (4, 15, 0)


def test_it_begins_at_the_end_nearest_home() -> None:
    far = plan_pattern("corridor", line([(0, 0), (500, 0)]), {"width_m": 10}, home=Position(lat=56.62, lon=23.29))
    assert FRAME.to_metres(*far.legs[1].points[0].place).east_m == pytest.approx(500, abs=0.1)


def test_over_an_area_it_runs_along_the_long_axis_in_the_width_of_the_area() -> None:
    route = plan_pattern("corridor", geojson(RECTANGLE), {"spacing_m": 30})
    transects = flown(route, LegKind.TRANSECT)
    assert len(transects) == 5
    assert all(path.length == pytest.approx(300, abs=0.5) for path in transects)
    assert route.summary.covered_fraction == pytest.approx(1, abs=0.001)


@pytest.mark.parametrize(
    ("geometry", "wishes", "sentence"),
    [
        (
            {"type": "Point", "coordinates": [23.28, 56.62]},
            {},
            "is a point; the corridor is flown over a line or an area",
        ),
        (line([(0, 0), (100, 0)]), {"width_m": -1}, "the corridor cannot be planned: width_m"),
        (line([(0, 0), (100, 0)]), {"gsd_cm": 2, "altitude_m": 50}, "not both"),
        (line([(0, 0), (90_000, 0)]), {"width_m": 1000}, "lines of 90 km are more than a drone flies"),
    ],
)
def test_what_cannot_be_flown_is_refused_in_words(geometry: object, wishes: dict[str, object], sentence: str) -> None:
    with pytest.raises(BadPlan, match=sentence):
        plan_pattern("corridor", geometry, wishes)


def test_a_line_that_is_none_is_refused() -> None:
    with pytest.raises(BadGeometry, match="goes nowhere"):
        plan_pattern("corridor", line([(0, 0), (0, 0)]), {})
    with pytest.raises(BadGeometry, match="latitude and longitude exchanged"):
        plan_pattern("corridor", {"type": "LineString", "coordinates": [[56.62, 23.28], [56.63, 23.28]]}, {})
    assert plan_pattern("corridor", geojson(U_SHAPE), {}).summary.transects > 1
