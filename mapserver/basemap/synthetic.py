"""A synthetic street map of the two towns, drawn from a seed so that the live map has streets with no outside service.

It is not a map of the real towns: nobody may find an address on it. Every collection says `"synthetic": true`.
"""

import math
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from shapely import line_merge, make_valid, segmentize, set_precision, simplify, transform, unary_union
from shapely.geometry import LineString, MultiLineString, Point, Polygon, mapping
from shapely.geometry.base import BaseGeometry

from telemetry.cities import City, known_towns
from telemetry.positions import LocalFrame

Shape = TypeVar("Shape", bound=BaseGeometry)
Warp = Callable[[Any], Any]
"""Bends an array of x, y metres; gives a plan drawn with a ruler the look of a place that grew."""


@dataclass(frozen=True)
class TownPlan:
    """What a town is drawn from. Metres, from the town's centre."""

    seed: int
    rings_m: tuple[float, ...]
    """Radii of the ring streets; the last is the edge of the town."""
    radials: int
    """How many main streets lead out."""
    block_m: float
    """Shorter side of a block in the centre."""
    river_m: float
    """Width of the river."""
    river_offset_m: float
    """How far from the centre it passes."""
    lake: tuple[float, float, float, float]
    """A lake or pond: metres east and north of its middle, half its length, half its width."""


PLANS = {
    "siauliai": TownPlan(11, (650.0, 1_500.0, 2_600.0, 4_000.0), 8, 105.0, 16.0, -1_150.0, (2_500, 620, 1_250, 430)),
    "dobele": TownPlan(23, (420.0, 1_050.0, 2_000.0), 6, 95.0, 34.0, 300.0, (-1_240, -640, 230, 120)),
}


def has_town(city: City) -> bool:
    """Whether there is a synthetic map of that town."""
    return city in PLANS


@cache
def town(city: City) -> dict[str, Any]:
    """The synthetic map of one town: a GeoJSON FeatureCollection (RFC 7946), lon/lat, the same at every call.

    Each feature's `kind` is town (built-up area), water, park, street or main; `city` is the town's id.
    """
    plan = PLANS[city]
    frame = LocalFrame(city.facts.lat, city.facts.lon)
    features = [_feature(city, kind, shape, frame) for kind, shape in _draw(plan)]
    return {"type": "FeatureCollection", "synthetic": True, "features": features}


def streets(cities: Iterable[City] | None = None) -> dict[str, Any]:
    """The synthetic maps of several towns, of all that have one if not given, in one FeatureCollection."""
    wanted = [city for city in known_towns() if city in PLANS] if cities is None else cities
    features = [feature for city in wanted for feature in town(city)["features"]]
    return {"type": "FeatureCollection", "synthetic": True, "features": features}


def main_streets(city: City) -> tuple[list[LineString], list[LineString]]:
    """The ring streets and the streets that lead out, (longitude, latitude) degrees, the inner or first one first."""
    plan = PLANS[city]
    frame = LocalFrame(city.facts.lat, city.facts.lon)
    rng = random.Random(plan.seed)
    warp = _warp(rng, plan.rings_m[-1])
    edge = plan.rings_m[-1]
    rings = [Point(0, 0).buffer(radius, quad_segs=24).exterior for radius in plan.rings_m[:-1]]
    radials = [
        LineString([_polar(plan.rings_m[0] * 0.3, angle), _polar(edge, angle)])
        for angle in _radial_angles(rng, plan.radials)
    ]
    return (
        [_to_lon_lat(_bend(LineString(ring.coords), warp), frame) for ring in rings],
        [_to_lon_lat(_bend(radial, warp), frame) for radial in radials],
    )


def _draw(plan: TownPlan) -> Iterator[tuple[str, BaseGeometry]]:
    """Every kind's shape in metres, in the order to paint them."""
    rng = random.Random(plan.seed)
    warp = _warp(rng, plan.rings_m[-1])
    angles = _radial_angles(rng, plan.radials)
    cells = list(_cells(plan, angles))
    river = _river(plan, rng)
    lake = _blob(rng, *plan.lake)
    water = unary_union([river, lake])
    parks = unary_union(list(_parks(plan, rng)))
    streets = [line for cell in cells for line in _grid(cell, plan, rng)]
    closed = unary_union([water.buffer(14), parks])
    edge = Point(0, 0).buffer(plan.rings_m[-1], quad_segs=24)
    yield "town", _bend(edge, warp)
    yield "park", _bend(parks.difference(water), warp)
    yield "water", _bend(water, warp)
    yield "street", _bend(line_merge(MultiLineString(streets).difference(closed)), warp)
    yield "main", _bend(line_merge(_mains(plan, angles).difference(lake.buffer(20))), warp)


@dataclass(frozen=True)
class _Cell:
    """A patch between two rings and two main streets, with the direction its own streets follow."""

    polygon: Polygon
    bearing: float
    ring: int


def _radial_angles(rng: random.Random, count: int) -> list[float]:
    step = math.tau / count
    return [i * step + rng.uniform(-0.18, 0.18) * step for i in range(count)]


def _cells(plan: TownPlan, angles: list[float]) -> Iterator[_Cell]:
    """The centre as one cell, then each ring cut by the main streets."""
    yield _Cell(Point(0, 0).buffer(plan.rings_m[0], quad_segs=16), angles[0] + 0.2, 0)
    for ring, (inner, outer) in enumerate(zip(plan.rings_m, plan.rings_m[1:], strict=False), start=1):
        for here, there in zip(angles, [*angles[1:], angles[0] + math.tau], strict=True):
            arc = [here + (there - here) * i / 12 for i in range(13)]
            ends = [_polar(outer, a) for a in arc] + [_polar(inner, a) for a in reversed(arc)]
            yield _Cell(Polygon(ends), (here + there) / 2, ring)


