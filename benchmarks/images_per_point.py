"""Images per point: our surveys beside QGroundControl's rule and a plain lawnmower, as planned and with five wanted.

The generic camera at 60 m with 75 % front and 65 % side overlap: a picture is 90 m by 60 m, lines lie 31.5 m apart and
pictures 15 m. QGroundControl's rule and the plain lawnmower (lines centred on the area and cut to it) are those of
`coverage.py`, at nine angles, with the camera on from the first point to the last. Pictures are placed and counted
here, apart from the planner: points at random in the area and on its edge, and the rectangles that hold each. Time is
length at the speed that the camera keeps up with and 4 s for each corner. "As planned" takes the quickest angle that
covers 98 %; "five wanted" draws the area for both rules larger, 3 m at a time, until every point is on five pictures,
and takes the quickest angle: what a pilot does who knows that the edges fall short. Ours is asked for five.
"""

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import mean

import numpy as np
import shapely
from shapely import Polygon

from benchmarks._coverage_areas import Area, less, published
from benchmarks.coverage import TO_DEGREES, Line, flight, in_degrees, plain_lawnmower, qgc_rule
from mission.routes.cameras import camera_named
from mission.routes.footprint import footprint_m, spacing_m, trigger_m
from mission.routes.route import Route
from mission.routes.survey import SurveyRequest, plan_survey

HEIGHT_M, WANTED, CORNER_S, TOP_SPEED_M_S = 60.0, 5, 4.0, 8.0
ANGLES = range(0, 180, 20)
STEP_M, MOST_MARGIN_M = 3.0, 90.0
INSIDE, ON_EDGE = 700, 300
CAMERA = camera_named("generic")
ACROSS, ALONG = footprint_m(CAMERA, HEIGHT_M)
SPACING, TRIGGER = spacing_m(CAMERA, HEIGHT_M, 0.65), trigger_m(CAMERA, HEIGHT_M, 0.75)
TITLES = {"planned": "as planned", "wanted": "five wanted"}
Rule = Callable[[Area, int], Line]


@dataclass(frozen=True)
class Survey:
    """What one plan over one area is worth."""

    seconds: float
    least: int
    short: float
    """Part of the points that fewer than five pictures show."""


@dataclass(frozen=True)
class Result:
    """One area: ours and the two rules, as planned and with five wanted."""

    area: Area
    planned: dict[str, Survey]
    wanted: dict[str, Survey]


def areas() -> list[Area]:
    """Small and narrow areas, and every sixth of those of the coverage benchmark."""
    bent = Polygon([(0, 0), (150, 10), (240, 90), (236, 104), (146, 24), (0, 14)])
    block = less(shapely.box(0, 0, 110, 90), shapely.box(30, 25, 80, 65))
    small = [
        ("yard 60x50", shapely.box(0, 0, 60, 50)),
        ("yard 120x80", shapely.box(0, 0, 120, 80)),
        ("triangle 120", Polygon([(0, 0), (120, 0), (40, 110)])),
        ("strip 400x12", shapely.box(0, 0, 400, 12)),
        ("strip 300x40", shapely.box(0, 0, 300, 40)),
        ("bent river 14 m wide", bent),
        ("block with courtyard", block),
    ]
    fields = [replace(area, group="fields and blocks", spacing=SPACING) for area in published()[::6]]
    return [Area("small and narrow", name, SPACING, shape) for name, shape in small] + fields


def measured_pictures(runs: Sequence[tuple[Line, float]], area: Area) -> tuple[int, float]:
    """The pictures that show the point shown least, and the part of the points that fewer than five show."""
    frames = [frame for line, trigger in runs for frame in _frames(line, trigger)]
    found = shapely.STRtree(_points(area.shape)).query(np.array(frames), predicate="intersects")[1]
    counts = np.bincount(found, minlength=INSIDE + ON_EDGE)
    return int(counts.min()), float((counts < WANTED).mean())


