"""The survey planner on convex, concave and holed areas: all of it covered, nothing flown outside, always the same."""

import math
from collections.abc import Iterable
from itertools import groupby, pairwise

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from mission.routes import LegKind, Route, Waypoint, plan_survey
from mission.routes.settings import settings_from
from mission.routes.survey import SurveyRequest
from mission.zones.geometry import area_m2, local_frame, to_metres
from telemetry.errors import BadPlan
from telemetry.positions import LocalFrame, Position, moved
from tests.mission.areas import HOLE, RECTANGLE, SQUARE, U_SHAPE, Ring, area

COMB: Ring = [
    *[(0, 0), (500, 0), (500, 300), (420, 300), (420, 80), (380, 80), (380, 300), (300, 300), (300, 80)],
    *[(260, 80), (260, 300), (180, 300), (180, 80), (140, 80), (140, 300), (60, 300), (60, 80), (0, 80)],
]
HOME = Position(lat=56.6195, lon=23.279)


def metres(frame: LocalFrame, points: Iterable[Waypoint]) -> list[tuple[float, float]]:
    return [tuple(frame.to_metres(*point.place)) for point in points]  # type: ignore[misc]


def flown(route: Route, frame: LocalFrame) -> BaseGeometry:
    """What is flown over the area, as lines in metres: measured apart from the planner's own summary."""
    legs = [leg for leg in route.legs if leg.kind is not LegKind.TRANSIT]
    return shapely.union_all([LineString(metres(frame, leg.points)) for leg in legs])


def camera_runs(route: Route, frame: LocalFrame) -> list[LineString]:
    """One line for each stretch on which the camera stays on."""
    runs = [[*legs] for on, legs in groupby(route.legs, key=lambda leg: leg.camera) if on]
    return [LineString([point for leg in run for point in metres(frame, leg.points)]) for run in runs]


def covered(polygon: Polygon, route: Route) -> float:
    """Nothing beyond the ends of a stretch with the camera on counts."""
    frame, spacing = local_frame(polygon), route.summary.spacing_m
    ground = to_metres(polygon, frame)
    assert spacing is not None
    seen = shapely.union_all([run.buffer(spacing / 2, cap_style="flat") for run in camera_runs(route, frame)])
    return float(ground.intersection(seen).area / ground.area)


def outside_m(polygon: Polygon, route: Route) -> float:
    frame = local_frame(polygon)
    return float(flown(route, frame).difference(to_metres(polygon, frame)).length)


@st.composite
def convex_areas(draw: st.DrawFn) -> Polygon:
    points = draw(
        st.lists(st.tuples(st.integers(-300, 300), st.integers(-300, 300)), min_size=4, max_size=9, unique=True)
    )
    hull = shapely.MultiPoint(points).convex_hull
    if not isinstance(hull, Polygon) or hull.area < 2_000 or hull.buffer(-6).is_empty:
        hull = Polygon(RECTANGLE)
    return area([(x, y) for x, y in hull.exterior.coords[:-1]])


@st.composite
def star_areas(draw: st.DrawFn) -> Polygon:
    """Any outline that its middle sees whole: convex and deeply notched ones."""
    radii = draw(st.lists(st.floats(40, 300), min_size=5, max_size=14))
    turn = 2 * math.pi / len(radii)
    return area([(r * math.cos(i * turn), r * math.sin(i * turn)) for i, r in enumerate(radii)])


@settings(max_examples=10, deadline=None)
@given(convex_areas(), st.sampled_from([10.0, 25.0, 60.0]))
def test_a_convex_area_is_covered_to_99_5_percent_from_inside(polygon: Polygon, spacing: float) -> None:
    route = plan_survey(polygon, SurveyRequest(altitude_m=60, spacing_m=spacing))
    assert outside_m(polygon, route) == 0
    assert covered(polygon, route) >= 0.995


@settings(max_examples=10, deadline=None)
@given(star_areas(), st.sampled_from([15.0, 40.0]))
def test_a_concave_area_is_never_left(polygon: Polygon, spacing: float) -> None:
    route = plan_survey(polygon, SurveyRequest(altitude_m=60, spacing_m=spacing))
    assert outside_m(polygon, route) == 0
    assert covered(polygon, route) >= 0.99
    assert all(math.isfinite(value) for point in route.points for value in point)
    assert route.summary.outside_m == 0
    assert route.summary.covered_fraction == pytest.approx(covered(polygon, route), abs=0.002)


@settings(max_examples=2, deadline=None)
@given(star_areas())
def test_the_same_wish_gives_the_same_route(polygon: Polygon) -> None:
    wish = SurveyRequest(altitude_m=80, spacing_m=30)
    assert plan_survey(polygon, wish, home=HOME) == plan_survey(polygon, wish, home=HOME)


@pytest.mark.parametrize(("rings", "spacing"), [((U_SHAPE,), 25.0), ((COMB,), 20.0), ((SQUARE, HOLE), 25.0)])
def test_notches_and_holes_are_flown_round(rings: tuple[Ring, ...], spacing: float) -> None:
    polygon = area(*rings)
    route = plan_survey(polygon, SurveyRequest(altitude_m=60, spacing_m=spacing), home=HOME)
    assert outside_m(polygon, route) == 0
    assert covered(polygon, route) >= 0.995


