"""A survey that shows every point of an area on so many pictures: rows with lead-ins, sideways margins, denser rows.

Each way to share the work between rows and pictures along a row is planned and counted (`image_count`), and the
quickest that reaches the number is taken. What reaches it nowhere is given with what it reaches: the checks ask then.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from shapely import Polygon

from mission.routes.cells import main_directions
from mission.routes.footprint import footprint_m
from mission.routes.image_count import INSIDE, ImageCount, count_images
from mission.routes.image_rows import RowOrder, RowPlan, flyable_round, rows_over
from mission.routes.inner_paths import InnerPaths
from mission.routes.pictures import Pictures, pictures_of_legs
from mission.routes.route import Route, height_base
from mission.routes.route_assembly import FlownRoute, to_route
from mission.routes.track import Track
from mission.zones.geometry import place_in, to_degrees
from telemetry.errors import BadPlan
from telemetry.geometry.footprints import FLATTEST_DEG
from telemetry.messages import Message
from telemetry.positions import LocalFrame, Position

DIRECTIONS = 6
"""Directions that are tried, those with the most edge first."""
MOST_ROWS_A_POINT = 4
"""Neighbouring rows between which the pictures of a point are shared, at most."""
WIDER = 1.4
WIDEST = 6.0
"""By what margins grow from try to try while the number is not reached, and how far they grow at most."""
HALVINGS = 3
"""Margins between one that is too narrow and one that is wide enough that are tried."""
SLACK_M = 0.5
"""Of each margin, for the rounding of places."""
MOST_LEAD_M = 300.0
EDGE_M = 0.6
"""Beyond the outline, up to where the number is reached."""


@dataclass(frozen=True)
class ImageWish:
    """What is asked beyond how the survey is flown."""

    images: int
    """Pictures of every point."""
    direction: float | None = None
    """Of all rows, radians counter-clockwise from east; searched when not given."""
    crosshatch: bool = False
    """Whether rows at right angles are flown too."""
    fewest_rows: int = 1


def image_route(
    area: Polygon,
    drawn: Polygon,
    wish: ImageWish,
    flown: FlownRoute,
    frame: LocalFrame,
    home: Position | None,
    *,
    halvings: int = HALVINGS,
) -> Route:
    """The quickest route on which `wish.images` pictures show every point of `area`, else the one that comes nearest.

    `area` is what is surveyed, `drawn` what was drawn; both in metres of `frame`. Margins are made narrower in
    `halvings` steps. Raises BadPlan where no way leads from row to row.
    """
    best: _Found | None = None
    for share in _shares(wish, flown):
        limit = math.inf
        if best is not None and best.least >= wish.images:
            limit = best.route.summary.duration_s
        found = _Search(area, drawn, share, flown, frame, home).best(limit, halvings)
        if found is not None and (best is None or found.worth(wish.images) < best.worth(wish.images)):
            best = found
    if best is None:
        raise BadPlan(Message("routes.no_line_fits"))
    return best.route


class _Found(NamedTuple):
    """A route and how many pictures show the point that it shows least."""

    route: Route
    least: int

    def worth(self, wanted: int) -> tuple[int, float]:
        """Lower is better: what it falls short by, then how long it takes."""
        return max(0, wanted - self.least), self.route.summary.duration_s


@dataclass(frozen=True)
class _Share:
    """So many rows and so many pictures of each show a point."""

    wish: ImageWish
    plan: RowPlan
    trigger: float


def _shares(wish: ImageWish, flown: FlownRoute) -> Iterator[_Share]:
    """Ways to show each point often enough, as they would do over flat ground with the camera straight down."""
    across, along = footprint_m(flown.camera, flown.altitude_m)
    spacing = min(flown.spacing, across)
    trigger = flown.trigger or along
    ahead = flown.altitude_m / math.tan(math.radians(max(FLATTEST_DEG, -flown.look.deg)))
    directions = 1
    if wish.crosshatch:
        directions = 2
    for rows in range(1, max(1, min(MOST_ROWS_A_POINT, math.floor(across / spacing + 1e-9), wish.images)) + 1):
        pictures = math.ceil(wish.images / (rows * directions))
        dense = min(trigger, along / pictures)
        beside = max(0.0, (rows - 0.5) * spacing - across / 2)
        beyond = max(0.0, pictures * dense - along / 2) + ahead
        plan = RowPlan(spacing, beside + SLACK_M, beyond + SLACK_M, max(rows, wish.fewest_rows))
        yield _Share(wish, plan, dense)


class _Search:
    """The narrowest margins with which one way to share the work reaches the number."""

    def __init__(
        self, area: Polygon, drawn: Polygon, share: _Share, flown: FlownRoute, frame: LocalFrame, home: Position | None
    ) -> None:
        self._area = area
        self._drawn = drawn
        self._wish = share.wish
        self._plan = share.plan
        self._flown = replace(flown, trigger=share.trigger)
        self._frame = frame
        self._home = home
        # Counted a little beyond the outline too, as the points of the raster lie up to their distance inside of it.
        wider = area.buffer(EDGE_M + math.sqrt(area.area / INSIDE) / 2, join_style="bevel")
        if not isinstance(wider, Polygon):
            wider = area
        self._in_degrees = to_degrees(wider, frame)
        self._start = place_in(frame, home)
        self._direction = share.wish.direction
        if self._direction is None:
            directions = main_directions(area)[:DIRECTIONS]
            self._direction = min(directions, key=lambda angle: (self._order(self._plan, angle).metres, angle))

    def best(self, quicker_than_s: float, halvings: int) -> _Found | None:
        """The best route; None where it takes longer than `quicker_than_s` even without any margin."""
        wanted = self._wish.images
        tried = [self._found(0.0)]
        if tried[0].route.summary.duration_s >= quicker_than_s:
            return None
        short = 0.0
        part = 1.0
        if tried[0].least < wanted:
            tried.append(self._found(part))
        while tried[-1].least < wanted and part * self._plan.beyond < MOST_LEAD_M and part < WIDEST:
            short = part
            part *= WIDER
            tried.append(self._found(part))
        if tried[-1].least < wanted or len(tried) == 1:
            halvings = 0
        for _ in range(halvings):
            middle = (short + part) / 2
            tried.append(self._found(middle))
            if tried[-1].least >= wanted:
                part = middle
            else:
                short = middle
        return min(tried, key=lambda found: found.worth(wanted))

    def _found(self, part: float) -> _Found:
        """With so large a part of the margins; with pictures in turns or without, whichever shows more."""
        plan = replace(self._plan, beyond=self._plan.beyond * part, beside=self._plan.beside * part)
        order = self._order(plan, self._direction or 0.0)
        routes = [self._route(order.track(camera_in_turns=on)) for on in (True, False)]
        return min(routes, key=lambda found: found.worth(self._wish.images))

    def _route(self, track: Track) -> _Found:
        track = track.from_home(self._start)
        route = to_route(track, self._direction or 0.0, self._drawn, self._frame, self._flown, self._home)
        return _Found(route, count_route(route, self._in_degrees, self._flown, self._home).least)

    def _order(self, plan: RowPlan, direction: float) -> RowOrder:
        angles = [direction]
        if self._wish.crosshatch:
            angles.append(direction + math.pi / 2)
        sets = [rows_over(self._area, angle, plan) for angle in angles]
        inside = InnerPaths(flyable_round(self._area, sets, max(plan.beside, plan.beyond)))
        return RowOrder(sets, inside, self._start)


def count_route(route: Route, area: Polygon, flown: FlownRoute, home: Position | None) -> ImageCount:
    """The pictures that show each point of `area` (longitude and latitude degrees) on the whole route."""
    return count_images(area, pictures_on(route, flown, home), flown.camera, flown.terrain)


def pictures_on(route: Route, flown: FlownRoute, home: Position | None) -> Pictures:
    """The pictures taken on a route; none where it takes none."""
    trigger = route.summary.trigger_m
    if trigger is None:
        return Pictures.of_rows([])
    base = float(flown.terrain.heights_m(*height_base(home, route.points[0])))
    return pictures_of_legs(route.legs, trigger, base)


def with_images(route: Route, area: Polygon, wanted: int, flown: FlownRoute, home: Position | None) -> Route:
    """The route with the numbers of its pictures a point of `area` in its summary; as it is where it takes none."""
    if route.summary.trigger_m is None:
        return route
    count = count_route(route, area, flown, home)
    summary = replace(
        route.summary,
        images_wanted=wanted,
        images_least=count.least,
        images_short_fraction=count.short_fraction(wanted),
    )
    return replace(route, summary=summary)
