"""Outlines as files give them, into shapes that leave nothing out: swapped axes, open, crossed and too large ones."""

import math
from typing import Any

import numpy as np
import shapely
from shapely import LineString, MultiPoint, Polygon, polygonize, unary_union

from mission.airspace.heights import LengthUnit
from mission.airspace.outlines import unrolled
from mission.airspace.reading import Notes, number, shown
from mission.airspace.zones import Circle
from mission.zones import repair
from telemetry.cities import known_towns
from telemetry.messages import Message

LARGEST_RADIUS_M = 200_000.0
NEAREST_POLE_DEG = 85.0
WIDEST_DEG = 40.0
"""A zone wider or higher than this is a slip; the largest flight information regions of Europe are smaller."""
MOST_CORNERS = 100_000
NEARBY_DEG = 4.0
"""Within this of a town a place counts as one that was meant, when the axes are exchanged."""


class BadOutline(Exception):
    """An outline that cannot be drawn; the message says why."""

    def __init__(self, told: Message) -> None:
        super().__init__(told)
        self.told = told


def circle(centre: object, radius: object, unit: LengthUnit, what: str) -> Circle:
    """A circle; `centre` is [lon, lat]. Raises BadOutline."""
    lon, lat = _point(centre, f"{what}, center")
    _want_axes([(lon, lat)], what)
    size = number(radius)
    if size is None or size <= 0:
        raise BadOutline(Message("airspace.outlines.no_radius", what=what, value=shown(radius)))
    if unit.metres(size) > LARGEST_RADIUS_M:
        raise BadOutline(
            Message(
                "airspace.outlines.radius_too_large",
                what=what,
                km=unit.metres(size) / 1000,
                most_km=LARGEST_RADIUS_M / 1000,
            )
        )
    if abs(lat) > NEAREST_POLE_DEG:
        raise BadOutline(Message("airspace.outlines.near_pole", what=what, lat=lat))
    return Circle(lat, lon, size, unit)


def polygons(kind: object, coordinates: object, what: str, notes: Notes) -> list[Polygon]:
    """The polygons of a GeoJSON Polygon or MultiPolygon, larger rather than smaller than meant. Raises BadOutline."""
    if not isinstance(coordinates, list) or not coordinates:
        raise BadOutline(Message("airspace.outlines.no_corners", what=what))
    if kind == "MultiPolygon":
        return [
            polygon
            for place, part in enumerate(coordinates, start=1)
            for polygon in polygons("Polygon", part, f"{what}, part {place}", notes)
        ]
    if kind != "Polygon":
        raise BadOutline(Message("airspace.outlines.not_an_outline", what=what, kind=shown(kind)))
    if _is_point(coordinates[0]):
        notes.remarks.append(Message("airspace.outlines.rings_missing", what=what))
        coordinates = [coordinates]
    return _polygon(coordinates, what, notes)


def _polygon(rings: list[Any], what: str, notes: Notes) -> list[Polygon]:
    shell, closed = _ring(rings[0], f"{what}, ring 1")
    _want_axes(shell, what)
    outline = _turned(shell, shell[0][0], what)
    if not closed and (whole := repair.closed(outline)) is not None:
        notes.remarks.append(Message("airspace.outlines.joined", what=what))
        outline = whole
    elif not closed:
        notes.doubt(f"{what}, ring 1", Message("airspace.outlines.not_closed"))
        return [_hull(outline, what)]
    holes = []
    for place, ring in enumerate(rings[1:], start=2):
        hole, closed = _ring(ring, f"{what}, ring {place}")
        if closed and len(set(hole)) >= 3:
            holes.append(_turned(hole, shell[0][0], what))
        else:
            notes.remarks.append(Message("airspace.outlines.no_hole", what=what, ring=place))
    polygon = Polygon(outline, holes)
    if polygon.is_valid:
        return [_sized(polygon, what)]
    if (rest := repair.without_holes(outline, holes)) is not None:
        notes.remarks.append(Message("airspace.outlines.holes_cut", what=what))
        return [_sized(rest, what)]
    notes.remarks.append(Message("airspace.outlines.crosses_itself", what=what))
    return [_sized(part, what) for part in _surrounded(outline, what)]


