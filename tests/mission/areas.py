"""Areas for the mission tests, built in metres round a point in Dobele."""

from collections.abc import Sequence
from typing import Any

from shapely import Polygon

from mission.zones.geometry import read_area
from telemetry.positions import LocalFrame

FRAME = LocalFrame(56.62, 23.28)
Ring = Sequence[tuple[float, float]]

RECTANGLE: Ring = [(0, 0), (300, 0), (300, 150), (0, 150)]
U_SHAPE: Ring = [(0, 0), (300, 0), (300, 300), (200, 300), (200, 100), (100, 100), (100, 300), (0, 300)]
SQUARE: Ring = [(0, 0), (400, 0), (400, 400), (0, 400)]
HOLE: Ring = [(150, 150), (250, 150), (250, 250), (150, 250)]


def geojson(ring: Ring, *holes: Ring) -> dict[str, Any]:
    """A GeoJSON Polygon of rings in metres east and north."""
    return {"type": "Polygon", "coordinates": [_closed(r) for r in (ring, *holes)]}


def area(ring: Ring, *holes: Ring) -> Polygon:
    """A polygon in degrees of rings in metres."""
    return read_area(geojson(ring, *holes), "the test area")


def _closed(ring: Ring) -> list[list[float]]:
    points = [FRAME.to_degrees(east, north) for east, north in ring]
    return [[lon, lat] for lat, lon in (*points, points[0])]
