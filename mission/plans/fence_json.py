"""What a plan carries beside its items, its geofence and rally points, as JSON and back. Judges nothing."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from mission.formats import FenceArea
from mission.plans.tables import PlanRow
from telemetry.positions import Position


def fence_to_json(areas: Iterable[FenceArea]) -> list[dict[str, Any]]:
    """Parts of a geofence ready for JSON: `corners` as [lat, lon] degrees, `inclusion`, `radius_m`."""
    return [asdict(area) | {"corners": [list(corner) for corner in area.corners]} for area in areas]


def rally_to_json(places: Iterable[Position]) -> list[dict[str, Any]]:
    """Rally points ready for JSON: degrees, and metres above home."""
    return [place.model_dump(include={"lat", "lon", "alt_m"}) for place in places]


def fence_of(plan: PlanRow) -> tuple[FenceArea, ...]:
    """The geofence that goes on board with the plan; empty for none."""
    return tuple(
        FenceArea(tuple((lat, lon) for lat, lon in part["corners"]), part["inclusion"], part["radius_m"])
        for part in plan.fence
    )


def rally_of(plan: PlanRow) -> tuple[Position, ...]:
    """The rally points that the plan came with; altitudes are metres above home."""
    return tuple(Position(**place) for place in plan.rally)
