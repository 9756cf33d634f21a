"""Overwatch: stay at a place from which an area is in view. The ground is taken as level between the two."""

import math
from dataclasses import replace

import shapely
from pydantic import Field
from shapely import LineString, Point, Polygon

from mission.routes.cameras import Camera
from mission.routes.footprint import gsd_cm
from mission.routes.route import Leg, LegKind, PointOfInterest, Route
from mission.routes.settings import Conditions, Wishes
from mission.routes.transits import fly, rounded
from mission.zones.geometry import flat, local_frame
from telemetry.errors import BadPlan
from telemetry.messages import Message

LOWEST_M = 20.0
HIGHEST_M = 120.0
"""Metres above the ground that are chosen at most (UAS.OPEN.010)."""
ROUND_A_POINT_M = 10.0
"""Metres to each side that are kept in view of a point."""


class OverwatchRequest(Wishes):
    """What the pilot wants of an overwatch."""

    minutes_min: float = Field(default=10.0, ge=0.5, le=600, allow_inf_nan=False)
    """How long it stays."""
    pitch_deg: float = Field(default=-45.0, ge=-90, le=-10, allow_inf_nan=False)
    """How far down the camera looks at the middle; straight down is -90."""
    altitude_m: float | None = Field(default=None, ge=5, le=500, allow_inf_nan=False)
    """Height above the ground of the area; the least that has all of it in view when not given."""
    side_deg: float | None = Field(default=None, ge=0, lt=360, allow_inf_nan=False)
    """From which side it looks, clockwise from north; the side of home when not given."""
    speed_m_s: float = Field(default=10.0, ge=0.5, le=20, allow_inf_nan=False)
    """Top speed of the way there and back."""


def plan_overwatch(
    shape: Point | LineString | Polygon, request: OverwatchRequest, *, conditions: Conditions, camera: Camera
) -> Route:
    """A hold from which `shape` (longitude, latitude degrees) is in view. Raises BadPlan when no place has it so."""
    frame = local_frame(shape)
    enclosing = shapely.minimum_bounding_circle(flat(shape, frame))
    radius = max(float(shapely.minimum_bounding_radius(flat(shape, frame))), ROUND_A_POINT_M)
    centre = (enclosing.centroid.x, enclosing.centroid.y)
    height = _height(request, radius, camera)
    home = conditions.home
    if request.side_deg is not None:
        side = math.radians(request.side_deg)
    elif home is not None:
        east, north = frame.to_metres(home.lat, home.lon)
        side = math.atan2(east - centre[0], north - centre[1])
    else:
        side = math.pi  # with the sun behind it
    away = height / math.tan(math.radians(-request.pitch_deg))
    stand = (centre[0] + away * math.sin(side), centre[1] + away * math.cos(side))
    lat, lon = frame.to_degrees(*centre)
    place = frame.to_degrees(*stand)
    ground = conditions.ground_m(lat, lon, first=place)
    at = rounded(*place, height + ground)
    look = PointOfInterest(rounded(lat, lon, ground))
    hold = Leg(LegKind.HOLD, (at, at), camera=False, look=look, hold_s=60 * request.minutes_min)
    route = fly([hold], conditions.flying(at.height_m, request.speed_m_s))
    return replace(route, summary=replace(route.summary, gsd_cm=gsd_cm(camera, math.hypot(away, height))))


def in_view(camera: Camera, pitch_deg: float) -> float:
    """Radius of the circle on level ground round the aim that is all in view, for each metre of height.

    The picture lies across; pinhole camera: a point at (ahead, across) of the ground, for a height of 1, is `across /
    (ahead * cos + sin)` to the side in the picture, which is greatest on the circle where the root below says.
    """
    pitch = math.radians(-pitch_deg)
    up = math.atan(camera.sensor_height_mm / 2 / camera.focal_mm)
    half = camera.sensor_width_mm / 2 / camera.focal_mm
    to_side = half / math.sin(pitch) / math.sqrt(1 + (half * math.cos(pitch)) ** 2)
    aim = 1 / math.tan(pitch)
    near = aim - 1 / math.tan(pitch + up)
    far = math.inf
    if pitch > up:
        far = 1 / math.tan(pitch - up) - aim
    return min(near, far, to_side)


def _height(request: OverwatchRequest, radius: float, camera: Camera) -> float:
    needed = radius / in_view(camera, request.pitch_deg)
    if request.altitude_m is not None and request.altitude_m >= needed * 0.999:
        return request.altitude_m
    if request.altitude_m is None and needed <= HIGHEST_M:
        return max(needed, LOWEST_M)
    tried = request.altitude_m or HIGHEST_M
    raise BadPlan(
        Message(
            "routes.not_in_view",
            height_m=tried,
            pitch_deg=request.pitch_deg,
            camera=camera.title,
            seen_m=2 * tried * radius / needed,
            wide_m=2 * radius,
            needed_m=needed,
        )
    )
