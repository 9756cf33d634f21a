"""A small PMTiles file: a street, a park, a pond and a name round the middle of a town, in Protomaps' layers."""

import gzip
import math
from pathlib import Path
from typing import Any

import mapbox_vector_tile
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer
from shapely.geometry import LineString, Point, Polygon, box

from telemetry.cities import known_towns

MIN_ZOOM, MAX_ZOOM = 5, 14
EXTENT = 4096
ATTRIBUTION = '<a href="https://example.org">© Surveyors of Dobele</a>'
LAYERS = ("earth", "landuse", "water", "roads", "places")


def column_and_row(lat: float, lon: float, zoom: int) -> tuple[int, int]:
    """The tile over a place (Web Mercator)."""
    x = (lon + 180) / 360
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return int(x * 2**zoom), int(y * 2**zoom)


def a_tile() -> bytes:
    """Vector tile (MVT 2.1): everything in it lies across the whole tile."""
    half, whole = EXTENT / 2, EXTENT
    shapes: dict[str, list[tuple[Any, dict[str, Any]]]] = {
        "earth": [(box(0, 0, whole, whole), {"kind": "earth"})],
        "landuse": [(box(0, 0, half, half), {"kind": "park"})],
        "water": [(Polygon([(half, 0), (whole, 0), (whole, half)]), {"kind": "lake"})],
        "roads": [(LineString([(0, half), (whole, half)]), {"kind": "major_road", "name": "Brīvības iela"})],
        "places": [(Point(half, half), {"kind": "locality", "name": "Dobele"})],
    }
    layers = [
        {"name": name, "features": [{"geometry": shape, "properties": facts} for shape, facts in features]}
        for name, features in shapes.items()
    ]
    return bytes(mapbox_vector_tile.encode(layers, default_options={"extents": EXTENT}))


def tile_map(path: Path, *, tile_type: TileType = TileType.MVT, attribution: str = ATTRIBUTION) -> Path:
    """A map of both towns' middles, a tile a zoom level and town."""
    tile = gzip.compress(a_tile(), mtime=0)
    ids = {
        zxy_to_tileid(zoom, *column_and_row(city.facts.lat, city.facts.lon, zoom))
        for zoom in range(MIN_ZOOM, MAX_ZOOM + 1)
        for city in known_towns()
    }
    with path.open("wb") as file:
        writer = Writer(file)
        for tile_id in sorted(ids):
            writer.write_tile(tile_id, tile)
        header = {
            "tile_type": tile_type, "tile_compression": Compression.GZIP, "min_zoom": MIN_ZOOM, "max_zoom": MAX_ZOOM,
            "min_lon_e7": 220_000_000, "min_lat_e7": 550_000_000, "max_lon_e7": 250_000_000,
            "max_lat_e7": 580_000_000, "center_zoom": 10, "center_lon_e7": 232_800_000, "center_lat_e7": 566_200_000,
        }  # fmt: skip
        layers = [{"id": name, "fields": {}} for name in LAYERS]
        writer.finalize(header, {"attribution": attribution, "vector_layers": layers})
    return path
