"""The survey planner: an area and a camera to a route that covers all of it and never leaves it.

Pure. One height, one sortie. Directions, cells and order are searched, not typed: see `track_search`. Where so many
pictures of each point are asked for, `image_survey` plans rows that go on beyond the outline.
"""

import math
from itertools import pairwise

from pydantic import Field, model_validator
from shapely import Polygon

from mission.ground import FlatTerrain, Terrain
from mission.routes.cameras import Camera, camera_named
from mission.routes.energy import CALM, Wind
from mission.routes.image_count import ENOUGH_IMAGES
from mission.routes.image_rows import RowOrder
from mission.routes.image_survey import HALVINGS, ImageWish, image_route, with_images
from mission.routes.inner_paths import InnerPaths, Point
from mission.routes.route import GimbalPitch, LegKind, Route
from mission.routes.route_assembly import FlownRoute, to_route
from mission.routes.search_budget import THOROUGH, SearchBudget
from mission.routes.settings import MappingSettings
from mission.routes.track import Track, covered_fraction
from mission.routes.track_drafts import FinishedTrack
from mission.routes.track_search import PROMISED, best_direction, best_track
from mission.routes.transects import transects_at
from mission.zones.geometry import local_frame, place_in, to_metres
from telemetry.errors import BadPlan
from telemetry.messages import Message
from telemetry.positions import Position
from telemetry.vehicles import Airframe

LONGEST_M = 200_000.0
"""More line than this is a slip: no small drone flies it in a day."""
ROUNDING_M = 0.008
DENSE_M = 5.0
"""Two lines may come apart by the first when their places are rounded to 1e-7 degrees; up to the second that counts."""
CLOSER = 0.8
CLOSER_TRIES = 5
"""Part of their distance to which lines are set that cover too little, and how often that is tried."""


class SurveyRequest(MappingSettings):
    """What the pilot wants of a survey."""

    angle_deg: float | None = Field(default=None, ge=0, lt=360, allow_inf_nan=False)
    """Direction of the lines, clockwise from north; searched when not given."""
    images_per_point: int | None = Field(default=None, ge=1, le=30)
    """Pictures that are to show every point of the area; rows then go on beyond the outline as far as that takes."""
    margin_m: float = Field(default=0.0, ge=0, le=200, allow_inf_nan=False)
    """Width of a strip round the area that is surveyed with it; the drone then leaves the area."""
    gimbal_pitch_deg: float = Field(default=-90.0, ge=-90, le=-30, allow_inf_nan=False)
    """Where the camera looks: -90 is straight down, -60 is oblique, ahead."""
    crosshatch: bool = False
    """Fly the area a second time, with lines at right angles to the first."""
    keep_parallel: bool = False
    """All lines in one direction, also where another direction for a part of the area is quicker."""
    fewest_lines: int = Field(default=1, ge=1, le=100)
    """Number of parallel lines at least; they then lie closer together."""
    without_camera: bool = False
    """Fly the lines without taking pictures; give the spacing, and the altitude unless 60 m is meant."""

    @model_validator(mode="after")
    def _possible_without_camera(self) -> "SurveyRequest":
        if not self.without_camera:
            return self
        if self.spacing_m is None:
            raise ValueError(Message("routes.no_camera_no_overlap"))
        if self.gsd_cm is not None:
            raise ValueError(Message("routes.no_camera_no_resolution"))
        if self.images_per_point is not None:
            raise ValueError(Message("routes.no_camera_no_pictures"))
        return self


def plan_survey(
    area: Polygon,
    request: SurveyRequest,
    *,
    home: Position | None = None,
    airframe: Airframe | None = None,
    cameras: dict[str, Camera] | None = None,
    wind: Wind = CALM,
    terrain: Terrain | None = None,
    search: SearchBudget = THOROUGH,
) -> Route:
    """The route over `area` (a polygon in longitude, latitude degrees, as `read_area` gives it).

    With `home` the route begins and ends there with a transit leg and enters at the end nearest to it. The same
    input gives the same route. Only a margin or a number of images per point takes the drone outside the area; the
    summary's `outside_m` says how far. Raises BadPlan when the wish cannot be flown.
    """
    camera = camera_named(request.camera, cameras)
    frame = local_frame(area)
    flown = FlownRoute(
        airframe or Airframe(),
        camera,
        request.height_m(camera),
        request.spacing(camera),
        None if request.without_camera else request.trigger(camera),
        request.speed_m_s,
        wind,
        terrain or FlatTerrain(),
        request.follow_terrain,
        GimbalPitch(request.gimbal_pitch_deg),
    )
    drawn = to_metres(area, frame)
    surveyed = surveyed_area(drawn, request)
    if surveyed.area / flown.spacing > LONGEST_M:
        kilometres = surveyed.area / flown.spacing / 1000
        raise BadPlan(
            Message(
                "routes.survey_too_long",
                spacing_m=flown.spacing,
                area_km2=surveyed.area / 1000000.0,
                length_km=kilometres,
            )
        )
    direction = None
    if request.angle_deg is not None:
        direction = math.radians(90 - request.angle_deg)
    if request.images_per_point is not None:
        wish = ImageWish(request.images_per_point, direction, request.crosshatch, request.fewest_lines)
        halvings = 0
        if search.counts_images:
            halvings = HALVINGS
        route = image_route(surveyed, drawn, wish, flown, frame, home, halvings=halvings)
    else:
        found = _track(surveyed, request, flown, place_in(frame, home), direction, search)
        route = to_route(found.track, found.angle, drawn, frame, flown, home)
    if not search.counts_images:
        return route
    return with_images(route, area, request.images_per_point or ENOUGH_IMAGES, flown, home)


