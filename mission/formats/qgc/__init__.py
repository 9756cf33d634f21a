"""QGroundControl .plan files, in and out. Format: docs.qgroundcontrol.com, "Plan file format"."""

from mission.formats.qgc.plan import read, write
from mission.formats.qgc.surveyed import SurveyedArea, surveys_of

__all__ = ["SurveyedArea", "read", "surveys_of", "write"]
