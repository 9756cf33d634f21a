"""A survey that shows every point of an area on so many pictures: rows with lead-ins, sideways margins, denser rows.

Each way to share the work between rows and pictures along a row is planned and counted (`image_count`), and the
quickest that reaches the number is taken. What reaches it nowhere is given with what it reaches: the checks ask then.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from shapely import Polygon

from mission.routes.assembly import Flown, to_route
from mission.routes.cells import main_directions
from mission.routes.footprint import footprint_m
from mission.routes.image_count import ImageCount, count_images
from mission.routes.image_rows import RowOrder, RowPlan, flyable_round, rows_over
from mission.routes.inside import Inside, Point
from mission.routes.pictures import FLATTEST_DEG, Pictures, pictures_of_legs
from mission.routes.route import Route
from mission.zones.geometry import to_degrees
from telemetry.positions import LocalFrame, Position

DIRECTIONS = 6
"""Directions that are tried, those with the most edge first."""
MOST_ROWS_A_POINT = 4
"""Neighbouring rows between which the pictures of a point are shared, at most."""
ATTEMPTS = 5
"""Times that a margin is made wider until the number is reached."""
SLACK_M = 0.5
"""Of each margin, for the rounding of places."""
MOST_LEAD_M = 300.0


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
    area: Polygon, drawn: Polygon, wish: ImageWish, flown: Flown, frame: LocalFrame, home: Position | None
) -> Route:
    """The quickest route on which `wish.images` pictures show every point of `area`, else the one that comes nearest.

    `area` is what is surveyed, `drawn` what was drawn; both in metres of `frame`. Raises BadPlan where no way leads
    from row to row.
    """
    found = [_reaching(area, drawn, share, flown, frame, home) for share in _shares(wish, flown)]
    return min(found, key=lambda one: (one[1] < wish.images, -min(one[1], wish.images), one[0].summary.duration_s))[0]


@dataclass(frozen=True)
class _Share:
    """So many rows and so many pictures of each show a point."""

    wish: ImageWish
    plan: RowPlan
    trigger: float


def _shares(wish: ImageWish, flown: Flown) -> Iterator[_Share]:
    """Ways to show each point often enough, as they would do over flat ground with the camera straight down."""
    across, along = footprint_m(flown.camera, flown.altitude_m)
    spacing = min(flown.spacing, across)
    trigger = flown.trigger or along
    ahead = flown.altitude_m / math.tan(math.radians(max(FLATTEST_DEG, -flown.look.deg)))
    directions = 2 if wish.crosshatch else 1
    for rows in range(1, max(1, min(MOST_ROWS_A_POINT, math.floor(across / spacing + 1e-9), wish.images)) + 1):
        pictures = math.ceil(wish.images / (rows * directions))
        dense = min(trigger, along / pictures)
        beside = max(0.0, (rows - 0.5) * spacing - across / 2)
        beyond = max(0.0, pictures * dense - along / 2) + ahead
        plan = RowPlan(spacing, beside + SLACK_M, beyond + SLACK_M, max(rows, wish.fewest_rows))
        yield _Share(wish, plan, dense)


def _reaching(
    area: Polygon, drawn: Polygon, share: _Share, flown: Flown, frame: LocalFrame, home: Position | None
) -> tuple[Route, int]:
    """The route of one way, its margins made wider until it reaches the number, and the number it reaches."""
    start = None if home is None else (*frame.to_metres(home.lat, home.lon),)
    plan = share.plan
    direction = share.wish.direction
    reached: list[tuple[Route, int]] = []
    for _ in range(ATTEMPTS):
        if direction is None:
            direction = _best_direction(area, plan, share.wish, start)
        order = _order(area, plan, direction, share.wish, start)
        track = order.track(camera_in_turns=False).from_home(start)
        route = to_route(track, direction, drawn, frame, replace(flown, trigger=share.trigger), home)
        least = count_route(route, to_degrees(area, frame), flown, home).least
        reached.append((route, least))
        if least >= share.wish.images or plan.beyond > MOST_LEAD_M:
            break
        plan = replace(plan, beyond=plan.beyond + share.trigger / 2, beside=plan.beside + plan.spacing / 4)
    return max(reached, key=lambda one: one[1])


def _best_direction(area: Polygon, plan: RowPlan, wish: ImageWish, start: Point | None) -> float:
    directions = main_directions(area)[:DIRECTIONS]
    return min(directions, key=lambda angle: (_order(area, plan, angle, wish, start).metres, angle))


def _order(area: Polygon, plan: RowPlan, direction: float, wish: ImageWish, start: Point | None) -> RowOrder:
    angles = [direction, direction + math.pi / 2] if wish.crosshatch else [direction]
    sets = [rows_over(area, angle, plan) for angle in angles]
    inside = Inside(flyable_round(area, sets, max(plan.beside, plan.beyond)))
    return RowOrder(sets, inside, start)


def count_route(route: Route, area: Polygon, flown: Flown, home: Position | None) -> ImageCount:
    """The pictures that show each point of `area` (longitude and latitude degrees) on the whole route."""
    return count_images(area, pictures_on(route, flown, home), flown.camera, flown.terrain)


def pictures_on(route: Route, flown: Flown, home: Position | None) -> Pictures:
    """The pictures taken on a route; none where it takes none."""
    trigger = route.summary.trigger_m
    if trigger is None:
        return Pictures.of_rows([])
    first = route.points[0]
    place = first.place if home is None else (home.lat, home.lon)
    base = float(flown.terrain.heights_m(*place))
    return pictures_of_legs(route.legs, trigger, base)


def with_images(route: Route, area: Polygon, wanted: int, flown: Flown, home: Position | None) -> Route:
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
