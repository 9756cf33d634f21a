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

from telemetry.cities import known_towns
from telemetry.errors import BadGeometry
from telemetry.messages import Message
from telemetry.positions import LocalFrame, Position
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
            raise BadGeometry(Message("zones.area_file_too_large", name=path.name, most_mb=LARGEST_FILE // 1000000))
        content = path.read_bytes()
    except OSError as error:
        raise BadGeometry(Message("zones.file_unreadable", name=path.name, strerror=error.strerror)) from error
    return parse_json(content, path.name, BadGeometry)


def read_area(document: object, name: Message | str) -> Polygon:
    """The one polygon of a GeoJSON Polygon, Feature or FeatureCollection, in (longitude, latitude) degrees.

    `name` is what messages call it. Raises BadGeometry when it is anything else, open, self-crossing, off the globe,
    smaller than 100 m2 or larger than 25 km2.
    """
    return _polygon(document, name, SMALLEST_M2)


def read_shape(document: object, name: Message | str) -> Point | LineString | Polygon:
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
            raise BadGeometry(Message("zones.line_without_points", name=name, most=MOST_POINTS))
        points = [
            _point(point, Message("zones.point_of", name=name, number=number))
            for number, point in enumerate(coordinates, start=1)
        ]
        if len(set(points)) < 2:
            raise BadGeometry(Message("zones.line_goes_nowhere", name=name))
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


def place_in(frame: LocalFrame, place: Position | None) -> tuple[float, float] | None:
    """A place in metres east and north of the frame's origin; None for none."""
    if place is None:
        return None
    east, north = frame.to_metres(place.lat, place.lon)
    return east, north


def flat(shape: S, frame: LocalFrame) -> S:
    """A shape in degrees as one in metres east and north of the frame's origin."""
    moved: S = shapely.transform(
        shape, lambda degrees: np.array([frame.to_metres(lat, lon) for lon, lat in degrees]).reshape(-1, 2)
    )
    return moved


def _polygon(document: object, name: Message | str, smallest_m2: float) -> Polygon:
    rings = [
        _ring(ring, Message("zones.ring_of", name=name, number=number))
        for number, ring in enumerate(_rings(document, name), start=1)
    ]
    _refuse_swapped(rings[0], name)
    polygon = Polygon(rings[0], rings[1:])
    if not polygon.is_valid:
        raise BadGeometry(_why_invalid(polygon, name))
    west, _, east, _ = polygon.bounds
    if east - west > 180:
        raise BadGeometry(Message("zones.spans_globe", name=name))
    size = area_m2(polygon)
    if not smallest_m2 <= size <= LARGEST_M2:
        raise BadGeometry(
            Message("zones.area_size", name=name, area_m2=size, least_m2=smallest_m2, most_km2=LARGEST_M2 / 1000000.0)
        )
    return shapely.orient_polygons(polygon)


def _geometry(document: object, name: Message | str) -> dict[str, Any]:
    geometry = document
    if isinstance(geometry, dict) and geometry.get("type") == "FeatureCollection":
        features = geometry.get("features")
        if not isinstance(features, list) or len(features) != 1:
            count = len(features) if isinstance(features, list) else "no"
            raise BadGeometry(Message("zones.one_feature", name=name, features=count))
        geometry = features[0]
    if isinstance(geometry, dict) and geometry.get("type") == "Feature":
        geometry = geometry.get("geometry")
    if not isinstance(geometry, dict):
        raise BadGeometry(Message("zones.no_shape", name=name))
    return geometry


def _rings(document: object, name: Message | str) -> list[object]:
    geometry = _geometry(document, name)
    if geometry.get("type") != "Polygon":
        raise BadGeometry(Message("zones.not_polygon", name=name, type=str(geometry.get("type"))[:40]))
    rings = geometry.get("coordinates")
    if not isinstance(rings, list) or not rings:
        raise BadGeometry(Message("zones.empty_polygon", name=name))
    return rings


def _ring(ring: object, name: Message | str) -> list[tuple[float, float]]:
    if not isinstance(ring, list) or not ring:
        raise BadGeometry(Message("zones.empty", name=name))
    if len(ring) > MOST_POINTS:
        raise BadGeometry(Message("zones.too_many_points", name=name, points=len(ring), most=MOST_POINTS))
    points = [
        _point(point, Message("zones.point_of", name=name, number=number)) for number, point in enumerate(ring, start=1)
    ]
    if points[0] != points[-1]:
        raise BadGeometry(Message("zones.not_closed", name=name))
    if len(set(points)) < 3:
        raise BadGeometry(Message("zones.too_few_points", name=name, points=len(set(points))))
    return points


def _point(point: object, name: Message | str) -> tuple[float, float]:
    if not isinstance(point, list) or len(point) < 2 or not all(_is_number(value) for value in point[:2]):
        raise BadGeometry(Message("zones.no_pair", name=name))
    lon = float(point[0])
    lat = float(point[1])
    if abs(lon) > 180 or abs(lat) > 90:
        raise BadGeometry(Message("zones.off_globe", name=name, lon=lon, lat=lat))
    return lon, lat


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) < 1e9 and math.isfinite(value)


def _refuse_swapped(ring: list[tuple[float, float]], name: Message | str) -> None:
    lat, lon = ring[0]  # read the wrong way round on purpose
    town = min((city.facts for city in known_towns()), key=lambda facts: math.hypot(lat - facts.lat, lon - facts.lon))
    if all(abs(lat - town.lat) < 1 and abs(lon - town.lon) < 1 for lat, lon in ring):
        raise BadGeometry(Message("zones.exchanged", name=name, town=town.name))


def _why_invalid(polygon: Polygon, name: Message | str) -> Message:
    reason, _, place = explain_validity(polygon).partition("[")
    lon, lat = (float(value) for value in place.rstrip("]").split()[:2])
    where = Message("zones.coordinates", lat=f"{lat:.6f}", lon=f"{lon:.6f}")
    if "Self-intersection" in reason:
        return Message("zones.crosses_itself", name=name, where=where)
    return Message("zones.not_usable", name=name, where=where, reason=reason.strip().lower())
