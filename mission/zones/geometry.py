"""GeoJSON areas in and out: reads one polygon, refuses with a sentence whatever cannot be flown over.

Plans nothing. GeoJSON (RFC 7946) writes longitude first; a swapped file is the commonest mistake and is named as such.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import shapely
from shapely import LineString, Point, Polygon
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry
from shapely.validation import explain_validity

from telemetry.cities import City
from telemetry.errors import BadGeometry
from telemetry.positions import LocalFrame
from telemetry.strict_json import parse_json

S = TypeVar("S", bound=BaseGeometry)
SMALLEST_M2 = 100.0
SMALLEST_FOOTPRINT_M2 = 1.0
"""Of a structure that is flown round."""
LARGEST_M2 = 25e6
MOST_POINTS = 5_000
LARGEST_FILE = 5_000_000
"""Bytes."""


def load_document(path: Path) -> Any:
    """The JSON in a file. Raises BadGeometry naming the file when there is none, or far too much."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise BadGeometry(
                f"{path.name} is larger than {LARGEST_FILE // 1_000_000} MB; an area needs a few kilobytes"
            )
        content = path.read_bytes()
    except OSError as error:
        raise BadGeometry(f"{path.name} cannot be read: {error.strerror}") from error
    return parse_json(content, path.name, BadGeometry)


def read_area(document: object, name: str) -> Polygon:
    """The one polygon of a GeoJSON Polygon, Feature or FeatureCollection, in (longitude, latitude) degrees.

    `name` is what messages call it. Raises BadGeometry when it is anything else, open, self-crossing, off the globe,
    smaller than 100 m2 or larger than 25 km2.
    """
    return _polygon(document, name, SMALLEST_M2)


def read_shape(document: object, name: str) -> Point | LineString | Polygon:
    """The one point, line or polygon of a GeoJSON geometry, Feature or FeatureCollection, in (lon, lat) degrees.

    Lines and points are held to the globe only; a polygon is read as `read_area` does, but may be as small as a mast.
    Raises BadGeometry.
    """
    geometry = _geometry(document, name)
    coordinates = geometry.get("coordinates")
    if geometry.get("type") == "Point":
        place = _point(coordinates, name)
        _refuse_swapped([place], name)
        return Point(place)
    if geometry.get("type") == "LineString":
        if not isinstance(coordinates, list) or not 2 <= len(coordinates) <= MOST_POINTS:
            raise BadGeometry(f"{name} is a line without points; it needs 2 to {MOST_POINTS:,}")
        points = [_point(point, f"{name}, point {number}") for number, point in enumerate(coordinates, start=1)]
        if len(set(points)) < 2:
            raise BadGeometry(f"{name} is a line that goes nowhere; it needs two different points")
        _refuse_swapped(points, name)
        return LineString(points)
    return _polygon(document, name, SMALLEST_FOOTPRINT_M2)


def to_geojson(polygon: Polygon) -> dict[str, Any]:
    """The GeoJSON geometry of a polygon, ready for JSON."""
    shape: dict[str, Any] = json.loads(json.dumps(mapping(polygon)))
    return shape


