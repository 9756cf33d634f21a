"""The survey planner: an area and a camera to a lawnmower route that covers all of it and never leaves it.

Pure. Flat ground, still air, one height, one sortie. The best direction is searched, not typed: the directions of the
area's own edges and every ten degrees are tried by their flying time.
"""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np
import shapely
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from shapely import Polygon

from mission.routes.assembly import Flown, to_route
from mission.routes.cameras import DEFAULT_CAMERA, Camera, camera_named
from mission.routes.cells import GAP_PRICE, cells_of, main_directions, rough_metres
from mission.routes.footprint import altitude_for_gsd, spacing_m, trigger_m
from mission.routes.ground import Ground
from mission.routes.inside import CORNER_M, Inside, Point, length
from mission.routes.ordering import Order
from mission.routes.polish import Corners, Polish
from mission.routes.route import LegKind, Route
from mission.routes.rows import missed_m2, uneven_transects
from mission.routes.track import Track, covered_fraction
from mission.routes.transects import Transects, transects_at
from mission.zones.geometry import local_frame, to_metres
from telemetry.errors import BadPlan
from telemetry.positions import Position
from telemetry.vehicles import Airframe

DEFAULT_ALTITUDE_M = 60.0
DEFAULT_SPEED_M_S = 8.0
ENOUGH = 0.9959
"""Part of the area that is to be covered by the estimate of the grid."""
SURE = 0.9954
"""Part that is to be covered by exact measurement: the promise is 99.5 %, and others may measure in another projection."""
PROMISED = 0.9951
"""A track that covers less is taken only when there is no other."""
MOST_CHECKS = 4
EVERY_DEG = 3
"""Between directions that are tried, beside those of edges."""
MOST_EDGES = 24
"""Directions of edges that are tried, those with the most edge first."""
DRAFTS = 18
"""Directions whose lines are put in a first order."""
UNEVEN = 6
"""Directions of two kinds in which lines are placed unevenly too."""
CONVEX_FROM = 0.995
"""An area that fills more of its hull has no notch worth the name."""
MISSED_SEEN = 0.5
"""Part of what the lines miss beside slanted edges that turns leave so."""
IDEAS_JOINED, MOST_PIECES = 16, 260
"""How many ideas are joined to a track, and how many pieces of line they may have in all but the best."""
FINALISTS, MOST_CORNERS = 4, 125
"""How many tracks are polished, and how many corners they may have in all but the best."""
LONGEST_M = 200_000.0
"""More line than this is a slip: no small drone flies it in a day."""


T = TypeVar("T", "Idea", "Draft")


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
    track, angle = _best(metres, flown, start, request.angle_deg)
    return to_route(track, angle, metres, frame, flown, home)


def _best(metres: Polygon, flown: Flown, home: Point | None, wanted_deg: float | None) -> tuple[Track, float]:
    """The quickest track that covers enough, and its direction in radians counter-clockwise from east."""
    inside = Inside(metres)
    ideas = [Idea(lines, inside, flown.spacing, home) for lines in _choices(inside.flyable, flown.spacing, wanted_deg)]
    if not ideas:
        raise BadPlan(f"no line fits into the area {flown.spacing:g} m apart; make the spacing smaller")
    drafts = [idea.joined() for idea in _affordable(sorted(ideas, key=lambda i: i.worth), IDEAS_JOINED, MOST_PIECES)]
    tracks = [draft.finished() for draft in _affordable(sorted(drafts, key=lambda d: d.worth), FINALISTS, MOST_CORNERS)]
    best = min(tracks, key=lambda finished: (finished.covered < PROMISED, metres_flown(finished.track.points)))
    return best.track.from_home(home), best.angle


def _affordable(sorted_by_worth: list[T], most: int, most_size: int) -> list[T]:
    """The first ones, fewer the larger they are, and one at least."""
    taken, size = [], 0
    for one in sorted_by_worth[:most]:
        size += one.size
        if taken and size > most_size:
            break
        taken.append(one)
    return taken


def _choices(flyable: Polygon, spacing: float, wanted_deg: float | None) -> list[list[Transects]]:
    """Sets of lines that are worth joining to a track: in the best single directions, and cell by cell."""
    if wanted_deg is not None:
        lines = transects_at(flyable, spacing, math.radians(90 - wanted_deg))
        return [[lines]] if len(lines.row) else []
    tried = {round(math.degrees(angle) % 180 * 2): angle for angle in reversed(_directions(flyable))}
    found = [lines for angle in tried.values() if len((lines := transects_at(flyable, spacing, angle)).row)]
    found.sort(key=lambda lines: (_promise(flyable, lines, spacing), lines.angle))
    choices = [[lines] for lines in found[:DRAFTS]]
    if flyable.interiors or flyable.area < CONVEX_FROM * flyable.convex_hull.area:
        angles = [*(lines.angle for lines in found[:UNEVEN]), *main_directions(flyable)[:UNEVEN]]
        uneven = [uneven_transects(flyable, spacing, angle) for angle in dict.fromkeys(angles)]
        choices += [[lines] for lines in uneven if lines is not None and len(lines.row)]
    cells = cells_of(flyable, spacing)
    return [*choices, cells] if len(cells) > 1 else choices


