"""Survey routes against QGroundControl's rule and a plain lawnmower: time, coverage, metres outside, planning time.

Time is length at 10 m/s and 4 s for each corner of the line; covered is what lies within half a spacing of a leg with
the camera on. Both are measured here from the written LineString in a transverse Mercator projection, apart from the
planner. QGroundControl's rule is written from its description: lines from a fixed start, the outermost cuts kept, angle
typed. It leaves concave areas and flies over holes, and it is timed there all the same. The plain lawnmower is lines
centred on the area and cut to it, at sixty angles; convex areas only. The areas are in benchmarks/_coverage_areas.py;
a second set of like ones is held back, so that what is adjusted by the first shows whether it holds.
"""

import json
import math
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from statistics import mean

import shapely
from pyproj import Transformer
from shapely import LineString, Polygon
from shapely.affinity import rotate

from benchmarks._coverage_areas import Area, held_back, published
from benchmarks._many_cornered_areas import of_200_vertices
from mission.plans.geojson import to_geojson
from mission.routes.survey import SurveyRequest, plan_survey
from mission.zones.geometry import read_area

SPEED_M_S, CORNER_S = 10.0, 4.0
ENOUGH, NEARLY = 0.995, 0.98
ANGLES = range(0, 180, 3)
TO_DEGREES = Transformer.from_crs(
    "+proj=tmerc +lat_0=56.62 +lon_0=23.28 +k=1 +ellps=WGS84", "EPSG:4326", always_xy=True
)
Line = list[tuple[float, float]]


@dataclass(frozen=True)
class Flight:
    """What a line over an area is worth."""

    seconds: float
    covered: float
    outside_m: float


@dataclass(frozen=True)
class Result:
    """One area: this program beside the two rules."""

    area: Area
    ours: Flight
    planning_s: float
    qgc: dict[int, Flight]
    """By angle."""
    plain: dict[int, Flight]
    """By angle; empty where the area is not convex."""

    def to_qgc_at_0(self) -> float | None:
        """Our time to that of QGroundControl's rule at angle 0, where that covers enough."""
        return self.ours.seconds / self.qgc[0].seconds if self.qgc[0].covered >= ENOUGH else None

    def to_plain(self) -> float | None:
        """Our time to the best lawnmower that covers enough."""
        good = [f.seconds for f in self.plain.values() if f.covered >= ENOUGH]
        return self.ours.seconds / min(good) if good else None

    def to_any_plain(self) -> float | None:
        """Our time to the best lawnmower, however little it covers."""
        return self.ours.seconds / min(f.seconds for f in self.plain.values()) if self.plain else None

    def to_fair_qgc(self) -> float | None:
        """Our time to the best of QGroundControl's rule among the angles that cover 98 %."""
        good = [f.seconds for f in self.qgc.values() if f.covered >= NEARLY]
        return self.ours.seconds / min(good) if good else None

    def to_best_qgc(self) -> float:
        """Our time to the best of QGroundControl's rule, however little it covers and however far it strays."""
        return self.ours.seconds / min(f.seconds for f in self.qgc.values())


def seconds(line: Sequence[tuple[float, float]]) -> float:
    """Flying time of a line."""
    return sum(math.dist(a, b) for a, b in pairwise(line)) / SPEED_M_S + CORNER_S * max(len(line) - 2, 0)


def flight(line: Line, area: Area) -> Flight:
    """Measure a line over an area, all of it with the camera on."""
    way = LineString(line)
    covered = way.buffer(area.spacing / 2).intersection(area.shape).area / area.shape.area
    return Flight(seconds(line), covered, way.difference(area.shape.buffer(0.001)).length)


def qgc_rule(area: Area, angle: int) -> Line:
    """The line by QGroundControl's rule (SurveyComplexItem): the step starts far off, notches and holes are crossed."""
    west, south, east, north = area.shape.bounds
    x, y = (west + east) / 2, (south + north) / 2
    half = (max(east - west, north - south) + 2000) / 2
    steps = [x - half + k * area.spacing for k in range(math.ceil(2 * half / area.spacing))]
    cuts = _outermost(area.shape, [_turned(step, x, y, half, angle) for step in steps])
    if len(cuts) < 2:
        cuts = _outermost(area.shape, [_turned(x, x, y, half, angle)])
    return _to_and_fro(cuts)


