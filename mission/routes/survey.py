"""The survey planner: an area and a camera to a lawnmower route that covers all of it and never leaves it.

Pure. One height, one sortie. The best direction is searched, not typed: the directions of the
area's own edges and every ten degrees are tried by their flying time.
"""

import math
from itertools import pairwise

from pydantic import Field
from shapely import Polygon

from mission.routes.assembly import Flown, to_route
from mission.routes.cameras import Camera, camera_named
from mission.routes.energy import CALM, Wind
from mission.routes.inside import Inside, Point
from mission.routes.ordering import in_good_order
from mission.routes.route import Route
from mission.routes.track import Track, fill_gaps, joined
from mission.routes.transects import Strip, strips_at
from mission.routes.wishes import MappingWishes, wishes_from
from mission.terrain import FlatTerrain, Terrain
from mission.zones.geometry import local_frame, to_metres
from telemetry.errors import BadPlan
from telemetry.positions import Position
from telemetry.vehicles import Airframe

FINALISTS = 4
"""Directions that are planned to the end."""
MOST_EDGES = 24
"""Directions of edges that are tried, the longest first."""
LONGEST_M = 200_000.0
"""More line than this is a slip: no small drone flies it in a day."""


class SurveyRequest(MappingWishes):
    """What the pilot wants of a survey."""

    angle_deg: float | None = Field(default=None, ge=0, lt=360, allow_inf_nan=False)
    """Direction of the lines, clockwise from north; searched when not given."""


def survey_request(**wishes: object) -> SurveyRequest:
    """A request from loose values, None meaning the default. Raises BadPlan naming the first that cannot be."""
    return wishes_from(SurveyRequest, wishes, "the survey")


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
    track, angle = _best(metres, flown, start, request.angle_deg)
    return to_route(track, angle, metres, frame, flown, home)


def _best(metres: Polygon, flown: Flown, home: Point | None, wanted_deg: float | None) -> tuple[Track, float]:
    """The quickest track that covers enough, and its direction in radians counter-clockwise from east."""
    inside = Inside(metres)
    angles = _directions(metres) if wanted_deg is None else [math.radians(90 - wanted_deg)]
    rough = [(angle, strips_at(inside.flyable, flown.spacing, angle)) for angle in angles]
    rough = sorted((r for r in rough if r[1]), key=lambda r: (_rough_seconds(r[1], flown, home), r[0]))
    if not rough:
        raise BadPlan(f"no line fits into the area {flown.spacing:g} m apart; make the spacing smaller")
    tracks = []
    for angle, strips in rough[:FINALISTS]:
        track = joined(in_good_order(strips, home, inside.distance), inside, flown.spacing)
        covered = fill_gaps(track, inside, flown.spacing / 2)
        tracks.append((covered < 0.995, flown.seconds(track.points), angle, _from_home(track, home)))
    _, _, angle, track = min(tracks, key=lambda t: t[:3])
    return track, angle


def _directions(metres: Polygon) -> list[float]:
    """Directions worth trying, radians in 0..pi: those of the longest edges, and every ten degrees."""
    edges: dict[int, list[tuple[float, float]]] = {}
    for ring in (metres.exterior, *metres.interiors):
        for a, b in pairwise(ring.coords):
            angle = math.atan2(b[1] - a[1], b[0] - a[0]) % math.pi
            edges.setdefault(round(math.degrees(angle)), []).append((math.dist(a, b), angle))
    longest = sorted(edges, key=lambda degrees: (-sum(size for size, _ in edges[degrees]), degrees))[:MOST_EDGES]
    return [max(edges[d])[1] for d in longest] + [math.radians(d) for d in range(0, 180, 10) if d not in longest]


def _rough_seconds(strips: list[Strip], flown: Flown, home: Point | None) -> float:
    return flown.seconds([point for transect in in_good_order(strips, home, math.dist) for point in transect])


def _from_home(track: Track, home: Point | None) -> Track:
    """The track in the direction that begins at its end nearest home."""
    if home is None or math.dist(home, track.points[0]) <= math.dist(home, track.points[-1]):
        return track
    return Track(track.points[::-1], track.kinds[::-1], track.camera[::-1])