def _points(shape: Polygon) -> list[shapely.Point]:
    rnd = random.Random(7)
    west, south, east, north = shape.bounds
    points: list[shapely.Point] = []
    while len(points) < INSIDE:
        point = shapely.Point(rnd.uniform(west, east), rnd.uniform(south, north))
        if shape.contains(point):
            points.append(point)
    edge = shape.boundary
    return points + [edge.interpolate(k / ON_EDGE, normalized=True) for k in range(ON_EDGE)]


def _frames(line: Line, trigger: float) -> Iterator[Polygon]:
    """The ground of each picture along a line on which the camera stays on."""
    due = 0.0
    for (x0, y0), (x1, y1) in pairwise(line):
        length = math.dist((x0, y0), (x1, y1))
        if length == 0:
            continue
        ahead = ((x1 - x0) / length, (y1 - y0) / length)
        while due <= length:
            yield _frame(x0 + ahead[0] * due, y0 + ahead[1] * due, *ahead)
            due += trigger
        due -= length


def _frame(x: float, y: float, ahead_x: float, ahead_y: float) -> Polygon:
    def corner(along: float, aside: float) -> tuple[float, float]:
        return x + along * ahead_x + aside * ahead_y, y + along * ahead_y - aside * ahead_x

    half_along, half_across = ALONG / 2, ACROSS / 2
    signs = ((-1, -1), (1, -1), (1, 1), (-1, 1))
    return Polygon([corner(along * half_along, aside * half_across) for along, aside in signs])


def _seconds(line: Line, speed: float) -> float:
    return sum(math.dist(a, b) for a, b in pairwise(line)) / speed + CORNER_S * max(len(line) - 2, 0)


def ours(area: Area, images: int | None) -> Survey:
    """This program's route."""
    route = plan_survey(in_degrees(area.shape), SurveyRequest(altitude_m=HEIGHT_M, images_per_point=images))
    line = _metres(route, 0, len(route.legs))
    runs = [(_metres(route, *run), route.summary.trigger_m or TRIGGER) for run in _camera_runs(route)]
    return Survey(_seconds(line, route.summary.speed_m_s), *measured_pictures(runs, area))


def _camera_runs(route: Route) -> Iterator[tuple[int, int]]:
    """First leg and the one after the last of each stretch with the camera on."""
    begin = None
    for number, leg in enumerate(route.legs):
        if leg.camera and begin is None:
            begin = number
        if not leg.camera and begin is not None:
            yield begin, number
            begin = None
    if begin is not None:
        yield begin, len(route.legs)


def _metres(route: Route, first: int, last: int) -> Line:
    legs = route.legs[first:last]
    corners = [legs[0].points[0], *(point for leg in legs for point in leg.points[1:])]
    return [TO_DEGREES.transform(point.lon, point.lat, direction="INVERSE") for point in corners]


def as_planned(rule: Rule, area: Area) -> Survey:
    """The quickest angle of a rule that covers 98 %, else the one that covers most."""
    lines = [(rule(area, angle), angle) for angle in ANGLES]
    speed = min(TOP_SPEED_M_S, TRIGGER / CAMERA.min_trigger_s)
    line = min(lines, key=lambda one: (-min(flight(one[0], area).covered, 0.98), _seconds(one[0], speed)))[0]
    return Survey(_seconds(line, speed), *measured_pictures([(line, TRIGGER)], area))


def five_wanted(rule: Rule, area: Area) -> Survey:
    """A rule over the area drawn larger until every point is on five pictures, at its quickest angle."""
    speed = min(TOP_SPEED_M_S, TRIGGER / CAMERA.min_trigger_s)
    found = [_enlarged(rule, area, angle, speed) for angle in ANGLES]
    return min(found, key=lambda one: (one.least < WANTED, one.seconds))


