"""A plan before it is kept: what was asked for and the route that answers it; the preview and a kept plan share it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from mission.formats import FenceArea
from mission.ground import Terrain
from mission.plans.fences import fence_round, rally_at_home
from mission.routes.drones import Drone, camera_of
from mission.routes.patterns import PATTERNS, RESERVE, pattern_named, plan_pattern
from mission.routes.route import Route
from mission.routes.search_budget import THOROUGH, SearchBudget
from mission.routes.settings import settings_from
from telemetry.errors import BadPlan
from telemetry.messages import Message
from telemetry.positions import Position
from telemetry.transfer.mission_items import MissionItem

FROM_FILE = "file"
"""The pattern of a plan that came in somebody's file."""


@dataclass(frozen=True)
class PlanDraft:
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
    fence: tuple[FenceArea, ...] = ()
    """The geofence that came with it in a file, or is drawn round each sortie; empty for none."""
    rally: tuple[Position, ...] = ()
    """The places to land in need that came with it, or home of each sortie; altitudes are metres above home."""

    def sorties(self, fence_margin_m: float) -> "list[PlanDraft]":
        """What one battery each can fly, each with a geofence `fence_margin_m` metres round it and a rally point at
        home."""
        return [
            replace(self, route=each, fence=(fence_round(each, fence_margin_m),), rally=(rally_at_home(each),))
            for each in self.route.flights
        ]


def patterns() -> list[dict[str, Any]]:
    """The ways to fly: name, title, the GeoJSON types each can be drawn over, and the JSON Schema of its wishes."""
    return [
        {
            "name": pattern.name,
            "title": pattern.title.text(),
            "shapes": list(pattern.shapes),
            "schema": pattern.wishes.model_json_schema(),
        }
        for pattern in PATTERNS.values()
    ]


def draft(
    pattern: str,
    geometry: dict[str, Any],
    wishes: Mapping[str, Any],
    *,
    home: Position | None,
    drone: Drone,
    terrain: Terrain | None = None,
    reserve: float = RESERVE,
    search: SearchBudget = THOROUGH,
) -> PlanDraft:
    """Plan `pattern` over a GeoJSON geometry from `home`. Raises BadGeometry or BadPlan naming what cannot be."""
    if pattern == FROM_FILE:
        raise BadPlan(Message("plans.from_file_stays"))
    known = pattern_named(pattern)
    asked = {**wishes, "camera": camera_of(drone, wishes.get("camera"))}
    route = plan_pattern(
        pattern, geometry, asked, home=home, drone=drone, terrain=terrain, reserve=reserve, search=search
    )
    filled = settings_from(known.wishes, asked, known.words)
    return PlanDraft(pattern, geometry, filled.model_dump(mode="json"), home, route)
