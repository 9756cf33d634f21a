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
from telemetry.messages import Message
from telemetry.positions import LocalFrame, Position
from telemetry.sentences import sentences

AREA_M = 30.0
"""Metres beside the route that still belong to the flight's area, as between a drawn flight and its geofence."""
_WANTS = frozenset({Restriction.REQ_AUTHORISATION, Restriction.CONDITIONAL})


@dataclass(frozen=True)
class OrderQuestion:
    """One thing that the pilot confirms by naming its subject."""

    subject: str
    """`fence`, `area`, or `zone` and its identifier."""
    message: Message


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
    message = Message("flights.outside_area", away=away)
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
        words = [question.message for question in unanswered]
        asks = [{"subject": question.subject, "message": question.message.text()} for question in unanswered]
        raise OrderAsks(Message("flights.confirm_to_fly_there", words=sentences(words)), asks)


def _fence_questions(fence: Sequence[FenceArea], frame: LocalFrame, here: Point) -> list[OrderQuestion]:
    inside = [_shape(area, frame) for area in fence if area.inclusion]
    outside = [_shape(area, frame) for area in fence if not area.inclusion]
    breaks = Message("flights.fence_acts")
    if inside and not any(shape.covers(here) for shape in inside):
        away = min(here.distance(shape) for shape in inside)
        return [OrderQuestion("fence", Message("flights.outside_fence", away=away, breaks=breaks))]
    if any(shape.covers(here) for shape in outside):
        return [OrderQuestion("fence", Message("flights.in_excluded_area", breaks=breaks))]
    return []


def _shape(area: FenceArea, frame: LocalFrame) -> BaseGeometry:
    corners = [frame.to_metres(lat, lon) for lat, lon in area.corners]
    if area.radius_m is not None:
        return Point(corners[0]).buffer(area.radius_m)
    return Polygon(corners)


def _zone_question(finding: ZoneFinding) -> OrderQuestion:
    zone = finding.zone
    wants = Message(f"flights.wants.{finding.restriction.value.lower()}")
    message = Message("flights.way_meets_zone", zone=_named(zone), wants=wants)
    if zone.conditions:
        message = Message(
            "flights.way_meets_zone_with_conditions", zone=_named(zone), wants=wants, conditions=zone.conditions
        )
    return OrderQuestion(f"zone {zone.identifier}", message)


def _named(zone: UasZone) -> str:
    return f"{zone.identifier} {zone.name}".strip()
