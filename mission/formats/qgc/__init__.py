"""QGroundControl .plan files, in and out. Format: docs.qgroundcontrol.com, "Plan file format"."""

from mission.formats.qgc.plan import read, write
from mission.formats.qgc.surveyed import SurveyedArea, patterns_read, surveys_of

__all__ = ["SurveyedArea", "patterns_read", "read", "surveys_of", "write"]
