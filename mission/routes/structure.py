"""Structure: rings round a tower or a building, one above the other, so that pictures overlap up and along."""

import math
from dataclasses import replace

from pydantic import Field, model_validator
from shapely import Point, Polygon

from mission.routes.cameras import Camera
from mission.routes.circles import around, begun_near, circle
from mission.routes.facets import Facet, facets_of
from mission.routes.footprint import footprint_m, gsd_cm
from mission.routes.route import Leg, LegKind, PointOfInterest, Route
from mission.routes.settings import SHORTEST_TRIGGER_M, Conditions, Wishes
from mission.routes.transits import fly, rounded
from mission.zones.geometry import flat, local_frame, place_in
from telemetry.errors import BadPlan
from telemetry.messages import Message
from telemetry.positions import LocalFrame

CLEARANCE_M = 10.0
"""Metres above the top at which it comes and goes."""
MOST_LAYERS = 60


class StructureRequest(Wishes):
    """What the pilot wants of the rings round a structure."""

    structure_height_m: float = Field(default=30.0, ge=2, le=300, allow_inf_nan=False)
    """Height of the structure above its ground."""
    radius_m: float = Field(default=5.0, ge=0.5, le=200, allow_inf_nan=False)
    """Half the width of the structure, when only its middle is given."""
    distance_m: float = Field(default=15.0, ge=3, le=200, allow_inf_nan=False)
    """Distance kept from its surface."""
    lowest_m: float = Field(default=5.0, ge=1, le=200, allow_inf_nan=False)
    """Lowest height flown, above its ground."""
    vertical_overlap: float = Field(default=0.6, ge=0, lt=0.96, allow_inf_nan=False)
    """Overlap of pictures of neighbouring rings, 0 to 0.95."""
    side_overlap: float = Field(default=0.7, ge=0, lt=0.96, allow_inf_nan=False)
    """Overlap of pictures along a ring, 0 to 0.95."""
    from_top: bool = True
    """Whether the highest ring is flown first."""
    clockwise: bool = True
    """Which way round, seen from above."""
    speed_m_s: float = Field(default=3.0, ge=0.5, le=10, allow_inf_nan=False)
    """Top speed; slower where the camera cannot keep up."""

    @model_validator(mode="after")
    def _below_the_top(self) -> "StructureRequest":
        if self.lowest_m > self.structure_height_m:
            raise ValueError(Message("routes.lowest_above_top", lowest_m=self.lowest_m, top_m=self.structure_height_m))
        return self


def plan_structure(
    shape: Point | Polygon, request: StructureRequest, *, conditions: Conditions, camera: Camera
) -> Route:
    """The rings round `shape`, a footprint or a middle in longitude, latitude degrees.

    Each wall of a footprint is seen at right angles. It comes and goes 10 m above the top. Raises BadPlan when the
    overlap asks for too many rings.
    """
    frame = local_frame(shape)
    footprint = flat(shape, frame)
    near = place_in(frame, conditions.home)
    middle = footprint.centroid
    if isinstance(footprint, Polygon):
        ring = begun_near(around(footprint, request.distance_m), near, clockwise=request.clockwise)
        facets = facets_of(ring, footprint)
    else:
        radius = request.radius_m + request.distance_m
        ring = circle((middle.x, middle.y), radius, towards=near, clockwise=request.clockwise)
        facets = [Facet(tuple(ring), (middle.x, middle.y))]
    ground = conditions.ground_m(*frame.to_degrees(middle.x, middle.y), first=frame.to_degrees(*ring[0]))
    legs: list[Leg] = []
    for height in layers(request, camera):
        layer = [_leg(facet, frame, ground + height) for facet in facets]
        if legs:
            up = (legs[-1].points[-1], layer[0].points[0])
            legs.append(Leg(LegKind.CLIMB, up, camera=False, look=layer[0].look))
        legs += layer
    wide, _ = footprint_m(camera, request.distance_m)
    flying = conditions.flying(
        request.structure_height_m + CLEARANCE_M + ground,
        request.speed_m_s,
        trigger_m=max(wide * (1 - request.side_overlap), SHORTEST_TRIGGER_M),
        camera=camera,
    )
    route = fly(legs, flying)
    return replace(route, summary=replace(route.summary, gsd_cm=gsd_cm(camera, request.distance_m)))


def _leg(facet: Facet, frame: LocalFrame, height_m: float) -> Leg:
    """One wall or corner at one height, the camera level with it."""
    corners = tuple(rounded(*frame.to_degrees(*corner), height_m) for corner in facet.corners)
    look = PointOfInterest(rounded(*frame.to_degrees(*facet.look), height_m))
    return Leg(LegKind.ORBIT, corners, camera=True, look=look)


def layers(request: StructureRequest, camera: Camera) -> list[float]:
    """Heights of the rings above the ground of the structure, in flying order.

    The pictures of all of them together reach from the ground, or from below the lowest height flown, to the top, and
    neighbouring ones overlap by at least what is asked.
    """
    _, tall = footprint_m(camera, request.distance_m)
    lowest = max(min(tall, request.structure_height_m) / 2, request.lowest_m)
    highest = max(request.structure_height_m - tall / 2, lowest)
    count = 1 + math.ceil((highest - lowest) / (tall * (1 - request.vertical_overlap)) - 1e-9)
    if count > MOST_LAYERS:
        raise BadPlan(Message("routes.too_many_rings", rings=count, most=MOST_LAYERS))
    step = (highest - lowest) / max(count - 1, 1)
    heights = [lowest + number * step for number in range(count)]
    if request.from_top:
        heights.reverse()
    return heights
