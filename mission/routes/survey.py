"""The survey planner: an area and a camera to a lawnmower route that covers all of it and never leaves it.

Pure. Flat ground, still air, one height, one sortie. The best direction is searched, not typed: the directions of the
area's own edges and every ten degrees are tried by their flying time.
"""

import math

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from shapely import Polygon

from mission.routes.assembly import Flown, to_route
from mission.routes.cameras import DEFAULT_CAMERA, Camera, camera_named
from mission.routes.contenders import best_track
from mission.routes.footprint import altitude_for_gsd, spacing_m, trigger_m
from mission.routes.inside import Point
from mission.routes.route import Route
from mission.zones.geometry import local_frame, to_metres
from telemetry.errors import BadPlan
from telemetry.positions import Position
from telemetry.vehicles import Airframe

DEFAULT_ALTITUDE_M = 60.0
DEFAULT_SPEED_M_S = 8.0
LONGEST_M = 200_000.0
"""More line than this is a slip: no small drone flies it in a day."""


class SurveyRequest(BaseModel):
    """What the pilot wants of a survey. Height or resolution, not both."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    camera: str = DEFAULT_CAMERA
    """A name in the catalogue."""
    altitude_m: float | None = Field(default=None, ge=2, le=500, allow_inf_nan=False)
    """Metres above home; 60 when neither it nor `gsd_cm` is given."""
    gsd_cm: float | None = Field(default=None, gt=0, le=100, allow_inf_nan=False)
    """Centimetres of ground a pixel covers."""
    front_overlap: float = Field(default=0.75, ge=0, lt=0.99, allow_inf_nan=False)
    side_overlap: float = Field(default=0.65, ge=0, lt=0.99, allow_inf_nan=False)
    spacing_m: float | None = Field(default=None, ge=1, le=2000, allow_inf_nan=False)
    """Metres between lines, in place of what `side_overlap` asks."""
    speed_m_s: float = Field(default=DEFAULT_SPEED_M_S, ge=0.5, le=30, allow_inf_nan=False)
    """Flown at most; slower where the camera cannot keep up."""
    angle_deg: float | None = Field(default=None, ge=0, lt=360, allow_inf_nan=False)
    """Direction of the lines, clockwise from north; searched when not given."""

    @model_validator(mode="after")
    def _one_height(self) -> "SurveyRequest":
        if self.altitude_m is not None and self.gsd_cm is not None:
            raise ValueError("give the altitude or the ground resolution (gsd), not both: one follows from the other")
        return self


def survey_request(**wishes: object) -> SurveyRequest:
    """A request from loose values, None meaning the default. Raises BadPlan naming the first that cannot be."""
    try:
        return SurveyRequest.model_validate({name: value for name, value in wishes.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise BadPlan(f"the survey cannot be planned: {name + ': ' if name else ''}{first['msg']}") from error


def plan_survey(
    area: Polygon,
    request: SurveyRequest,
    *,
    home: Position | None = None,
    airframe: Airframe | None = None,
    cameras: dict[str, Camera] | None = None,
) -> Route:
    """The route over `area` (a polygon in longitude, latitude degrees, as `read_area` gives it).

    With `home` the route begins and ends there with a transit leg and enters at the end nearest to it. The same
    input gives the same route. Raises BadPlan when the wish cannot be flown.
    """
    camera, frame = camera_named(request.camera, cameras), local_frame(area)
    altitude = request.altitude_m or DEFAULT_ALTITUDE_M
    if request.gsd_cm is not None:
        altitude = altitude_for_gsd(camera, request.gsd_cm)
        if not 2 <= altitude <= 500:
            raise BadPlan(
                f"{request.gsd_cm:g} cm a pixel asks for {altitude:.0f} m with {camera.title}; fly 2 to 500 m"
            )
    spacing = request.spacing_m or spacing_m(camera, altitude, request.side_overlap)
    trigger = max(trigger_m(camera, altitude, request.front_overlap), 0.1)
    flown = Flown(airframe or Airframe(), camera, altitude, spacing, trigger, request.speed_m_s)
    metres = to_metres(area, frame)
    if metres.area / spacing > LONGEST_M:
        kilometres = metres.area / spacing / 1000
        raise BadPlan(
            f"lines {spacing:g} m apart over {metres.area / 1e6:.2f} km² are {kilometres:,.0f} km long; "
            "fly higher, wider apart, or divide the area"
        )
    start: Point | None = None if home is None else (*frame.to_metres(home.lat, home.lon),)
    direction = None if request.angle_deg is None else math.radians(90 - request.angle_deg)
    best = best_track(metres, spacing, start, direction)
    if best is None:
        raise BadPlan(f"no line fits into the area {spacing:g} m apart; make the spacing smaller")
    return to_route(best.track, best.angle, metres, frame, flown, home)
