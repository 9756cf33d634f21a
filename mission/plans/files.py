"""From an area file to a plan file in one step, for the command line. Keeps nothing in the database."""

import json
from pathlib import Path
from typing import Any

from mission.formats import FORMATS, PlanFile, dump
from mission.plans.geojson import to_geojson
from mission.plans.items import items_of
from mission.routes.cameras import catalogue
from mission.routes.route import Route
from mission.routes.survey import plan_survey, survey_request
from mission.zones.geometry import load_area
from telemetry.errors import BadPlan
from telemetry.files import write_whole
from telemetry.positions import Position

PATTERNS = ("survey",)


def plan_file(
    area_path: Path,
    out_path: Path,
    *,
    pattern: str = "survey",
    camera: str | None = None,
    cameras_path: Path | None = None,
    gsd_cm: float | None = None,
    altitude_m: float | None = None,
    spacing_m: float | None = None,
    front_overlap: float | None = None,
    side_overlap: float | None = None,
    speed_m_s: float | None = None,
    angle_deg: float | None = None,
    home: Position | None = None,
) -> dict[str, Any]:
    """Plan over the GeoJSON area in `area_path`, write `out_path` in the format of its ending, give the summary.

    None means the default of `SurveyRequest`. Raises BadGeometry, BadPlan or BadInput; then nothing is written.
    """
    if pattern not in PATTERNS:
        raise BadPlan(f"there is no pattern {pattern!r}; known are {', '.join(PATTERNS)}")
    if out_path.suffix.lower() not in FORMATS:
        raise BadPlan(f"{out_path.name}: a plan is written as one of {', '.join(FORMATS)}; name the file so")
    request = survey_request(
        camera=camera,
        gsd_cm=gsd_cm,
        altitude_m=altitude_m,
        spacing_m=spacing_m,
        front_overlap=front_overlap,
        side_overlap=side_overlap,
        speed_m_s=speed_m_s,
        angle_deg=angle_deg,
    )
    route = plan_survey(load_area(area_path), request, home=home, cameras=catalogue(cameras_path))
    write_whole(out_path, _content(route, out_path))
    return route.as_json()


def plan_of(route: Route, name: str) -> PlanFile:
    """A route as a plan file holds it; home is where it begins."""
    first = route.points[0]
    home = Position(lat=first.lat, lon=first.lon)
    return PlanFile(name, tuple(items_of(route)), home, speed_m_s=round(route.summary.speed_m_s, 2))


def _content(route: Route, out_path: Path) -> str | bytes:
    """GeoJSON holds the route with its legs and numbers; every other format the mission items."""
    if out_path.suffix.lower() in (".geojson", ".json"):
        return json.dumps(to_geojson(route), indent=2, allow_nan=False) + "\n"
    return dump(plan_of(route, out_path.stem), out_path.suffix).content
