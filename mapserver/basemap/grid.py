"""A plain grid of coordinates round each town, for a server that has no map of it."""

import math
from collections.abc import Iterator
from functools import cache
from typing import Any

from telemetry.cities import City, known_towns
from telemetry.positions import LocalFrame

REACH_M = 12_000.0
"""How far from a town's centre it is drawn."""
STEP_LAT_DEG = 0.01
STEP_LON_DEG = 0.02
"""About a kilometre either way at 56 degrees north."""
FINE = 5
"""So many lines between two, for who looks closely."""


@cache
def grid() -> dict[str, Any]:
    """Lines of latitude and longitude (GeoJSON, RFC 7946), each with what it is in `name`.

    Their `kind` is grid, or fine_grid for those between.
    """
    return {"type": "FeatureCollection", "features": [line for city in known_towns() for line in _lines(city)]}


def _lines(city: City) -> Iterator[dict[str, Any]]:
    frame = LocalFrame(city.facts.lat, city.facts.lon)
    south, west = frame.to_degrees(-REACH_M, -REACH_M)
    north, east = frame.to_degrees(REACH_M, REACH_M)
    for lat, kind in _steps(south, north, STEP_LAT_DEG):
        yield _line(city, kind, f"{lat:.3f}° N", [[west, lat], [east, lat]])
    for lon, kind in _steps(west, east, STEP_LON_DEG):
        yield _line(city, kind, f"{lon:.3f}° E", [[lon, south], [lon, north]])


def _steps(low: float, high: float, step: float) -> Iterator[tuple[float, str]]:
    """The multiples of `step` and of its parts between two bounds, with the kind of line that is there."""
    part = step / FINE
    for number in range(math.ceil(low / part), math.floor(high / part) + 1):
        yield round(number * part, 6), "fine_grid" if number % FINE else "grid"


def _line(city: City, kind: str, name: str, coordinates: list[list[float]]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"kind": kind, "city": city, "name": name},
        "geometry": {"type": "LineString", "coordinates": coordinates},
    }
