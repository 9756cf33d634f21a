"""Outlines of zones as polygons for the index: circles circumscribed, the antimeridian unrolled. Judges no height.

A polygon here never leaves out a point of the zone; where the two cannot be equal it is a little larger.
"""

import math

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod
from shapely import Polygon
from shapely.affinity import translate

from mission.airspace.zones import Circle

WGS84 = Geod(ellps="WGS84")
CORNERS = 72
"""Of the polygon round a circle; it is at most 0.1 % wider than the circle."""
CIRCLE_MARGIN = 1.0005
"""Beyond the geometry of chords: a chord straight in degrees bends inward by up to 0.035 % of the radius for the
largest circle allowed (200 km) at the highest latitude (85 degrees), by nothing worth naming in a town."""
CIRCLE_MARGIN_M = 0.05


def polygon_of(shape: Circle | Polygon) -> Polygon:
    """The outline in (longitude, latitude) degrees, beyond 180 where it crosses that meridian."""
    if isinstance(shape, Circle):
        return circumscribed(shape)
    return shape


def circumscribed(circle: Circle) -> Polygon:
    """A polygon that holds the whole of a circle on the WGS 84 ellipsoid."""
    reach = circle.radius_m / math.cos(math.pi / CORNERS) * CIRCLE_MARGIN + CIRCLE_MARGIN_M
    azimuths = np.linspace(0.0, 360.0, CORNERS, endpoint=False)
    centre = np.full(CORNERS, circle.lon), np.full(CORNERS, circle.lat)
    lons, lats, _ = WGS84.fwd(*centre, azimuths, np.full(CORNERS, reach))
    return Polygon(np.column_stack([unrolled(np.asarray(lons), circle.lon), lats]))


def unrolled(lons: NDArray[np.float64], start: float | None = None) -> NDArray[np.float64]:
    """Longitudes in which no step is longer than half the globe, the first within 180 degrees of `start`.

    Whole turns are added and nothing else, so that a closed ring stays closed to the last bit.
    """
    first = 0.0
    if start is not None:
        first = np.round((start - lons[0]) / 360)
    turns = first - np.concatenate([[0.0], np.cumsum(np.round(np.diff(lons) / 360))])
    return np.asarray(lons + 360 * turns)


def copies(polygon: Polygon) -> list[Polygon]:
    """The polygon, and the same a turn of the globe away where it reaches the antimeridian.

    Of two places that are one on the globe, some copy of the one then lies on some copy of the other.
    """
    west, _, east, _ = polygon.bounds
    if east - west > 180 and west >= -180 and east <= 180:
        polygon = _unrolled_polygon(polygon)
        west, _, east, _ = polygon.bounds
    turns = [0.0]
    if east >= 180:
        turns.append(-360.0)
    if west <= -180:
        turns.append(360.0)
    return [polygon if turn == 0 else translate(polygon, xoff=turn) for turn in turns]


def _unrolled_polygon(polygon: Polygon) -> Polygon:
    rings = [np.asarray(ring.coords)[:, :2] for ring in (polygon.exterior, *polygon.interiors)]
    start = float(rings[0][0, 0])
    shell, *holes = (np.column_stack([unrolled(ring[:, 0], start), ring[:, 1]]) for ring in rings)
    return Polygon(shell, holes)
