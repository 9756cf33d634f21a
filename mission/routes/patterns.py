"""Every pattern by name: what it is drawn over, what it can be asked, and its planner. One way in for all callers.

plan_pattern("orbit", geometry, {"distance_m": 40}, home=home) -> Route
PATTERNS["orbit"].form()  -> the wishes, ready for building a form
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from shapely import LineString, Point, Polygon

from mission.ground import FlatTerrain, Terrain
from mission.routes.cameras import Camera, camera_named
from mission.routes.corridor import CorridorRequest, plan_corridor
from mission.routes.drones import Drone, camera_of
from mission.routes.energy import CALM, Wind
from mission.routes.orbit import OrbitRequest, plan_orbit
from mission.routes.overwatch import OverwatchRequest, plan_overwatch
from mission.routes.perimeter import PerimeterRequest, plan_perimeter
from mission.routes.route import Route
from mission.routes.search_budget import THOROUGH, SearchBudget
from mission.routes.settings import Conditions, Wishes, settings_from
from mission.routes.sorties import in_sorties
from mission.routes.structure import StructureRequest, plan_structure
from mission.routes.survey import SurveyRequest, plan_survey
from mission.routes.transits import Flying
from mission.zones.geometry import read_area, read_shape
from telemetry.errors import BadPlan
from telemetry.messages import Message
from telemetry.positions import Position
from telemetry.vehicles import Airframe

RESERVE = 0.3
"""Part of a battery that is left after landing when nothing else is asked for."""
UNITS = {"_m_s": "m/s", "_m": "m", "_deg": "°", "_cm": "cm", "_min": "min"}
LIMITS = {"minimum": "min", "exclusiveMinimum": "min", "maximum": "max", "exclusiveMaximum": "max"}
SHAPES: dict[str, type[Point | LineString | Polygon]] = {
    "Point": Point,
    "LineString": LineString,
    "Polygon": Polygon,
}


@dataclass(frozen=True)
class Pattern:
    """One way to fly."""

    name: str
    shapes: tuple[str, ...]
    """GeoJSON types it can be drawn over."""
    help: str
    """One sentence, for the help of the command line."""
    wishes: type[Wishes]
    plan: Callable[..., Route]

    @property
    def title(self) -> Message:
        """What it is called on screens."""
        return Message(f"planner.patterns.{self.name}")

    @property
    def words(self) -> Message:
        """How a sentence calls it: the survey."""
        return Message(f"routes.patterns.{self.name}")

    def form(self) -> list[dict[str, Any]]:
        """Each wish: name, kind (number, whole, choice, switch), unit, default, min, max, help; None where none."""
        return [_field(name, schema) for name, schema in self.wishes.model_json_schema()["properties"].items()]


def _survey(area: Polygon, request: SurveyRequest, *, conditions: Conditions, camera: Camera) -> Route:
    return plan_survey(
        area,
        request,
        home=conditions.home,
        airframe=conditions.airframe,
        cameras={request.camera: camera},
        wind=conditions.wind,
        terrain=conditions.terrain,
        search=conditions.search,
    )


PATTERNS: dict[str, Pattern] = {
    pattern.name: pattern
    for pattern in (
        Pattern(
            "survey",
            ("Polygon",),
            "Cover an area with parallel lines that stay inside it.",
            SurveyRequest,
            _survey,
        ),
        Pattern(
            "corridor",
            ("LineString", "Polygon"),
            "Cover a strip along a line, or along the long axis of an area, with lines to and fro.",
            CorridorRequest,
            plan_corridor,
        ),
        Pattern(
            "perimeter",
            ("Polygon",),
            "Fly laps along the inside of an area's edge, looking inwards.",
            PerimeterRequest,
            plan_perimeter,
        ),
        Pattern(
            "orbit",
            ("Point", "Polygon"),
            "Fly round a point or an area, looking at its middle.",
            OrbitRequest,
            plan_orbit,
        ),
        Pattern(
            "overwatch",
            ("Point", "LineString", "Polygon"),
            "Stay at a place from which a point, a line or an area is in view.",
            OverwatchRequest,
            plan_overwatch,
        ),
        Pattern(
            "structure",
            ("Point", "Polygon"),
            "Fly rings round a tower or a building, one above the other.",
            StructureRequest,
            plan_structure,
        ),
    )
}


def plan_pattern(
    pattern: str,
    geometry: object,
    wishes: Mapping[str, object],
    *,
    home: Position | None = None,
    drone: Drone | None = None,
    cameras: Mapping[str, Camera] | None = None,
    terrain: Terrain | None = None,
    wind: Wind = CALM,
    reserve: float = RESERVE,
    search: SearchBudget = THOROUGH,
    name: str = "the outline",
) -> Route:
    """The route of `pattern` over a GeoJSON geometry (or Feature, or collection of one), called `name` in messages.

    `wishes` are those of the pattern, None meaning the default; the camera is the drone's first unless asked for. With
    `home`, a flight that needs more than a battery less `reserve` (0..1) is divided into sorties. Raises BadPlan for a
    wish that cannot be flown, BadGeometry for a shape that is none, BadInput where the terrain is not known.
    """
    known = pattern_named(pattern)
    if not 0 <= reserve < 1:
        raise BadPlan(Message("routes.reserve_too_large", reserve=reserve))
    if drone is not None:
        wanted = wishes.get("camera")
        if wanted is not None:
            wanted = str(wanted)
        wishes = {**wishes, "camera": camera_of(drone, wanted)}
    request = settings_from(known.wishes, wishes, known.words)
    shape = _shape(known, geometry, name)
    if cameras is not None:
        cameras = dict(cameras)
    camera = camera_named(request.camera, cameras)
    airframe = Airframe()
    if drone is not None:
        airframe = drone.airframe
    conditions = Conditions(airframe, home, wind, terrain or FlatTerrain(), search)
    route = known.plan(shape, request, conditions=conditions, camera=camera)
    return in_sorties(route, _flying(route, conditions, getattr(request, "follow_terrain", False)), reserve)


def pattern_named(name: str) -> Pattern:
    """The pattern called `name`. Raises BadPlan listing the known ones."""
    if name not in PATTERNS:
        raise BadPlan(Message("routes.no_such_pattern", name=name, known=list(PATTERNS)))
    return PATTERNS[name]


def _shape(pattern: Pattern, geometry: object, name: str) -> Point | LineString | Polygon:
    shape = read_shape(geometry, name)
    if not isinstance(shape, tuple(SHAPES[each] for each in pattern.shapes)):
        given, *wanted = (Message(f"routes.shapes.{each.lower()}") for each in (shape.geom_type, *pattern.shapes))
        raise BadPlan(Message("routes.wrong_shape", name=name, shape=given, pattern=pattern.words, wanted=wanted))
    # An area that is flown over is held to the sizes of a zone; what is flown round may be as small as a mast.
    if pattern.name in ("survey", "corridor", "perimeter") and isinstance(shape, Polygon):
        return read_area(geometry, name)
    return shape


def _flying(route: Route, conditions: Conditions, follow_terrain: bool) -> Flying:
    known = route.summary
    flying = conditions.flying(route.altitude_m, known.speed_m_s, trigger_m=known.trigger_m)
    return replace(flying, follow_terrain=follow_terrain)


def _field(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    parts = [part for part in schema.get("anyOf", [schema]) if part.get("type") != "null"]
    kinds = {"number": "number", "integer": "whole", "string": "choice", "boolean": "switch"}
    limits = {LIMITS[key]: value for key, value in parts[0].items() if key in LIMITS}
    unit = next((unit for ending, unit in UNITS.items() if name.endswith(ending)), None)
    return {
        "name": name,
        "kind": kinds[parts[0]["type"]],
        "unit": unit,
        "default": schema.get("default"),
        "min": limits.get("min"),
        "max": limits.get("max"),
        "optional": len(parts) < len(schema.get("anyOf", [schema])),
        "help": schema.get("description", ""),
    }
