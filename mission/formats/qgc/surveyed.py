"""What the surveys in a .plan file map: area and camera, out of the settings that QGroundControl keeps with them.

Source: QGroundControl src/MissionManager/CameraCalc.cc and CameraSpec.cc (names of the keys).
"""

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from shapely import Polygon

from mission.formats.document import PlanFile, object_in
from mission.formats.qgc.items import patterns_in
from mission.formats.qgc.pattern import PatternSettings
from mission.formats.qgc.plan import PlanSource
from mission.routes.cameras import Camera
from telemetry.errors import BadPlan

SHORTEST_TRIGGER_S = 0.1
"""Of a camera that names no shortest interval, as most of QGroundControl's do (0)."""


@dataclass(frozen=True)
class SurveyedArea:
    """One survey of a plan."""

    area: Polygon
    """(longitude, latitude) degrees."""
    camera: Camera | None
    """None for a survey that was made without camera data."""


def surveys_of(plan: PlanFile) -> list[SurveyedArea]:
    """The surveys of a plan that was read from a .plan file; none of any other, nor of an outline that is no area."""
    found = [_read(document) for _, _, document in patterns_read(plan) if document.get("complexItemType") == "survey"]
    return [survey for survey in found if survey is not None]


def _read(document: dict[str, Any]) -> SurveyedArea | None:
    try:
        corners = PatternSettings(document, "the survey").corners("polygon", 3)
    except BadPlan:
        return None
    area = Polygon([(lon, lat) for lat, lon in corners])
    if not area.is_valid:
        return None
    style = object_in(document, "TransectStyleComplexItem")
    return SurveyedArea(area, _camera(object_in(style, "CameraCalc")))


def _camera(calc: dict[str, Any]) -> Camera | None:
    """The camera in the picture's position of the survey: its long side across the way, unless it is held upright."""
    sides = [("SensorWidth", "ImageWidth"), ("SensorHeight", "ImageHeight")]
    if calc.get("Landscape") is False:
        sides.reverse()
    interval = calc.get("MinTriggerInterval")
    try:
        return Camera.model_validate(
            {
                "title": str(calc.get("CameraName", "camera of the survey")),
                "sensor_width_mm": calc[sides[0][0]],
                "sensor_height_mm": calc[sides[1][0]],
                "focal_mm": calc["FocalLength"],
                "image_width_px": round(calc[sides[0][1]]),
                "image_height_px": round(calc[sides[1][1]]),
                "min_trigger_s": max(interval, SHORTEST_TRIGGER_S) if isinstance(interval, int | float) else 1.0,
            }
        )
    except (KeyError, TypeError, ValueError, ValidationError):
        return None


def patterns_read(plan: PlanFile) -> list[tuple[int, int, dict[str, Any]]]:
    """Of each pattern of a plan out of a .plan file: the place of its first item, how many it has, its document."""
    kept: PlanSource | None = plan.kept.get("plan")
    if kept is None:
        return []
    return patterns_in(kept.entries)