def plain_lawnmower(area: Area, angle: int) -> Line:
    """Lines centred on a convex area, the spacing apart, at most half of it from the edge."""
    level = rotate(area.shape, -angle, origin=(0, 0))
    west, south, east, north = level.bounds
    count = max(1, math.ceil((north - south) / area.spacing - 1e-9))
    first = (south + north) / 2 - (count - 1) * area.spacing / 2
    lines = [LineString([(west - 1, h), (east + 1, h)]) for h in (first + k * area.spacing for k in range(count))]
    flown = rotate(LineString(_to_and_fro(_outermost(level, lines))), angle, origin=(0, 0))
    return [(x, y) for x, y in flown.coords]


def _turned(step: float, x: float, y: float, half: float, angle: int) -> LineString:
    return rotate(LineString([(step, y - half), (step, y + half)]), -angle, origin=(x, y))


def _outermost(shape: Polygon, lines: list[LineString]) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    cuts = []
    for line in lines:
        points = shapely.get_coordinates(line.intersection(shape))
        if len(points) > 1:
            start = line.coords[0]
            ordered = sorted((math.dist(start, p), tuple(p)) for p in points)
            cuts.append((ordered[0][1], ordered[-1][1]))
    return cuts


def _to_and_fro(cuts: list[tuple[tuple[float, float], tuple[float, float]]]) -> Line:
    return [point for number, cut in enumerate(cuts) for point in (cut if number % 2 == 0 else cut[::-1])]


def in_degrees(shape: Polygon) -> Polygon:
    """An area as a file would give it."""
    rings = [[TO_DEGREES.transform(x, y) for x, y in ring.coords] for ring in (shape.exterior, *shape.interiors)]
    document = {"type": "Polygon", "coordinates": rings}
    return read_area(json.loads(json.dumps(document)), "an area of the benchmark")


def ours(area: Area) -> tuple[Flight, float]:
    """This program's route, measured from the GeoJSON it writes, and the seconds it took to plan."""
    polygon, wish = in_degrees(area.shape), SurveyRequest(altitude_m=60, spacing_m=area.spacing)
    began = time.process_time()
    route = plan_survey(polygon, wish)
    took = time.process_time() - began
    feature = json.loads(json.dumps(to_geojson(route)))["features"][0]
    line = [point[:2] for point in feature["geometry"]["coordinates"]]
    metres = [TO_DEGREES.transform(lon, lat, direction="INVERSE") for lon, lat in line]
    pieces = [
        LineString(metres[leg["start"] : leg["end"] + 1]) for leg in feature["properties"]["legs"] if leg["camera"]
    ]
    seen = shapely.union_all(pieces).buffer(area.spacing / 2)
    return Flight(
        seconds(metres),
        seen.intersection(area.shape).area / area.shape.area,
        LineString(metres).difference(area.shape.buffer(0.001)).length,
    ), took


def measured(area: Area) -> Result:
    """Both rules and this program on one area."""
    flight_, took = ours(area)
    qgc = {angle: flight(qgc_rule(area, angle), area) for angle in ANGLES}
    plain = {angle: flight(plain_lawnmower(area, angle), area) for angle in ANGLES} if area.convex else {}
    return Result(area, flight_, took, qgc, plain)


def table(results: Sequence[Result]) -> Iterator[str]:
    """A row for each group."""
    heads = (
        "areas", "count", "least covered", "most outside m", "to QGC at 0 where it covers: mean (min..max)",
        "to best plain of 60 that covers: mean (max)", "to best plain, any cover", "to best QGC of 60, any cover",
        "to best QGC that covers 98 %",
    )  # fmt: skip
    yield f"| {' | '.join(heads)} |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for group in dict.fromkeys(result.area.group for result in results):
        some = [result for result in results if result.area.group == group]
        qgc_0, plain, any_plain, best_qgc, fair_qgc = (
            [ratio for result in some if (ratio := measure(result)) is not None]
            for measure in (
                Result.to_qgc_at_0, Result.to_plain, Result.to_any_plain, Result.to_best_qgc, Result.to_fair_qgc,
            )
        )  # fmt: skip
        yield (
            f"| {group} | {len(some)} | {min(r.ours.covered for r in some):.2%} | "
            f"{max(r.ours.outside_m for r in some):.2f} | {_spread(qgc_0)} of {len(qgc_0)} | {_mean_max(plain)} | "
            f"{_mean_max(any_plain)} | {_mean_max(best_qgc)} | {_mean_max(fair_qgc)} |"
        )


