"""GeoJSON areas in and out: reads one polygon, refuses with a sentence whatever cannot be flown over.

Plans nothing. GeoJSON (RFC 7946) writes longitude first; a swapped file is the commonest mistake and is named as such.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import shapely
from shapely import Polygon
from shapely.geometry import mapping
from shapely.validation import explain_validity

from telemetry.cities import City
from telemetry.errors import BadGeometry
from telemetry.positions import LocalFrame

SMALLEST_M2 = 100.0
LARGEST_M2 = 25e6
MOST_POINTS = 5_000
LARGEST_FILE = 5_000_000
"""Bytes."""


def load_area(path: Path) -> Polygon:
    """The one polygon in a GeoJSON file, in (longitude, latitude) degrees. Raises BadGeometry naming the file."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise BadGeometry(
                f"{path.name} is larger than {LARGEST_FILE // 1_000_000} MB; an area needs a few kilobytes"
            )
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise BadGeometry(f"{path.name} cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise BadGeometry(f"{path.name} is not GeoJSON: it is not a UTF-8 text of sane depth") from error
    except json.JSONDecodeError as error:
        raise BadGeometry(
            f"{path.name} is not GeoJSON: line {error.lineno}, column {error.colno}: {error.msg}"
        ) from error
    except ValueError as error:  # a whole number of thousands of digits
        raise BadGeometry(f"{path.name} is not GeoJSON: {error}") from error
    return read_area(document, path.name)


def read_area(document: object, name: str) -> Polygon:
    """The one polygon of a GeoJSON Polygon, Feature or FeatureCollection, in (longitude, latitude) degrees.

    `name` is what messages call it. Raises BadGeometry when it is anything else, open, self-crossing, off the globe,
    smaller than 100 m2 or larger than 25 km2.
    """
    rings = [_ring(ring, f"{name}, ring {number}") for number, ring in enumerate(_rings(document, name), start=1)]
    _refuse_swapped(rings[0], name)
    polygon = Polygon(rings[0], rings[1:])
    if not polygon.is_valid:
        raise BadGeometry(_why_invalid(polygon, name))
    west, _, east, _ = polygon.bounds
    if east - west > 180:
        raise BadGeometry(f"{name} crosses the 180th meridian or spans half the globe; draw it within one town")
    size = area_m2(polygon)
    if not SMALLEST_M2 <= size <= LARGEST_M2:
        raise BadGeometry(
            f"{name} covers {size:,.0f} m²; an area must have at least {SMALLEST_M2:,.0f} m² "
            f"and at most {LARGEST_M2 / 1e6:,.0f} km²"
        )
    return shapely.orient_polygons(polygon)


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


def local_frame(polygon: Polygon) -> LocalFrame:
    """Flat metres around the middle of a polygon in degrees."""
    west, south, east, north = polygon.bounds
    return LocalFrame((south + north) / 2, (west + east) / 2)


def to_metres(polygon: Polygon, frame: LocalFrame) -> Polygon:
    """A polygon in degrees as one in metres east and north of the frame's origin."""

    def ring(coords: Any) -> list[tuple[float, float]]:
        return [tuple(frame.to_metres(lat, lon)) for lon, lat in coords]  # type: ignore[misc]

    return Polygon(ring(polygon.exterior.coords), [ring(hole.coords) for hole in polygon.interiors])


def _rings(document: object, name: str) -> list[object]:
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
        raise BadGeometry(f"{name} is not a GeoJSON object with a polygon in it")
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
