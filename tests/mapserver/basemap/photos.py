"""Small orthophotos of a town's middle: one plain colour, as MBTiles and as PMTiles."""

import sqlite3
from pathlib import Path

import cv2
import numpy as np
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from telemetry.cities import City
from tests.mapserver.basemap.making import column_and_row

MIN_ZOOM, MAX_ZOOM = 10, 16
TILE_PX = 256
ATTRIBUTION = "© Pilots of Dobele"
BOUNDS = "22,55,25,58"
Around = dict[tuple[int, int, int], bytes]


def a_picture(zoom: int) -> bytes:
    """PNG, another colour at each zoom level."""
    done, packed = cv2.imencode(".png", np.full((TILE_PX, TILE_PX, 3), (40, 10 * zoom, 90), np.uint8))
    assert done
    return packed.tobytes()


def pictures(city: City) -> Around:
    """Nine tiles round a town's middle at every zoom level, by zoom, column and row."""
    found = {}
    for zoom in range(MIN_ZOOM, MAX_ZOOM + 1):
        column, row = column_and_row(city.facts.lat, city.facts.lon, zoom)
        for aside in (-1, 0, 1):
            for below in (-1, 0, 1):
                found[zoom, column + aside, row + below] = a_picture(zoom)
    return found


def mbtiles(path: Path, city: City = City("dobele"), **said: str | None) -> Path:
    """An MBTiles file (specification 1.3); `said` changes its metadata, None leaves an entry out."""
    metadata = {"name": "photo", "format": "png", "bounds": BOUNDS, "attribution": ATTRIBUTION, **said}
    path.unlink(missing_ok=True)
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE metadata (name text, value text)")
    database.execute("CREATE TABLE tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob)")
    database.executemany("INSERT INTO metadata VALUES (?, ?)", [pair for pair in metadata.items() if pair[1]])
    rows = [
        (zoom, column, 2**zoom - 1 - row, sqlite3.Binary(tile)) for (zoom, column, row), tile in pictures(city).items()
    ]
    database.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
    database.commit()
    database.close()
    return path


def picture_pmtiles(path: Path, city: City = City("dobele")) -> Path:
    """A PMTiles file (version 3) of the same pictures."""
    tiles = {zxy_to_tileid(*place): tile for place, tile in pictures(city).items()}
    with path.open("wb") as file:
        writer = Writer(file)
        for tile_id in sorted(tiles):
            writer.write_tile(tile_id, tiles[tile_id])
        header = {
            "tile_type": TileType.PNG, "tile_compression": Compression.NONE, "min_zoom": MIN_ZOOM,
            "max_zoom": MAX_ZOOM, "min_lon_e7": 220_000_000, "min_lat_e7": 550_000_000, "max_lon_e7": 250_000_000,
            "max_lat_e7": 580_000_000, "center_zoom": 12, "center_lon_e7": 232_800_000, "center_lat_e7": 566_200_000,
        }  # fmt: skip
        writer.finalize(header, {"attribution": ATTRIBUTION})
    return path
