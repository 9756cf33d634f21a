"""Routes longer than a battery: every sortie comes home with the reserve, and together they do exactly the whole."""

from dataclasses import replace
from functools import cache
from itertools import pairwise

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from mission.routes import Leg, LegKind, Route, Waypoint, plan_survey
from mission.routes.energy import Wind
from mission.routes.flying import Flying, fly, in_metres
from mission.routes.sorties import in_sorties
from mission.routes.survey import SurveyRequest
from telemetry.errors import BadPlan
from telemetry.positions import Position, moved
from telemetry.vehicles import Airframe
from tests.mission.areas import FRAME, SQUARE, U_SHAPE, Ring, area
from tests.mission.hills import Hills

HOME = Position(lat=56.6195, lon=23.279)


@cache
def lines(ring: tuple[tuple[float, float], ...], spacing: float) -> tuple[Leg, ...]:
    """The legs of a survey, 50 m up."""
    return plan_survey(area(ring), SurveyRequest(altitude_m=50, spacing_m=spacing)).legs


def survey(ring: Ring, flying: Flying, spacing: float) -> Route:
    return fly(lines(tuple(ring), spacing), flying)


def flying(battery_wh: float, **more: object) -> Flying:
    frame = replace(Airframe(), battery_wh=battery_wh)
    return replace(Flying(frame, 6.25, 50.0, 12.5, HOME), **more)  # type: ignore[arg-type]


def pictured(route: Route) -> BaseGeometry:
    flown = [
        shapely.LineString([FRAME.to_metres(*point.place) for point in leg.points]) for leg in route.legs if leg.camera
    ]
    return shapely.union_all(flown)


@settings(max_examples=8, deadline=None)
@given(
    st.floats(22, 40),
    st.sampled_from([U_SHAPE, SQUARE]),
    st.floats(0.1, 0.35),
    st.floats(0, 8),
    st.sampled_from([None, Hills(10, 500)]),
)
def test_every_sortie_comes_home_with_the_reserve_and_together_they_picture_the_whole(
    battery_wh: float, ring: Ring, reserve: float, wind: float, hills: Hills | None
) -> None:
    ground = {} if hills is None else {"terrain": hills, "follow_terrain": True}
    how = flying(battery_wh, wind=Wind(250, wind), **ground)
    whole = survey(ring, how, 30)
    divided = in_sorties(whole, how, reserve)
    for sortie in divided.flights:
        assert sortie.summary.energy_fraction <= 1 - reserve
        assert sortie.points[0].place == sortie.points[-1].place == (HOME.lat, HOME.lon)
        assert all(a.points[-1] == b.points[0] for a, b in pairwise(sortie.legs))
    assert pictured(whole).difference(pictured(divided).buffer(0.05)).length < 0.5
    assert pictured(divided).difference(pictured(whole).buffer(0.05)).length < 0.5
    assert divided.summary.covered_fraction == whole.summary.covered_fraction


def test_a_route_that_one_battery_flies_is_left_alone() -> None:
    route = survey(U_SHAPE, flying(77), 30)
    assert in_sorties(route, flying(77), 0.3) is route
    assert route.flights == (route,)


def test_lines_are_flown_whole_where_that_is_possible() -> None:
    how = flying(20)
    divided = in_sorties(survey(SQUARE, how, 40), how, 0.3)
    assert len(divided.sorties) > 2
    flown = [leg for leg in divided.legs if leg.kind is LegKind.TRANSECT]
    assert len(flown) == sum(leg.kind is LegKind.TRANSECT for leg in lines(tuple(SQUARE), 40))


def test_a_line_longer_than_a_battery_is_cut() -> None:
    a, b = (Waypoint(HOME.lat + 0.002, HOME.lon + east, 50) for east in (-0.03, 0.03))
    how = flying(40)
    divided = in_sorties(fly([Leg(LegKind.TRANSECT, (a, b), camera=True)], how), how, 0.3)
    assert len(divided.sorties) > 1
    cuts = [leg.points for sortie in divided.sorties for leg in sortie.legs if leg.camera]
    assert all(first[-1] == second[0] for first, second in pairwise(cuts))
    assert (cuts[0][0], cuts[-1][-1]) == (a, b)


def test_a_hold_longer_than_a_battery_is_shared_out() -> None:
    place = Waypoint(HOME.lat + 0.002, HOME.lon, 60)
    how = flying(77)
    divided = in_sorties(fly([Leg(LegKind.HOLD, (place, place), camera=False, hold_s=7200)], how), how, 0.3)
    assert sum(leg.hold_s for leg in divided.legs) == pytest.approx(7200)
    assert len(divided.sorties) == 5


def test_work_too_far_away_is_refused_with_what_the_way_takes() -> None:
    home = moved(HOME, east_m=-9000, north_m=0)
    how = flying(77, home=home)
    with pytest.raises(BadPlan, match=r"and back alone takes \d+% of a battery of the Mavic 3"):
        in_sorties(survey(U_SHAPE, how, 30), how, 0.3)


def test_work_for_more_than_forty_batteries_is_refused() -> None:
    place = Waypoint(HOME.lat + 0.002, HOME.lon, 60)
    how = flying(77)
    with pytest.raises(BadPlan, match="more than 40 batteries; divide"):
        in_sorties(fly([Leg(LegKind.HOLD, (place, place), camera=False, hold_s=86_400)], how), how, 0.3)


def test_without_a_home_nothing_is_divided() -> None:
    how = flying(5, home=None)
    route = survey(U_SHAPE, how, 30)
    assert in_sorties(route, how, 0.3) is route
    assert route.summary.energy_fraction > 1
    assert len(in_metres(route.points)) == len(route.points)