def _grid(cell: _Cell, plan: TownPlan, rng: random.Random) -> Iterator[LineString]:
    """The streets of a cell: a turned grid of blocks with some sides left out, cut to the cell."""
    short = plan.block_m * (1 + 0.32 * cell.ring) * rng.uniform(0.9, 1.15)
    long = short * rng.uniform(1.4, 1.9)
    missing = 0.05 + 0.05 * cell.ring
    turn = cell.bearing + rng.uniform(-0.12, 0.12)
    middle = cell.polygon.centroid
    reach = cell.polygon.length / 3
    cos = math.cos(turn)
    sin = math.sin(turn)

    def at(i: int, j: int) -> tuple[float, float]:
        u = i * long
        v = j * short
        return middle.x + u * cos - v * sin, middle.y + u * sin + v * cos

    span_i = int(reach / long) + 1
    span_j = int(reach / short) + 1
    for i in range(-span_i, span_i + 1):
        for j in range(-span_j, span_j + 1):
            for side in ((i + 1, j), (i, j + 1)):
                if rng.random() >= missing:
                    yield from _lines(LineString([at(i, j), at(*side)]).intersection(cell.polygon))


def _mains(plan: TownPlan, angles: list[float]) -> BaseGeometry:
    """Ring streets, and main streets that run on into the country."""
    out = plan.rings_m[-1] * 1.35
    rings = [Point(0, 0).buffer(r, quad_segs=24).exterior for r in plan.rings_m[:-1]]
    middle = plan.rings_m[0] * 0.3
    square = Point(0, 0).buffer(middle, quad_segs=8).exterior
    return unary_union([square, *rings, *(LineString([_polar(middle, a), _polar(out, a)]) for a in angles)])


def _river(plan: TownPlan, rng: random.Random) -> BaseGeometry:
    """A river that winds across the town and out on both sides."""
    reach = plan.rings_m[-1] * 1.4
    turn = rng.uniform(0.25, 0.6)
    phase = rng.uniform(0, math.tau)
    bend = plan.rings_m[-1] * 0.045
    points = []
    for step in range(121):
        along = reach * (step / 60 - 1)
        across = plan.river_offset_m + bend * math.sin(along / (bend * 4) + phase) + bend * math.sin(along / (bend * 9))
        points.append(
            (along * math.cos(turn) - across * math.sin(turn), along * math.sin(turn) + across * math.cos(turn))
        )
    return LineString(points).buffer(plan.river_m / 2, quad_segs=3)


def _parks(plan: TownPlan, rng: random.Random) -> Iterator[Polygon]:
    """Parks and woods: small by the centre, larger at the edge."""
    for ring, radius in enumerate(plan.rings_m):
        for _ in range(1 + 2 * ring):
            east, north = _polar(radius * rng.uniform(0.75, 0.95), rng.uniform(0, math.tau))
            size = radius * rng.uniform(0.07, 0.14)
            yield _blob(rng, east, north, size * rng.uniform(1, 1.6), size)


def _blob(rng: random.Random, east: float, north: float, half_length: float, half_width: float) -> Polygon:
    """An ellipse with an uneven shore."""
    phase = rng.uniform(0, math.tau)
    shore = []
    for step in range(48):
        a = step * math.tau / 48
        swell = 1 + 0.16 * math.sin(3 * a + phase) + 0.07 * math.sin(5 * a - phase)
        shore.append((east + half_length * swell * math.cos(a), north + half_width * swell * math.sin(a)))
    return Polygon(shore)


def _warp(rng: random.Random, radius: float) -> Warp:
    """A smooth bend, a few per cent of the town's radius."""
    waves = [(radius * 0.022, math.tau / (radius * s), rng.uniform(0, math.tau)) for s in (1.1, 0.55, 0.8, 0.45)]

    def bend(points: Any) -> Any:
        out = points.copy()
        for (x, y), row in zip(points, out, strict=True):
            row[0] = x + sum(amp * math.sin(y * k + phase) for amp, k, phase in waves[:2])
            row[1] = y + sum(amp * math.sin(x * k + phase) for amp, k, phase in waves[2:])
        return out

    return bend


def _bend(shape: Shape, warp: Warp) -> Shape:
    return simplify(transform(segmentize(shape, 60), warp), 1.5)


def _polar(radius: float, angle: float) -> tuple[float, float]:
    return radius * math.cos(angle), radius * math.sin(angle)


def _lines(shape: BaseGeometry) -> Iterator[LineString]:
    """The lines in what an intersection gave; points where a line only touches are dropped."""
    parts = getattr(shape, "geoms", [shape])
    yield from (part for part in parts if isinstance(part, LineString) and part.length > 1)


def _feature(city: City, kind: str, shape: BaseGeometry, frame: LocalFrame) -> dict[str, Any]:
    geometry = set_precision(make_valid(_to_lon_lat(shape, frame)), 1e-6)
    return {"type": "Feature", "properties": {"kind": kind, "city": city}, "geometry": mapping(geometry)}


def _to_lon_lat(shape: Shape, frame: LocalFrame) -> Shape:
    def turned(points: Any) -> Any:
        out = points.copy()
        for (east, north), row in zip(points, out, strict=True):
            row[1], row[0] = frame.to_degrees(east, north)
        return out

    return transform(shape, turned)
