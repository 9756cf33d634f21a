"""Orbit: round a point or an area on a circle, the camera on its middle. Keeps clear of nothing in between."""

import math
from dataclasses import replace

import shapely
from pydantic import Field
from shapely import Point, Polygon

from mission.routes.cameras import Camera
from mission.routes.circles import circle
from mission.routes.footprint import gsd_cm
from mission.routes.route import Leg, LegKind, PointOfInterest, Route
from mission.routes.settings import Conditions, Wishes
from mission.routes.transits import fly, rounded
from mission.zones.geometry import flat, local_frame, place_in
from telemetry.errors import BadPlan
from telemetry.messages import Message

LARGEST_RADIUS_M = 2000.0


class OrbitRequest(Wishes):
    """What the pilot wants of an orbit."""

    distance_m: float = Field(default=50.0, ge=5, le=1000, allow_inf_nan=False)
    """Distance kept from the point, or from the circle that encloses the area."""
    altitude_m: float = Field(default=40.0, ge=2, le=500, allow_inf_nan=False)
    """Height above home."""
    turns: int = Field(default=1, ge=1, le=50)
    """How often round."""
    clockwise: bool = True
    """Which way round, seen from above."""
    look_height_m: float = Field(default=0.0, ge=-50, le=500, allow_inf_nan=False)
    """Height above its ground of what the camera looks at."""
    photos_per_turn: int = Field(default=24, ge=0, le=360)
    """Pictures on each turn; 0 for video alone."""
    speed_m_s: float = Field(default=4.0, ge=0.5, le=15, allow_inf_nan=False)
    """Top speed; slower where the camera cannot keep up."""


def plan_orbit(shape: Point | Polygon, request: OrbitRequest, *, conditions: Conditions, camera: Camera) -> Route:
    """The orbit round `shape` (longitude, latitude degrees). Raises BadPlan when it cannot be flown."""
    frame = local_frame(shape)
    enclosing = shapely.minimum_bounding_circle(flat(shape, frame))
    centre = (enclosing.centroid.x, enclosing.centroid.y)
    radius = request.distance_m + float(shapely.minimum_bounding_radius(flat(shape, frame)))
    if radius > LARGEST_RADIUS_M:
        raise BadPlan(Message("routes.orbit_too_wide", radius_m=radius))
    towards = place_in(frame, conditions.home)
    ring = circle(centre, radius, towards=towards, clockwise=request.clockwise)
    corners = [rounded(*frame.to_degrees(*point), request.altitude_m) for point in ring]
    lat, lon = frame.to_degrees(*centre)
    ground = conditions.ground_m(lat, lon, first=corners[0].place)
    look = PointOfInterest(rounded(lat, lon, ground + request.look_height_m))
    taking = request.photos_per_turn > 0
    trigger = None
    if taking:
        trigger = 2 * math.pi * radius / request.photos_per_turn
    turn = Leg(LegKind.ORBIT, tuple(corners), camera=taking, look=look)
    flying = conditions.flying(request.altitude_m, request.speed_m_s, trigger_m=trigger, camera=camera)
    route = fly([turn] * request.turns, flying)
    away = math.hypot(radius, request.altitude_m - ground - request.look_height_m)
    return replace(route, summary=replace(route.summary, gsd_cm=gsd_cm(camera, away)))