def surveyed_area(drawn: Polygon, request: SurveyRequest) -> Polygon:
    """The area that was drawn, in metres, with the margin that is asked for; an opening narrower than two is closed.

    Raises BadPlan where that is not one area.
    """
    margin = request.margin_m
    wide = drawn
    if margin:
        wide = drawn.buffer(margin, join_style="mitre", mitre_limit=2.0)
    if not isinstance(wide, Polygon):
        raise BadPlan(Message("routes.margin_too_large", margin_m=margin))
    return wide


def _track(
    area: Polygon,
    request: SurveyRequest,
    flown: FlownRoute,
    start: Point | None,
    direction: float | None,
    search: SearchBudget,
) -> FinishedTrack:
    """The quickest track over `area`, or parallel lines over it where those are asked for."""
    spacing = flown.spacing
    if spacing <= DENSE_M:
        spacing -= ROUNDING_M
    best: FinishedTrack | None = None
    if request.keep_parallel or request.crosshatch or request.fewest_lines > 1:
        if direction is None:
            direction = best_direction(area, spacing, start, search)
        if direction is not None:
            best = _parallel(area, request, spacing, flown.spacing / 2, direction, start)
    else:
        cost = None if flown.wind == CALM else flown.seconds
        best = best_track(area, spacing, start, direction, cost, search=search)
    if best is None:
        raise BadPlan(Message("routes.no_line_fits_spacing", spacing_m=flown.spacing))
    return best


def _parallel(
    area: Polygon, request: SurveyRequest, spacing: float, reach: float, angle: float, start: Point | None
) -> FinishedTrack:
    """Parallel lines, and then lines at right angles to them where a crosshatch is asked for."""
    apart = min(spacing, _across(area, angle) / request.fewest_lines)
    along = _plain_rows(area, apart, reach, angle, start)
    if not request.crosshatch:
        return along
    turned = angle + math.pi / 2
    apart = min(spacing, _across(area, turned) / request.fewest_lines)
    across = _plain_rows(area, apart, reach, turned, along.track.points[-1])
    return FinishedTrack(_one_after_the_other(along.track, across.track, area), angle, along.covered)


def _across(area: Polygon, angle: float) -> float:
    """Metres of the area at right angles to lines in a direction."""
    heights = [-math.sin(angle) * x + math.cos(angle) * y for x, y in area.exterior.coords]
    return max(heights) - min(heights)


def _plain_rows(area: Polygon, spacing: float, reach: float, angle: float, start: Point | None) -> FinishedTrack:
    """Every line at the spacing, none drawn back or left out; closer together until they cover enough."""
    inside = InnerPaths(area)
    found: list[FinishedTrack] = []
    for _ in range(CLOSER_TRIES):
        rows = transects_at(inside.flyable, spacing, angle, sliver=0.0)
        if len(rows.row) == 0:
            raise BadPlan(Message("routes.no_line_fits_count", spacing_m=spacing))
        track = RowOrder([rows], inside, start).track(camera_in_turns=True).from_home(start)
        found.append(FinishedTrack(track, angle, covered_fraction(area, track, reach)))
        if found[-1].covered >= PROMISED:
            break
        spacing *= CLOSER
    return max(found, key=lambda one: one.covered)


def _one_after_the_other(first: Track, second: Track, area: Polygon) -> Track:
    """Both tracks, with a way inside the area between them on which the camera is off."""
    way = InnerPaths(area).path(first.points[-1], second.points[0])
    between = len(list(pairwise(way)))
    return Track(
        [*first.points, *way[1:-1], *second.points],
        [*first.kinds, *[LegKind.TURN] * between, *second.kinds],
        [*first.camera, *[False] * between, *second.camera],
    )
