"""The answers about plans take every route that the planner makes."""

from dataclasses import replace

from mapserver.web.route_shapes import RouteSummary
from mission.routes import plan_survey
from mission.routes.route import TakeoffPlace
from mission.routes.survey import SurveyRequest
from tests.mission.areas import SQUARE, area


def test_a_route_that_takes_fewer_batteries_from_elsewhere_is_an_answer() -> None:
    place = TakeoffPlace(where="edge", lat=56.62, lon=23.28, flights=2, energy_fraction=1.4)
    route = plan_survey(area(SQUARE), SurveyRequest(altitude_m=50))
    said = replace(route, takeoff_places=(place,)).as_json()
    assert RouteSummary.model_validate(said).takeoff_places[0].flights == 2
