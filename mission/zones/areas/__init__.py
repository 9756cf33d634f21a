"""Areas to plan over, out of files that maps, surveyors' programs and ground stations write. Plans nothing."""

from mission.zones.areas.feature import Feature
from mission.zones.areas.picking import load_shape

__all__ = ["Feature", "load_shape"]
