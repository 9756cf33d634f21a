"""The survey planner: an area and a camera to a route that covers all of it and never leaves it.

Pure. One height, one sortie. Directions, cells and order are searched, not typed: see `contenders`.
"""

import math

from pydantic import Field
from shapely import Polygon

from mission.ground import FlatTerrain, Terrain
from mission.routes.assembly import Flown, to_route
from mission.routes.cameras import Camera, camera_named
from mission.routes.contenders import best_track
from mission.routes.energy import CALM, Wind
from mission.routes.inside import Point
from mission.routes.route import Route
from mission.routes.wishes import MappingWishes
from mission.zones.geometry import local_frame, to_metres
from telemetry.errors import BadPlan
from telemetry.positions import Position
from telemetry.vehicles import Airframe

LONGEST_M = 200_000.0
"""More line than this is a slip: no small drone flies it in a day."""


class SurveyRequest(MappingWishes):
    """What the pilot wants of a survey."""

    angle_deg: float | None = Field(default=None, ge=0, lt=360, allow_inf_nan=False)
    """Direction of the lines, clockwise from north; searched when not given."""


def plan_survey(
    area: Polygon,
    request: SurveyRequest,
    *,
    home: Position | None = None,
    airframe: Airframe | None = None,
    cameras: dict[str, Camera] | None = None,
    wind: Wind = CALM,
    terrain: Terrain | None = None,
) -> Route:
    """The route over `area` (a polygon in longitude, latitude degrees, as `read_area` gives it).

    With `home` the route begins and ends there with a transit leg and enters at the end nearest to it. The same
    input gives the same route. Raises BadPlan when the wish cannot be flown.
    """
    camera, frame = camera_named(request.camera, cameras), local_frame(area)
    altitude, spacing = request.height_m(camera), request.spacing(camera)
    flown = Flown(
        airframe or Airframe(),
        camera,
        altitude,
        spacing,
        request.trigger(camera),
        request.speed_m_s,
        wind,
        terrain or FlatTerrain(),
        request.follow_terrain,
    )
    metres = to_metres(area, frame)
    if metres.area / spacing > LONGEST_M:
        kilometres = metres.area / spacing / 1000
        raise BadPlan(
            f"lines {spacing:g} m apart over {metres.area / 1e6:.2f} km² are {kilometres:,.0f} km long; "
            "fly higher, wider apart, or divide the area"
        )
    start: Point | None = None if home is None else (*frame.to_metres(home.lat, home.lon),)
    direction = None if request.angle_deg is None else math.radians(90 - request.angle_deg)
    cost = None if wind == CALM else flown.seconds
    best = best_track(metres, spacing, start, direction, cost)
    if best is None:
        raise BadPlan(f"no line fits into the area {spacing:g} m apart; make the spacing smaller")
    return to_route(best.track, best.angle, metres, frame, flown, home)
