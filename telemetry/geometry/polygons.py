"""Corners in metres as GeoJSON polygons in degrees. Knows no camera."""

from collections.abc import Iterable
from typing import Any

from telemetry.positions import LocalFrame, wrapped

DECIMALS = 7
"""Of a degree: a centimetre."""


def polygon_of(corners_m: Iterable[tuple[float, float]], frame: LocalFrame) -> dict[str, Any]:
    """A GeoJSON polygon of corners given in metres (east, north) of `frame`, the first not repeated."""
    ring = []
    for east_m, north_m in corners_m:
        lat, lon = frame.to_degrees(east_m, north_m)
        ring.append([round(wrapped(lon), DECIMALS), round(max(-90.0, min(90.0, lat)), DECIMALS)])
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