def shape_of(geometry: Mapping[str, Any]) -> str:
    """A short name for the shape of a GeoJSON geometry: the same for the same corners, another for any other."""
    text = json.dumps(geometry["coordinates"], separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def area_m2(polygon: Polygon) -> float:
    """The area in square metres of a polygon in degrees."""
    return float(to_metres(polygon, local_frame(polygon)).area)


def local_frame(shape: BaseGeometry) -> LocalFrame:
    """Flat metres around the middle of a shape in degrees."""
    west, south, east, north = shape.bounds
    return LocalFrame((south + north) / 2, (west + east) / 2)


def to_metres(polygon: Polygon, frame: LocalFrame) -> Polygon:
    """A polygon in degrees as one in metres east and north of the frame's origin."""

    def ring(coords: Any) -> list[tuple[float, float]]:
        return [tuple(frame.to_metres(lat, lon)) for lon, lat in coords]  # type: ignore[misc]

    return Polygon(ring(polygon.exterior.coords), [ring(hole.coords) for hole in polygon.interiors])


def to_degrees(polygon: Polygon, frame: LocalFrame) -> Polygon:
    """A polygon in metres of the frame as one in (longitude, latitude) degrees: the inverse of `to_metres`."""
    per_degree = frame.metres_per_degree
    scale = np.array([per_degree.east_m, per_degree.north_m])
    moved: Polygon = shapely.transform(polygon, lambda metres: metres / scale + (frame.lon, frame.lat))
    return moved


def flat(shape: S, frame: LocalFrame) -> S:
    """A shape in degrees as one in metres east and north of the frame's origin."""
    moved: S = shapely.transform(
        shape, lambda degrees: np.array([frame.to_metres(lat, lon) for lon, lat in degrees]).reshape(-1, 2)
    )
    return moved


def _polygon(document: object, name: str, smallest_m2: float) -> Polygon:
    rings = [_ring(ring, f"{name}, ring {number}") for number, ring in enumerate(_rings(document, name), start=1)]
    _refuse_swapped(rings[0], name)
    polygon = Polygon(rings[0], rings[1:])
    if not polygon.is_valid:
        raise BadGeometry(_why_invalid(polygon, name))
    west, _, east, _ = polygon.bounds
    if east - west > 180:
        raise BadGeometry(f"{name} crosses the 180th meridian or spans half the globe; draw it within one town")
    size = area_m2(polygon)
    if not smallest_m2 <= size <= LARGEST_M2:
        raise BadGeometry(
            f"{name} covers {size:,.0f} m²; an area must have at least {smallest_m2:,.0f} m² "
            f"and at most {LARGEST_M2 / 1e6:,.0f} km²"
        )
    return shapely.orient_polygons(polygon)


def _geometry(document: object, name: str) -> dict[str, Any]:
    geometry = document
    if isinstance(geometry, dict) and geometry.get("type") == "FeatureCollection":
        features = geometry.get("features")
        if not isinstance(features, list) or len(features) != 1:
            count = len(features) if isinstance(features, list) else "no"
            raise BadGeometry(f"{name} holds {count} features; give exactly one area")
        geometry = features[0]
    if isinstance(geometry, dict) and geometry.get("type") == "Feature":
        geometry = geometry.get("geometry")
    if not isinstance(geometry, dict):
        raise BadGeometry(f"{name} is not a GeoJSON object with a shape in it")
    return geometry


def _rings(document: object, name: str) -> list[object]:
    geometry = _geometry(document, name)
    if geometry.get("type") != "Polygon":
        raise BadGeometry(
            f"{name} is a {str(geometry.get('type'))[:40]}, not a Polygon; draw one area, and several as several zones"
        )
    rings = geometry.get("coordinates")
    if not isinstance(rings, list) or not rings:
        raise BadGeometry(f"{name} is an empty polygon: it has no rings")
    return rings


def _ring(ring: object, name: str) -> list[tuple[float, float]]:
    if not isinstance(ring, list) or not ring:
        raise BadGeometry(f"{name} is empty: it has no points")
    if len(ring) > MOST_POINTS:
        raise BadGeometry(f"{name} has {len(ring):,} points; simplify it to at most {MOST_POINTS:,}")
    points = [_point(point, f"{name}, point {number}") for number, point in enumerate(ring, start=1)]
    if points[0] != points[-1]:
        raise BadGeometry(f"{name} is not closed: its last point must repeat its first")
    if len(set(points)) < 3:
        raise BadGeometry(f"{name} has {len(set(points))} distinct points; an area needs at least three")
    return points


def _point(point: object, name: str) -> tuple[float, float]:
    if not isinstance(point, list) or len(point) < 2 or not all(_is_number(value) for value in point[:2]):
        raise BadGeometry(f"{name} is not a [longitude, latitude] pair of finite numbers")
    lon, lat = float(point[0]), float(point[1])
    if abs(lon) > 180 or abs(lat) > 90:
        raise BadGeometry(f"{name} is off the globe: longitude {lon:g}, latitude {lat:g} (GeoJSON has longitude first)")
    return lon, lat


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) < 1e9 and math.isfinite(value)


def _refuse_swapped(ring: list[tuple[float, float]], name: str) -> None:
    lat, lon = ring[0]  # read the wrong way round on purpose
    town = min((city.facts for city in City), key=lambda facts: math.hypot(lat - facts.lat, lon - facts.lon))
    if all(abs(lat - town.lat) < 1 and abs(lon - town.lon) < 1 for lat, lon in ring):
        raise BadGeometry(
            f"{name} has latitude and longitude exchanged: read the other way round it lies by {town.name}; "
            "GeoJSON has longitude first"
        )


def _why_invalid(polygon: Polygon, name: str) -> str:
    reason, _, place = explain_validity(polygon).partition("[")
    lon, lat = (float(value) for value in place.rstrip("]").split()[:2])
    where = f"latitude {lat:.6f}, longitude {lon:.6f}"
    if "Self-intersection" in reason:
        return f"{name} crosses itself at {where}; move a corner so that its edges do not cross"
    return f"{name} is not a usable area at {where}: {reason.strip().lower()}"
