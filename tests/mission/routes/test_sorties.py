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
from mission.routes.sorties import in_sorties
from mission.routes.survey import SurveyRequest
from mission.routes.transits import Flying, fly
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


def rows(number: int, length_m: float, flying: Flying) -> Route:
    """Rows 60 m apart, flown to and fro, from the place of `HOME` to the north and east."""
    ends = [(east, row * 60.0) for row in range(number) for east in (0.0, length_m)[:: -1 if row % 2 else 1]]
    places = [moved(HOME, east_m=east, north_m=north) for east, north in ends]
    corners = [Waypoint(place.lat, place.lon, 60.0) for place in places]
    legs = [
        Leg(LegKind.TURN if number % 2 else LegKind.TRANSECT, pair, camera=number % 2 == 0)
        for number, pair in enumerate(pairwise(corners))
    ]
    return fly(legs, flying)


def test_lines_are_flown_whole_where_that_takes_no_more_batteries() -> None:
    how = flying(77, home=moved(HOME, east_m=1000, north_m=600), speed_m_s=12.0)
    divided = in_sorties(rows(20, 2000, how), how, 0.3)
    assert len(divided.sorties) == 4
    assert sum(leg.kind is LegKind.TRANSECT for leg in divided.legs) == 20


def test_lines_are_cut_where_that_saves_a_battery() -> None:
    how = flying(77, home=moved(HOME, east_m=1250, north_m=900), speed_m_s=12.0)
    whole = rows(30, 2500, how)
    divided = in_sorties(whole, how, 0.3)
    assert len(divided.sorties) == 7  # whole lines take 8
    assert sum(leg.kind is LegKind.TRANSECT for leg in divided.legs) > 30
    assert all(sortie.summary.energy_fraction <= 0.7 for sortie in divided.sorties)
    assert pictured(divided).length == pytest.approx(pictured(whole).length, abs=0.5)


def test_a_place_to_take_off_that_needs_fewer_batteries_is_proposed() -> None:
    far = flying(77, home=moved(HOME, east_m=-1500, north_m=-1500), speed_m_s=12.0)
    from_far = in_sorties(rows(20, 2000, far), far, 0.3)
    best = from_far.takeoff_places[0]
    assert {place.where for place in from_far.takeoff_places} == {"middle", "edge"}
    there = flying(77, home=Position(lat=best.lat, lon=best.lon), speed_m_s=12.0)
    from_there = in_sorties(rows(20, 2000, there), there, 0.3)
    assert len(from_there.sorties) == best.flights < len(from_far.sorties)
    assert from_there.summary.energy_fraction == pytest.approx(best.energy_fraction, abs=1e-3)
    assert from_there.takeoff_places == ()


def test_without_a_home_nothing_is_divided_but_a_place_is_proposed() -> None:
    how = flying(77, home=None, speed_m_s=12.0)
    route = in_sorties(rows(20, 2000, how), how, 0.3)
    assert route.sorties == ()
    assert [place.where for place in route.takeoff_places] == ["middle", "edge"]


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
    with pytest.raises(BadPlan, match=r"and back alone takes \d+ % of a battery of the Mavic 3"):
        in_sorties(survey(U_SHAPE, how, 30), how, 0.3)


def test_work_for_more_than_forty_batteries_is_refused() -> None:
    place = Waypoint(HOME.lat + 0.002, HOME.lon, 60)
    how = flying(77)
    with pytest.raises(BadPlan, match="more than 40 batteries; divide"):
        in_sorties(fly([Leg(LegKind.HOLD, (place, place), camera=False, hold_s=86_400)], how), how, 0.3)
