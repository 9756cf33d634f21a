"""A plan before it is kept: what was asked for and the route that answers it; the preview and a kept plan share it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mission.routes.route import Route
from mission.routes.survey import SurveyRequest, plan_survey, survey_request
from mission.zones.geometry import read_area
from telemetry.errors import BadPlan
from telemetry.positions import Position
from telemetry.vehicles import MissionItem

FROM_FILE = "file"
"""The pattern of a plan that came in somebody's file."""


@dataclass(frozen=True)
class Draft:
    """A route with what was asked for it."""

    pattern: str
    geometry: dict[str, Any]
    """What it is flown over, GeoJSON."""
    wishes: dict[str, Any]
    """Defaults included."""
    home: Position | None
    route: Route
    items: tuple[MissionItem, ...] | None = None
    """As they came in a file; None where they follow from the route."""


def patterns() -> list[dict[str, Any]]:
    """The ways to fly: name, title, the GeoJSON types each can be drawn over, and the JSON Schema of its wishes."""
    return [{"name": "survey", "title": "Survey", "shapes": ["Polygon"], "schema": SurveyRequest.model_json_schema()}]


def draft(pattern: str, geometry: dict[str, Any], wishes: Mapping[str, Any], *, home: Position | None) -> Draft:
    """Plan `pattern` over a GeoJSON geometry from `home`. Raises BadGeometry or BadPlan naming what cannot be."""
    if pattern == FROM_FILE:
        raise BadPlan("a plan from a file is flown as it came; change it where it was made and open it again")
    if pattern != "survey":
        raise BadPlan(f"there is no pattern {pattern!r}; known is survey")
    request = survey_request(**wishes)
    route = plan_survey(read_area(geometry, "the outline"), request, home=home)
    return Draft(pattern, geometry, request.model_dump(mode="json"), home, route)
