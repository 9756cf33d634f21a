"""Routes: pure geometry from an area, a camera and a wish to a line that can be flown."""

from mission.routes.route import Leg, LegKind, Route, Summary, Waypoint
from mission.routes.survey import SurveyRequest, plan_survey

__all__ = ["Leg", "LegKind", "Route", "Summary", "SurveyRequest", "Waypoint", "plan_survey"]