def test_neighbouring_lines_lie_exactly_the_spacing_apart() -> None:
    polygon = area(RECTANGLE)
    route = plan_survey(polygon, SurveyRequest(altitude_m=60, spacing_m=25, angle_deg=90))
    frame = local_frame(polygon)
    norths = [metres(frame, leg.points)[0][1] for leg in route.legs if leg.kind is LegKind.TRANSECT]
    assert len(norths) == 6
    assert all(abs(b - a) == pytest.approx(25, abs=0.03) for a, b in pairwise(norths))
    assert route.altitude_m == 60


def test_legs_join_without_a_gap_and_transit_frames_them() -> None:
    route = plan_survey(area(U_SHAPE), SurveyRequest(), home=HOME)
    assert all(a.points[-1] == b.points[0] for a, b in pairwise(route.legs))
    assert [leg.kind for leg in route.legs][:: len(route.legs) - 1] == [LegKind.TRANSIT] * 2
    assert not any(leg.camera for leg in route.legs if leg.kind is LegKind.TRANSIT)


def test_it_enters_at_the_end_nearest_home() -> None:
    near, far = HOME, moved(HOME, east_m=400, north_m=250)
    for home in (near, far):
        route = plan_survey(area(RECTANGLE), SurveyRequest(spacing_m=25), home=home)
        first, last = route.legs[1].points[0], route.legs[-1].points[0]
        frame = LocalFrame(home.lat, home.lon)
        assert math.hypot(*frame.to_metres(*first.place)) <= math.hypot(*frame.to_metres(*last.place))


def test_the_numbers_agree_with_the_route() -> None:
    polygon = area(RECTANGLE)
    route = plan_survey(polygon, SurveyRequest(camera="mavic3e", gsd_cm=1.5), home=HOME)
    frame, summary = local_frame(polygon), route.summary
    assert summary.trigger_m is not None
    assert summary.length_m == pytest.approx(LineString(metres(frame, route.points)).length, abs=0.1)
    assert summary.gsd_cm == pytest.approx(1.5)
    assert summary.area_m2 == pytest.approx(area_m2(polygon))
    assert summary.duration_s > summary.length_m / summary.speed_m_s
    assert 0 < summary.energy_fraction < 1
    pictures = sum(LineString(metres(frame, leg.points)).length for leg in route.legs if leg.camera)
    assert summary.photos == pytest.approx(pictures / summary.trigger_m, abs=len(route.legs))


def test_an_area_thinner_than_the_spacing_gets_one_line() -> None:
    strip = area([(0, 0), (200, 0), (200, 6), (0, 6)])
    route = plan_survey(strip, SurveyRequest(spacing_m=25))
    assert route.summary.transects == 1
    assert covered(strip, route) > 0.995


def test_speed_is_held_to_what_the_camera_can_follow() -> None:
    route = plan_survey(area(RECTANGLE), SurveyRequest(altitude_m=20, speed_m_s=15))
    assert route.summary.trigger_m == pytest.approx(route.summary.speed_m_s * 2.0)


@pytest.mark.parametrize(
    ("wishes", "sentence"),
    [
        ({"altitude_m": 60, "gsd_cm": 2}, "not both"),
        ({"altitude_m": -5}, "altitude_m: -5 is too little; give 2 or more"),
        ({"altitude_m": 501}, "altitude_m: 501 is too much; give 500 or less"),
        ({"gsd_cm": 0}, "gsd_cm: 0 is too little; give more than 0"),
        ({"altitude_m": math.nan}, "altitude_m: nan is no number"),
        ({"altitude_m": "high"}, "altitude_m: 'high' is no number"),
        ({"side_overlap": 1.0}, "side_overlap: 1 is too much; give less than 0.99"),
        ({"follow_terrain": "perhaps"}, "follow_terrain: 'perhaps' is neither yes nor no"),
        ({"colour": "red"}, "colour: there is no such wish for this pattern"),
        ({"camera": "box brownie"}, "no camera called 'box brownie'; known are evo2dual, .*generic, .*mavic3e"),
        ({"gsd_cm": 90}, "90 cm a pixel asks for"),
    ],
)
def test_a_wish_that_cannot_be_flown_is_refused_in_words(wishes: dict[str, object], sentence: str) -> None:
    with pytest.raises(BadPlan, match=sentence):
        plan_survey(area(RECTANGLE), settings_from(SurveyRequest, wishes, "the survey"))


def test_a_million_lines_are_refused_before_they_are_drawn() -> None:
    big = area([(0, 0), (4900, 0), (4900, 4900), (0, 4900)])
    with pytest.raises(BadPlan, match="23,996 km long"):
        plan_survey(big, SurveyRequest(spacing_m=1))


def test_two_parts_joined_by_a_hairs_breadth_are_refused() -> None:
    hourglass = area([(0, 0), (100, 0), (50.02, 50), (100, 100), (0, 100), (49.98, 50)])
    with pytest.raises(BadPlan, match="neck narrower than 12 cm"):
        plan_survey(hourglass, SurveyRequest(spacing_m=20))
