"""Heights above ground: as asked where terrain is followed, told truly where it is not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mission.routes import LegKind, Route, plan_survey
from mission.routes.energy import Floats
from mission.routes.survey import SurveyRequest
from mission.routes.transits import in_metres
from telemetry.positions import Position
from telemetry.vehicles import Airframe
from tests.mission.areas import RECTANGLE, U_SHAPE, area
from tests.mission.hills import Hills

HOME = Position(lat=56.6195, lon=23.279)


def above_ground(route: Route, hills: Hills) -> Floats:
    """Metres above ground every metre or so of the route, measured apart from the planner."""
    base = float(hills.heights_m(*route.points[0].place))
    line = np.array(route.points)
    steps = np.linalg.norm(np.diff(in_metres(route.points), axis=0), axis=1)
    samples = [np.linspace(a, b, max(2, int(step))) for a, b, step in zip(line, line[1:], steps, strict=False)]
    lats, lons, heights = np.concatenate(samples).T
    above: Floats = base + heights - hills.heights_m(lats, lons)
    return above


@settings(max_examples=6, deadline=None)
@given(st.floats(0, 20), st.floats(300, 900), st.sampled_from([U_SHAPE, RECTANGLE]))
def test_a_followed_survey_stays_as_high_above_the_ground_as_asked(
    high: float, long: float, ring: list[tuple[float, float]]
) -> None:
    hills = Hills(high, long)
    wish = SurveyRequest(altitude_m=60, spacing_m=40, follow_terrain=True)
    route = plan_survey(area(ring), wish, home=HOME, terrain=hills)
    above = above_ground(route, hills)
    assert above.min() >= 60 - 1.3
    assert above.max() <= 60 + 1.3
    assert route.summary.max_height_agl_m == pytest.approx(above.max(), abs=0.3)


def test_a_cliff_is_risen_for_before_it_comes_at_no_more_than_the_climb_rate() -> None:
    hills, airframe = Hills(40, 120), Airframe(climb_m_s=2, descent_m_s=2)
    wish = SurveyRequest(altitude_m=50, spacing_m=60, speed_m_s=8, follow_terrain=True)
    route = plan_survey(area(RECTANGLE), wish, home=HOME, terrain=hills, airframe=airframe)
    for leg in route.legs:
        if leg.kind is not LegKind.CLIMB:
            steps = np.diff(in_metres(leg.points), axis=0)
            rise_s, along_s = np.abs(steps[:, 2]) / 2, np.hypot(steps[:, 0], steps[:, 1]) / route.summary.speed_m_s
            assert (rise_s <= along_s + 0.1).all()
    assert above_ground(route, hills).min() >= 50 - 3


def test_a_level_survey_says_how_high_it_really_is_over_a_valley() -> None:
    hills = Hills(20, 300)
    route = plan_survey(area(RECTANGLE), SurveyRequest(altitude_m=60), home=HOME, terrain=hills)
    assert {point.height_m for point in route.points} == {60}
    assert route.summary.max_height_agl_m == pytest.approx(above_ground(route, hills).max(), abs=0.3)
    assert route.summary.max_height_agl_m > 70


def test_following_flat_ground_changes_nothing_that_is_flown() -> None:
    level = plan_survey(area(U_SHAPE), SurveyRequest(), home=HOME)
    followed = plan_survey(area(U_SHAPE), SurveyRequest(follow_terrain=True), home=HOME)
    assert followed == level
    assert LegKind.CLIMB not in {leg.kind for leg in followed.legs}
