"""Shapes of routes and of what checks say of them: plans, flights and drones sent to incidents answer with them."""

from typing import Literal

from mapserver.web.schemas import Answer, Fraction, GeoJsonLine, Json
from mission.checks.verdict import Level
from mission.routes.route import LegKind


class SortieSummary(Answer):
    """The numbers of one sortie, or of a whole route."""

    length_m: float
    duration_s: float
    photos: int
    covered_fraction: Fraction | None
    outside_m: float | None
    """How far the work lies outside the zone."""
    transit_m: float
    max_height_agl_m: float
    energy_fraction: float
    """Of one battery; above 1 it does not fly."""
    speed_m_s: float
    gsd_cm: float | None
    """Ground that a pixel shows."""
    spacing_m: float | None
    trigger_m: float | None
    angle_deg: float | None
    transects: int
    area_m2: float | None
    images_wanted: int | None
    images_least: int | None
    images_short_fraction: Fraction | None


class TakeoffPlaceAnswer(Answer):
    """A place from which the same work takes fewer batteries."""

    where: str
    """`middle` of the work, or `edge` of it."""
    lat: float
    lon: float
    flights: int
    """Batteries that it takes from there."""
    energy_fraction: float
    """Of all flights together, in full batteries."""


class RouteSummary(SortieSummary):
    """The numbers of a route."""

    sorties: list[SortieSummary]
    """Where it takes more than one battery."""
    takeoff_places: list[TakeoffPlaceAnswer]


class RouteLeg(Answer):
    """A stretch of a route, by the numbers of its first and last point."""

    kind: LegKind
    start: int
    end: int
    camera: bool
    hold_s: float
    look: Json | None
    """Where the camera looks: `pitch_deg`, or `at` a point."""
    sortie: int


class RouteProperties(Answer):
    """What a route is made of."""

    legs: list[RouteLeg]
    summary: RouteSummary


class RouteFeature(Answer):
    """A route as a GeoJSON Feature; heights in metres above the take-off."""

    type: Literal["Feature"]
    geometry: GeoJsonLine
    properties: RouteProperties


class VerdictAnswer(Answer):
    """What one check says of a flight."""

    check: str
    title: str
    level: Level
    rule: str
    """What it stands on."""
    message: str
    code: str
    """What `message` means, in every language."""
    params: Json
    clears: str
    """What would clear it; empty if it is clear."""
    numbers: Json
    data_version: str
    """What it stands on, always the same text for the same data."""
    data_words: str
    """The same in the reader's language."""
    subject: str
    """What the pilot acknowledges; empty if there is nothing to."""
