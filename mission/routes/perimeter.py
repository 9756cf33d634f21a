"""Perimeter patrol: laps along the inside of an area's edge, the camera looking inwards. Covers nothing."""

from dataclasses import replace
from itertools import pairwise

import shapely
from pydantic import Field
from shapely import LineString, Polygon

from mission.routes.cameras import Camera
from mission.routes.circles import begun_near
from mission.routes.inner_paths import InnerPaths, Point, length
from mission.routes.route import Leg, LegKind, PointOfInterest, Route
from mission.routes.settings import Conditions, Wishes
from mission.routes.transits import fly, rounded
from mission.zones.geometry import local_frame, place_in, to_metres
from telemetry.errors import BadPlan
from telemetry.messages import Message

SMOOTH_M = 0.5
"""Corners that bend the ring by less are left out."""
SHORTEST_RING_M = 20.0


class PerimeterRequest(Wishes):
    """What the pilot wants of a patrol."""

    distance_m: float = Field(default=10.0, ge=1, le=1000, allow_inf_nan=False)
    """Distance kept inside the edge."""
    altitude_m: float = Field(default=40.0, ge=2, le=500, allow_inf_nan=False)
    """Height above home."""
    laps: int = Field(default=1, ge=1, le=50)
    """How often round."""
    clockwise: bool = True
    """Which way round, seen from above."""
    photo_every_m: float | None = Field(default=None, ge=1, le=1000, allow_inf_nan=False)
    """Distance between pictures; none for video alone."""
    speed_m_s: float = Field(default=6.0, ge=0.5, le=20, allow_inf_nan=False)
    """Top speed; slower where the camera cannot keep up."""


def plan_perimeter(area: Polygon, request: PerimeterRequest, *, conditions: Conditions, camera: Camera) -> Route:
    """The patrol of `area` (longitude, latitude degrees), with a ring for each part that the distance leaves of it.

    Raises BadPlan when it leaves nothing.
    """
    frame = local_frame(area)
    metres = to_metres(area, frame)
    near = place_in(frame, conditions.home)
    rings = _rings(metres, request, near)

    def leg(kind: LegKind, way: list[Point], middle: Point) -> Leg:
        corners = tuple(rounded(*frame.to_degrees(*point), request.altitude_m) for point in way)
        lat, lon = frame.to_degrees(*middle)
        look = PointOfInterest(rounded(lat, lon, conditions.ground_m(lat, lon, first=corners[0].place)))
        return Leg(kind, corners, camera=kind is LegKind.PATROL and request.photo_every_m is not None, look=look)

    legs: list[Leg] = []
    inside = InnerPaths(metres)
    at = None
    for ring in rings:
        middle = Polygon(ring).intersection(metres).representative_point()
        if at is not None:
            legs.append(leg(LegKind.TURN, inside.path(at, ring[0]), (middle.x, middle.y)))
        legs += [leg(LegKind.PATROL, ring, (middle.x, middle.y))] * request.laps
        at = ring[0]
    flying = conditions.flying(request.altitude_m, request.speed_m_s, trigger_m=request.photo_every_m, camera=camera)
    route = fly(legs, flying)
    flown = [(*frame.to_metres(*point.place),) for each in legs for point in each.points]
    outside = sum(LineString(pair).difference(metres).length for pair in pairwise(flown) if pair[0] != pair[1])
    numbers = replace(route.summary, outside_m=float(outside), area_m2=float(metres.area))
    return replace(route, summary=numbers)


def _rings(metres: Polygon, request: PerimeterRequest, near: Point | None) -> list[list[Point]]:
    """Closed rings in metres, each begun where the one before it (the first: home) is nearest."""
    inner = metres.buffer(-request.distance_m, join_style="mitre")
    parts = [part for part in shapely.get_parts(inner) if part.exterior.length >= SHORTEST_RING_M]
    if not parts:
        widest = shapely.maximum_inscribed_circle(metres).length
        raise BadPlan(Message("routes.nothing_left_inside", distance_m=request.distance_m, widest_m=2 * widest))
    rings = []
    while parts:
        nearest = max(parts, key=lambda part: part.area)
        if near is not None:
            place = shapely.Point(near)
            nearest = min(parts, key=lambda part: (place.distance(part.exterior), -part.area))
        parts.remove(nearest)
        tidy = nearest.exterior.simplify(min(SMOOTH_M, request.distance_m / 4))
        ring = begun_near(list(tidy.coords), near, clockwise=request.clockwise)
        rings.append(ring)
        near = ring[0]
    return [ring for ring in rings if length(ring) > 0]
