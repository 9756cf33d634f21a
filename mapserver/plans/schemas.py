"""What the API answers of plans, their routes and their checks."""

from typing import Literal

from pydantic import Field

from mapserver.web.route_shapes import RouteFeature, RouteSummary, VerdictAnswer
from mapserver.web.schemas import Answer, Fraction, GeoJsonGeometry, Json, PlaceAnswer, Utc
from mission.checks.verdict import Level


class HomePoint(PlaceAnswer):
    """Where a flight begins."""

    alt_m: float | None = None
    """Above the sea, where it is known."""


class MissionItemAnswer(Answer):
    """One item as MAVLink's MISSION_ITEM_INT holds it, degrees and metres."""

    command: int
    frame: int
    params: list[float | None]
    lat: float
    lon: float
    alt_m: float
    autocontinue: bool


class FenceAreaAnswer(Answer):
    """An area that a flight stays in, or out of."""

    corners: list[list[float]]
    inclusion: bool
    radius_m: float | None
    """Of a circle, whose centre is its only corner."""


class RallyPoint(PlaceAnswer):
    """Where a drone may go instead of home."""

    alt_m: float


class PlanFacts(Answer):
    """What is known of a plan without its route."""

    id: str
    city: str
    zone_id: str | None
    name: str
    made_by: str
    made_at: Utc
    lineage_id: str
    """The same in all versions."""
    version: int
    previous_id: str | None
    unit_id: str | None
    pattern: str
    summary: RouteSummary
    simulated: bool


class PlanBrief(PlanFacts):
    """A plan in a list."""

    older_shape: bool
    """Whether its zone has another outline by now."""
    changes: list[str]
    """Against the version before it."""


class PlanAnswer(PlanFacts):
    """A plan with its route and mission items."""

    home: HomePoint | None
    geometry: Json
    """What was drawn, GeoJSON; empty for a plan from a file."""
    zone_shape: str | None
    request: Json
    """The wishes that it was made by; `GET /plans/patterns` says what each pattern knows."""
    route: RouteFeature
    items: list[MissionItemAnswer]
    fence: list[FenceAreaAnswer]
    rally: list[RallyPoint]


class PlanChecks(Answer):
    """Every check of a plan."""

    worst: Level
    in_the_way: int
    """How many keep it from flying."""
    verdicts: list[VerdictAnswer]


class SurveyCamera(Answer):
    """A camera that a drone may carry."""

    name: str
    title: str


class RoutePattern(Answer):
    """A way to fly, what it is drawn over, and what can be wished."""

    name: str
    title: str
    shapes: list[str]
    request_schema: Json = Field(alias="schema")
    """JSON Schema of the wishes."""


class PatternsAnswer(Answer):
    """The ways to fly, and the cameras of a drone."""

    patterns: list[RoutePattern]
    cameras: list[SurveyCamera]


class ImportedPlan(PlanAnswer):
    """A plan that was kept from a file."""

    notes: list[str]
    """What is not as in the file."""


class RestOfFlight(PlanAnswer):
    """What is left of a plan, as a plan, and what the checks say of flying it now."""

    unfit: str | None
    verdicts: list[VerdictAnswer]


class PlanInFile(Answer):
    """A plan that was only looked at in a file."""

    route: RouteFeature
    zone: str
    work_m: float
    outside_m: float
    """Of its work, outside the zone."""
    notes: list[str]


class PreviewProblem(Answer):
    """Why there is no route."""

    message: str
    field: str | None
    """The wish that it is about."""


class EnergyFactorAnswer(Answer):
    """What was learned of a drone's energy."""

    factor: float
    flights: int
    """How many it was learned from."""


class ImagesOfPoint(Answer):
    """How many pictures show a part of the area."""

    images_from: int
    images_to: int | None
    enough: bool


class ImageArea(Answer):
    """A part of the area with equally many pictures of each point."""

    type: Literal["Feature"]
    properties: ImagesOfPoint
    geometry: GeoJsonGeometry


class ImageNumbers(Answer):
    """How many pictures show the points of the area."""

    wanted: int | None
    least: int
    middle: float
    short_fraction: Fraction
    worst_lat: float | None
    worst_lon: float | None
    distance_m: float | None


class ImageMap(Answer):
    """Pictures of each point, as GeoJSON."""

    type: Literal["FeatureCollection"]
    properties: ImageNumbers
    features: list[ImageArea]


class PreviewAnswer(Answer):
    """A plan that is tried: its route and numbers, or why there is none."""

    problem: PreviewProblem | None
    route: RouteFeature | None
    wishes: Json | None = None
    """As they were understood."""
    quick: bool | None = None
    seen_m: float | None = None
    """Ground that the camera sees across the line of flight."""
    energy: EnergyFactorAnswer | None = None
    images: ImageMap | None = None
    unfit: str | None = None
    """Why the drone cannot fly it at all."""
    verdicts: list[VerdictAnswer] | None = None
    """Only where a time was given."""