def _ring(ring: object, what: str) -> tuple[list[tuple[float, float]], bool]:
    if not isinstance(ring, list) or not ring:
        raise BadOutline(Message("airspace.outlines.no_corners", what=what))
    if len(ring) > MOST_CORNERS:
        raise BadOutline(Message("airspace.outlines.too_many_corners", what=what, corners=len(ring), most=MOST_CORNERS))
    points = [_point(point, f"{what}, corner {place}") for place, point in enumerate(ring, start=1)]
    return points, points[0] == points[-1] and len(points) > 1


def _point(point: object, what: str) -> tuple[float, float]:
    if not _is_point(point):
        raise BadOutline(Message("airspace.outlines.not_a_point", what=what, value=shown(point)))
    lon, lat = float(point[0]), float(point[1])  # type: ignore[index]
    if abs(lon) > 360 or abs(lat) > 90:
        off = Message("airspace.outlines.off_the_globe", what=what, lon=lon, lat=lat)
        if abs(lat) <= 180 and abs(lon) <= 90:
            off = Message("airspace.outlines.off_the_globe_exchanged", what=what, lon=lon, lat=lat)
        raise BadOutline(off)
    return lon, lat


def _is_point(point: object) -> bool:
    return (
        isinstance(point, list)
        and len(point) >= 2
        and all(
            isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9 for value in point[:2]
        )
    )


def _want_axes(points: list[tuple[float, float]], what: str) -> None:
    """Raises BadOutline when the points lie by one of the towns only with latitude and longitude exchanged."""
    for city in known_towns():
        town = city.facts
        if all(abs(lon - town.lat) < NEARBY_DEG and abs(lat - town.lon) < NEARBY_DEG for lon, lat in points):
            raise BadOutline(Message("airspace.outlines.axes_exchanged", what=what, town=town.name))


def _turned(points: list[tuple[float, float]], start: float, what: str) -> list[tuple[float, float]]:
    lons = unrolled(np.array([lon for lon, _ in points]), start)
    if abs(lons[-1] - lons[0]) > 180:
        raise BadOutline(Message("airspace.outlines.round_pole", what=what))
    return [(lon, lat) for lon, (_, lat) in zip(lons.tolist(), points, strict=True)]


def _hull(points: list[tuple[float, float]], what: str) -> Polygon:
    hull = MultiPoint(points).convex_hull
    if not isinstance(hull, Polygon):
        raise BadOutline(Message("airspace.outlines.no_area", what=what))
    return _sized(hull, what)


def _surrounded(points: list[tuple[float, float]], what: str) -> list[Polygon]:
    """Everything that a line crossing itself surrounds, however often it goes round."""
    faces = polygonize([unary_union(LineString(points))])
    filled = unary_union([Polygon(face.exterior) for face in faces.geoms if isinstance(face, Polygon)])
    parts = [part for part in shapely.get_parts(filled) if isinstance(part, Polygon) and part.area > 0]
    if not parts:
        raise BadOutline(Message("airspace.outlines.no_area", what=what))
    return [Polygon(part.exterior) for part in parts]


def _sized(polygon: Polygon, what: str) -> Polygon:
    west, south, east, north = polygon.bounds
    if not polygon.area > 0:
        raise BadOutline(Message("airspace.outlines.no_area", what=what))
    if max(east - west, north - south) > WIDEST_DEG or not math.isfinite(polygon.area):
        raise BadOutline(
            Message(
                "airspace.outlines.too_wide",
                what=what,
                east_west=east - west,
                north_south=north - south,
                most=WIDEST_DEG,
            )
        )
    return polygon