def _promise(polygon: Polygon, lines: Transects, spacing: float) -> float:
    """What flying the lines will take, closing their gaps included."""
    gaps = max(0.0, MISSED_SEEN * missed_m2(polygon, lines, spacing) - (1 - ENOUGH) * lines.area)
    return lines.metres + len(lines.row) * (2 * CORNER_M + spacing / 2) + GAP_PRICE * gaps / spacing


class Idea:
    """Lines in a first order."""

    def __init__(self, choice: list[Transects], inside: Inside, spacing: float, home: Point | None) -> None:
        self.inside, self.spacing = inside, spacing
        strips: list[list[int]] = []
        self.size = 0
        for lines in choice:
            strips += [[piece + self.size for piece in strip] for strip in lines.strips()]
            self.size += len(lines.row)
        self.angle = max(choice, key=lambda lines: lines.metres).angle
        self._order = Order(np.concatenate([lines.ends() for lines in choice]), strips, inside, home)
        if len(choice) == 1:
            rough = _promise(inside.flyable, choice[0], spacing)
        else:
            rough = sum(rough_metres(lines, spacing) for lines in choice)
        rough -= self.size * spacing / 2
        self.worth = (rough + self._order.between_m, self.angle)

    def joined(self) -> "Draft":
        """The lines in a good order, the ways between them kept inside."""
        self._order.improve()
        line = self._order.line
        corners = Corners([line[0][0]], [])
        for begin, end in line:
            for kind, way in (
                (LegKind.TURN, self.inside.path(corners.points[-1], begin)), (LegKind.TRANSECT, [begin, end]),
            ):  # fmt: skip
                corners.points += way[1:]
                corners.kinds += [kind] * (len(way) - 1)
        ground = Ground(self.inside.area, self.spacing / 2, self.angle)
        ground.change([], corners.pieces(0, len(corners.points)))
        return Draft(corners, self.inside, ground, self.angle)


@dataclass
class Draft:
    """Lines joined to a track, before anything is polished."""

    corners: Corners
    inside: Inside
    ground: Ground
    angle: float

    @property
    def size(self) -> int:
        """How many corners there are."""
        return len(self.corners.points)

    @property
    def worth(self) -> tuple[float, float]:
        """Metres, corners counted in, and what it may take to close the gaps."""
        missing = max(0.0, self.ground.bare - (1 - ENOUGH) * self.ground.total)
        return self.corners.metres + GAP_PRICE * missing / (2 * self.ground.reach), self.angle

    def finished(self) -> "Finished":
        """Gaps closed, and all of it shortened; the grid's word on what is covered is set right by exact measurement."""
        corners, ground = self.corners, self.ground
        polish = Polish(corners, self.inside, ground, self._may_be_bare(self._covered()))
        polish.run()
        for _ in range(MOST_CHECKS):
            covered = self._covered()
            if covered >= SURE:
                break
            polish.most_bare = self._may_be_bare(covered)
            polish.close_gaps()
        track = Track(corners.points, corners.kinds, [True] * len(corners.kinds))
        return Finished(track, self.angle, covered)

    def _covered(self) -> float:
        track = Track(self.corners.points, self.corners.kinds, [True] * len(self.corners.kinds))
        return covered_fraction(self.inside.area, track, self.ground.reach)

    def _may_be_bare(self, covered: float) -> float:
        """Square metres of the grid, going by how far it is off now."""
        return max(0.0, self.ground.bare + (covered - SURE - 0.0001) * self.ground.total)


@dataclass(frozen=True)
class Finished:
    """A track that can be flown."""

    track: Track
    angle: float
    covered: float


def _directions(polygon: Polygon) -> list[float]:
    """Directions worth trying, radians: the narrowest box's, those of the edges, and every three degrees."""
    box = shapely.get_coordinates(shapely.oriented_envelope(polygon))
    boxes = [math.atan2(*(b - a)[::-1]) for a, b in pairwise(box[:3])]
    return [*boxes, *main_directions(polygon)[:MOST_EDGES], *(math.radians(d) for d in range(0, 180, EVERY_DEG))]


def metres_flown(points: list[Point]) -> float:
    """Length of a track, corners counted in."""
    return length(points) + CORNER_M * (len(points) - 2)
