"""Routes: pure geometry from an area, a camera and a wish to a line that can be flown."""

from mission.routes.route import Leg, LegKind, Route, Summary
from mission.routes.survey import SurveyRequest, plan_survey

__all__ = ["Leg", "LegKind", "Route", "Summary", "SurveyRequest", "plan_survey"]