def _spread(ratios: list[float]) -> str:
    return f"{mean(ratios):.3f} ({min(ratios):.3f}..{max(ratios):.3f})" if ratios else "-"


def _mean_max(ratios: list[float]) -> str:
    return f"{mean(ratios):.3f} ({max(ratios):.3f})" if ratios else "-"


def targets(results: Sequence[Result]) -> Iterator[tuple[bool, str]]:
    """Each target, whether it is met, and the measured figure."""
    least, most = min(results, key=lambda r: r.ours.covered), max(results, key=lambda r: r.ours.outside_m)
    yield (
        least.ours.covered >= ENOUGH,
        f"covered >= 99.5 % everywhere: least {least.ours.covered:.2%} ({least.area.name})",
    )
    yield most.ours.outside_m == 0, f"0 m outside everywhere: most {most.ours.outside_m:.2f} m ({most.area.name})"
    convex = [r for r in results if r.area.convex]
    at_0 = [(ratio, r.area.name) for r in convex if (ratio := r.to_qgc_at_0()) is not None]
    yield (
        max(at_0)[0] <= 1,
        f"convex, never slower than QGC at 0 where that covers: worst {max(at_0)[0]:.3f} ({max(at_0)[1]})",
    )
    faster = 1 - mean(ratio for ratio, _ in at_0)
    yield faster >= 0.12, f"convex, at least 12 % faster than it on average: {faster:.1%} on {len(at_0)} areas"
    plain = [(ratio, r.area.name) for r in convex if (ratio := r.to_plain()) is not None]
    yield (
        max(plain)[0] <= 1,
        f"convex, no slower than the best plain lawnmower of 60: worst {max(plain)[0]:.3f} ({max(plain)[1]})",
    )
    for what, measure in (("however little that covers", Result.to_best_qgc), ("that covers 98 %", Result.to_fair_qgc)):
        ratios = [(ratio, r.area.name) for r in results if not r.area.convex and (ratio := measure(r)) is not None]
        within = sum(ratio <= 1.05 for ratio, _ in ratios)
        yield (
            max(ratios)[0] <= 1.05,
            (
                f"others, <= 1.05 x the best QGC angle {what}: {within} of {len(ratios)}, "
                f"mean {mean(ratio for ratio, _ in ratios):.3f}, worst {max(ratios)[0]:.3f} ({max(ratios)[1]})"
            ),
        )


def planning_times() -> dict[str, float]:
    """Seconds of CPU to plan areas of 200 vertices."""
    return {area.name: ours(area)[1] for area in of_200_vertices()}


def main() -> None:
    """Print the table, the targets and the worst cases."""
    areas = published()
    ours(areas[0])  # what is loaded only once is not counted
    planning = planning_times()
    with ProcessPoolExecutor(2) as pool:
        results = list(pool.map(measured, areas, chunksize=4))
        others = list(pool.map(measured, held_back(), chunksize=4))
    print(f"{len(areas)} areas; ratios are our time to theirs\n")
    print("\n".join(table(results)))
    print(f"\n{len(others)} more of the same families, held back: nothing was adjusted by them\n")
    print("\n".join(table(others)))
    for what, some in (("target", results), ("the same, held back", others)):
        print(f"\n| {what} | measured |\n|---|---|")
        for met, figure in targets(some):
            print(f"| {'PASS' if met else 'FAIL'} | {figure} |")
    slowest = max(planning, key=lambda name: planning[name])
    print(
        f"| {'PASS' if planning[slowest] < 1 else 'FAIL'} | "
        f"200 vertices planned in under 1 s of CPU: worst {planning[slowest]:.2f} s ({slowest}) |"
    )
    print("\nSlowest against the best QGC angle, whatever that covers:\n")
    print("| area | ours s | covered | QGC s | covered | outside m | ratio |\n|---|---|---|---|---|---|---|")
    for result in sorted(results, key=lambda r: -r.to_best_qgc())[:12]:
        theirs = min(result.qgc.values(), key=lambda f: f.seconds)
        print(
            f"| {result.area.name} | {result.ours.seconds:.0f} | {result.ours.covered:.2%} | {theirs.seconds:.0f} | "
            f"{theirs.covered:.2%} | {theirs.outside_m:.0f} | {result.to_best_qgc():.3f} |"
        )
    print("\n200 vertices, seconds of CPU: " + ", ".join(f"{name} {took:.2f}" for name, took in planning.items()))


if __name__ == "__main__":
    main()
