"""What is drawn of a town where a picture is wanted instead of tiles: its shapes on the Mercator square, by kind."""

import gzip
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

import mapbox_vector_tile
import numpy as np
from shapely.geometry import mapping, shape

from mapserver.basemap.mercator import Window, on_square
from mapserver.basemap.tiles import TileFile

MOST_TILES = 12
"""Of which one picture is put together."""
DIRECT_ZOOM = 14
"""From here on buildings and paths are drawn."""
BUILT_UP = frozenset(("residential", "commercial", "industrial", "school", "hospital", "college", "university"))
GREEN = frozenset(
    ("park", "forest", "wood", "grass", "garden", "cemetery", "nature_reserve", "pitch", "scrub", "grassland")
)
"""Kinds of Protomaps' basemaps (version 4), as in `static/web/js/ground.js`."""
Line = np.ndarray[tuple[int, int], np.dtype[np.float64]]


class ShapeKind(StrEnum):
    """What a shape is, in the order of drawing."""

    TOWN = "town"
    PARK = "park"
    WATER = "water"
    STREAM = "stream"
    BUILDING = "building"
    PATH = "path"
    RAIL = "rail"
    STREET = "street"
    MAIN = "main"


AREAS = frozenset((ShapeKind.TOWN, ShapeKind.PARK, ShapeKind.WATER, ShapeKind.BUILDING))
ROADS = {
    "path": ShapeKind.PATH,
    "other": ShapeKind.PATH,
    "rail": ShapeKind.RAIL,
    "minor_road": ShapeKind.STREET,
    "major_road": ShapeKind.MAIN,
    "highway": ShapeKind.MAIN,
}


@dataclass(frozen=True)
class Shape:
    """One thing on the ground."""

    kind: ShapeKind
    name: str
    lines: tuple[Line, ...]
    """Rings of an area, or lines; each (n, 2) on the Mercator square, from the west and from the north."""


def shapes_of_tiles(file: TileFile, window: Window) -> Iterator[Shape]:
    """The shapes that a file of vector tiles has in a window. Raises Unavailable where the file is damaged."""
    zoom = _zoom(file, window)
    side = 2**zoom
    for column in range(math.floor(window.left * side), math.floor(window.right * side) + 1):
        for row in range(math.floor(window.top * side), math.floor(window.bottom * side) + 1):
            if 0 <= column < side and 0 <= row < side:
                yield from (one for one in _tile_shapes(file, zoom, column, row) if _meets(one, window))


def shapes_of_features(features: Iterable[Mapping[str, Any]], window: Window) -> Iterator[Shape]:
    """The shapes of GeoJSON features in a window; their `kind` is town, park, water, street or main."""
    known = {kind.value: kind for kind in ShapeKind}
    for feature in features:
        facts = feature.get("properties") or {}
        kind = known.get(str(facts.get("kind")), ShapeKind.STREET)
        lines = tuple(_flat(ring) for ring in _rings(mapping(shape(feature["geometry"]))))
        found = Shape(kind, str(facts.get("name") or ""), lines)
        if lines and _meets(found, window):
            yield found


def _zoom(file: TileFile, window: Window) -> int:
    """The deepest level at which few enough tiles cover the window."""
    facts = file.facts
    for zoom in range(facts.max_zoom, facts.min_zoom, -1):
        columns = math.floor(window.right * 2**zoom) - math.floor(window.left * 2**zoom) + 1
        rows = math.floor(window.bottom * 2**zoom) - math.floor(window.top * 2**zoom) + 1
        if columns * rows <= MOST_TILES:
            return zoom
    return facts.min_zoom


@lru_cache(maxsize=64)
def _tile_shapes(file: TileFile, zoom: int, column: int, row: int) -> tuple[Shape, ...]:
    stored = file.tile(zoom, column, row)
    if stored is None:
        return ()
    if file.is_gzipped:
        stored = gzip.decompress(stored)
    layers = mapbox_vector_tile.decode(stored, default_options={"y_coord_down": True})
    corner = np.array((column, row), np.float64)
    found = []
    for name, layer in layers.items():
        for feature in layer["features"]:
            kind = _kind(name, feature)
            if kind is None or (zoom < DIRECT_ZOOM and kind in (ShapeKind.BUILDING, ShapeKind.PATH)):
                continue
            rings = [np.array(ring, np.float64) for ring in _rings(feature["geometry"])]
            lines = tuple((corner + ring / layer["extent"]) / 2**zoom for ring in rings)
            if lines:
                found.append(Shape(kind, str(feature["properties"].get("name") or ""), lines))
    return tuple(found)


def _kind(layer: str, feature: Mapping[str, Any]) -> ShapeKind | None:
    """What a feature of Protomaps' layers is drawn as; None for what is left out."""
    kind = feature["properties"].get("kind")
    is_area = feature["geometry"]["type"].endswith("Polygon")
    is_line = feature["geometry"]["type"].endswith("LineString")
    if is_area and layer in ("landuse", "landcover"):
        if kind in GREEN:
            return ShapeKind.PARK
        return ShapeKind.TOWN if kind in BUILT_UP else None
    if layer == "water" and (is_area or is_line):
        return ShapeKind.WATER if is_area else ShapeKind.STREAM
    if is_area and layer == "buildings":
        return ShapeKind.BUILDING
    return ROADS.get(str(kind)) if is_line and layer == "roads" else None


def _rings(geometry: Mapping[str, Any]) -> Iterator[Any]:
    """The lists of coordinates in a geometry of lines or areas."""
    coordinates = geometry.get("coordinates", ())
    match geometry["type"]:
        case "LineString":
            yield coordinates
        case "MultiLineString" | "Polygon":
            yield from coordinates
        case "MultiPolygon":
            for polygon in coordinates:
                yield from polygon
        case "GeometryCollection":
            for part in geometry["geometries"]:
                yield from _rings(part)


def _flat(ring: Iterable[Any]) -> Line:
    return np.array([on_square(place[1], place[0]) for place in ring], np.float64)


def _meets(found: Shape, window: Window) -> bool:
    """Whether a shape's surroundings touch the window."""
    for line in found.lines:
        left, top = line.min(axis=0)
        right, bottom = line.max(axis=0)
        if left <= window.right and right >= window.left and top <= window.bottom and bottom >= window.top:
            return True
    return False