def _enlarged(rule: Rule, area: Area, angle: int, speed: float) -> Survey:
    margin = 0.0
    while True:
        larger = replace(area, shape=_larger(area.shape, margin))
        line = rule(larger, angle)
        survey = Survey(_seconds(line, speed), *measured_pictures([(line, TRIGGER)], area))
        if survey.least >= WANTED or margin >= MOST_MARGIN_M:
            return survey
        margin += STEP_M * (1 if survey.least >= WANTED - 2 else 3)


def _larger(shape: Polygon, margin: float) -> Polygon:
    wide = shape.buffer(margin, join_style="mitre", mitre_limit=2.0)
    return wide if isinstance(wide, Polygon) else shape


def lawnmower(area: Area, angle: int) -> Line:
    """The plain lawnmower over the convex hull of an area, as it cannot fly round notches."""
    return plain_lawnmower(replace(area, shape=Polygon(shapely.get_coordinates(area.shape.convex_hull))), angle)


def measured(area: Area) -> Result:
    """Both sides on one area."""
    rules: dict[str, Rule] = {"QGC's rule": qgc_rule, "plain lawnmower": lawnmower}
    return Result(
        area,
        {"ours": ours(area, None)} | {side: as_planned(rule, area) for side, rule in rules.items()},
        {"ours": ours(area, WANTED)} | {side: five_wanted(rule, area) for side, rule in rules.items()},
    )


def table(results: Sequence[Result]) -> Iterator[str]:
    """A row for each group, side and wish; the ratio is our time to theirs."""
    yield "| areas | | side | least images | mean share below five | mean time, s | our time to theirs: mean (max) |"
    yield "|---|---|---|---|---|---|---|"
    for group in dict.fromkeys(result.area.group for result in results):
        some = [result for result in results if result.area.group == group]
        for wish in ("planned", "wanted"):
            plans: list[dict[str, Survey]] = [getattr(result, wish) for result in some]
            for side in plans[0]:
                surveys = [plan[side] for plan in plans]
                ratios = [plan["ours"].seconds / plan[side].seconds for plan in plans]
                least = min(survey.least for survey in surveys)
                short = mean(survey.short for survey in surveys)
                yield (
                    f"| {group} ({len(some)}) | {TITLES[wish]} | {side} | {least} | {short:.1%} | "
                    f"{mean(survey.seconds for survey in surveys):.0f} | {mean(ratios):.2f} ({max(ratios):.2f}) |"
                )


def targets(results: Sequence[Result]) -> Iterator[tuple[bool, str]]:
    """Each target, whether it is met, and the measured figure."""
    least = min(results, key=lambda result: result.wanted["ours"].least)
    yield (
        least.wanted["ours"].least >= WANTED,
        f"five wanted: every point on five or more: least {least.wanted['ours'].least} ({least.area.name})",
    )
    for side in ("QGC's rule", "plain lawnmower"):
        fair = [result for result in results if result.wanted[side].least >= WANTED]
        ratio = mean(result.wanted["ours"].seconds / result.wanted[side].seconds for result in fair)
        yield ratio <= 1, f"five wanted, our time to {side} where that reaches it ({len(fair)} areas): {ratio:.3f}"


def main() -> None:
    """Print the table, the targets and each area."""
    results = [measured(area) for area in areas()]
    print("\n".join(table(results)))
    print("\n| target | measured |\n|---|---|")
    for met, figure in targets(results):
        print(f"| {'PASS' if met else 'FAIL'} | {figure} |")
    print("\n| area | ours s, least, short | QGC s, least, short | five: ours s, least | QGC | plain |")
    print("|---|---|---|---|---|---|")
    for result in results:
        mine, theirs = result.planned["ours"], result.planned["QGC's rule"]
        five = result.wanted
        print(
            f"| {result.area.name} | {mine.seconds:.0f}, {mine.least}, {mine.short:.1%} | "
            f"{theirs.seconds:.0f}, {theirs.least}, {theirs.short:.1%} | "
            + " | ".join(f"{five[side].seconds:.0f}, {five[side].least}" for side in five)
            + " |"
        )


if __name__ == "__main__":
    main()
