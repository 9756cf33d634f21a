"""What a pilot is asked before a drone is sent to a point: whether to leave the flight's area or fence, or meet a zone.

Judges places only; what may not be at all is refused in `orders.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from shapely import Point, Polygon
from shapely.geometry.base import BaseGeometry

from mission.airspace.evaluate import Airspace, ZoneFinding
from mission.airspace.volume import Volume
from mission.airspace.zones import Restriction, UasZone
from mission.formats import FenceArea
from telemetry.errors import OrderAsks
from telemetry.positions import LocalFrame, Position

AREA_M = 30.0
"""Metres beside the route that still belong to the flight's area, as between a drawn flight and its geofence."""
_WANTS = {
    Restriction.REQ_AUTHORISATION: "wants a permit (REQ_AUTHORISATION)",
    Restriction.CONDITIONAL: "has conditions (CONDITIONAL)",
}


@dataclass(frozen=True)
class OrderQuestion:
    """One thing that the pilot confirms by naming its subject."""

    subject: str
    """`fence`, `area`, or `zone` and its identifier."""
    message: str


@dataclass(frozen=True)
class FlightPlace:
    """Where a flight is meant to be."""

    route: Sequence[tuple[float, float]] = ()
    """Corners of the planned route, (longitude, latitude) degrees."""
    fence: Sequence[FenceArea] = ()
    """The geofence that is on board with the plan."""


def place_questions(place: FlightPlace, target: Position) -> list[OrderQuestion]:
    """What is asked because `target` is outside the flight's fence or, without a fence, outside its area."""
    frame = LocalFrame(target.lat, target.lon)
    here = Point(0.0, 0.0)
    if place.fence:
        return _fence_questions(place.fence, frame, here)
    if not place.route:
        return []
    area = shapely.MultiPoint([frame.to_metres(lat, lon) for lon, lat in place.route]).convex_hull.buffer(AREA_M)
    away = here.distance(area)
    if away == 0:
        return []
    message = f"the point is {away:.0f} m outside the area of this flight, and nobody checked what is there"
    return [OrderQuestion("area", message)]


def zone_questions(airspace: Airspace, way: Volume, start: Volume) -> list[OrderQuestion]:
    """What is asked because the `way` meets a zone that wants a permit or has conditions, unless the vehicle is in it
    already (`start`)."""
    within = {finding.zone.identifier for finding in airspace.findings([start])}
    met = [finding for finding in airspace.findings([way]) if finding.restriction in _WANTS]
    return [_zone_question(finding) for finding in met if finding.zone.identifier not in within]


def require_answers(questions: Sequence[OrderQuestion], acknowledged: frozenset[str]) -> None:
    """Raises OrderAsks with the questions whose subjects the pilot has not acknowledged."""
    unanswered = [question for question in questions if question.subject not in acknowledged]
    if unanswered:
        words = "; ".join(question.message for question in unanswered)
        asks = [{"subject": question.subject, "message": question.message} for question in unanswered]
        raise OrderAsks(f"{words}; confirm it to fly there all the same", asks)


def _fence_questions(fence: Sequence[FenceArea], frame: LocalFrame, here: Point) -> list[OrderQuestion]:
    inside = [_shape(area, frame) for area in fence if area.inclusion]
    outside = [_shape(area, frame) for area in fence if not area.inclusion]
    breaks = "where the vehicle acts by itself as its fence is set, and may turn back or land"
    if inside and not any(shape.covers(here) for shape in inside):
        away = min(here.distance(shape) for shape in inside)
        return [OrderQuestion("fence", f"the point is {away:.0f} m outside the geofence of this flight, {breaks}")]
    if any(shape.covers(here) for shape in outside):
        return [OrderQuestion("fence", f"the point is where the geofence of this flight keeps it out, {breaks}")]
    return []


def _shape(area: FenceArea, frame: LocalFrame) -> BaseGeometry:
    corners = [frame.to_metres(lat, lon) for lat, lon in area.corners]
    if area.radius_m is not None:
        return Point(corners[0]).buffer(area.radius_m)
    return Polygon(corners)


def _zone_question(finding: ZoneFinding) -> OrderQuestion:
    zone = finding.zone
    conditions = f": {zone.conditions}" if zone.conditions else ""
    message = f"the way meets {_named(zone)}, which {_WANTS[finding.restriction]}{conditions}"
    return OrderQuestion(f"zone {zone.identifier}", message)


def _named(zone: UasZone) -> str:
    return f"zone {zone.identifier} {zone.name}".strip()
