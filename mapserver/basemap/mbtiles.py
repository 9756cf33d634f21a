"""Pictures out of an MBTiles file (specification 1.3: an SQLite database), one at a time, by any thread."""

import hashlib
import math
import sqlite3
from functools import lru_cache
from pathlib import Path
from threading import Lock

from mapserver.basemap.tiles import TileFacts, changed_ns, plain_attribution, require_tile
from telemetry.errors import BadInput, Unavailable
from telemetry.messages import Message

PICTURES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "image/png": "image/png",
    "image/jpeg": "image/jpeg",
    "image/webp": "image/webp",
}
"""Media types by what `format` says."""
Bounds = tuple[float, float, float, float]
"""West, south, east, north, degrees."""


class MbtilesFile:
    """An opened MBTiles file of pictures. It is read as it lies there: nothing may write to it meanwhile."""

    is_gzipped = False

    def __init__(self, path: Path) -> None:
        """Raises BadInput when it is no MBTiles file of pictures."""
        self._lock = Lock()
        try:
            address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
            self._database = sqlite3.connect(address, uri=True, check_same_thread=False)
            said = {str(name): str(value) for name, value in self._database.execute("SELECT name, value FROM metadata")}
            zooms = self._database.execute("SELECT min(zoom_level), max(zoom_level) FROM tiles").fetchone()
        except (OSError, sqlite3.Error) as error:
            raise BadInput(Message("basemap.mbtiles_unreadable", file=path.name, reason=error)) from error
        written_as = said.get("format", "not told")
        if written_as not in PICTURES:
            raise BadInput(Message("basemap.tile_format", file=path.name, format=written_as))
        if not all(isinstance(zoom, int) for zoom in zooms):
            raise BadInput(Message("basemap.no_tiles", file=path.name))
        stat = path.stat()
        named = f"{sorted(said.items())}{stat.st_size}{stat.st_mtime_ns}"
        self.facts = TileFacts(
            version=hashlib.sha256(named.encode()).hexdigest()[:12],
            min_zoom=zooms[0],
            max_zoom=zooms[1],
            bounds=_told_bounds(path, said.get("bounds")) or self._tiles_bounds(path, zooms[1]),
            attribution=plain_attribution(said.get("attribution")),
            layers=frozenset(),
            media_type=PICTURES[written_as],
        )

    def tile(self, zoom: int, column: int, row: int) -> bytes | None:
        """The picture as it is stored; None where the file has none. Rows count from the north, as in XYZ addresses.

        Raises BadInput for one that no map can have, Unavailable where the file is damaged.
        """
        require_tile(zoom, column, row)
        from_south = 2**zoom - 1 - row
        try:
            with self._lock:
                found = self._database.execute(
                    "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?",
                    (zoom, column, from_south),
                ).fetchone()
        except sqlite3.Error as error:
            raise Unavailable(Message("basemap.orthophoto_damaged", reason=error)) from error
        if found is None:
            return None
        if not isinstance(found[0], bytes):
            raise Unavailable(Message("basemap.tile_no_picture"))
        return found[0]

    def _tiles_bounds(self, path: Path, zoom: int) -> Bounds:
        """Round the tiles of one zoom level, where the file does not say."""
        try:
            west, east, south, north = self._database.execute(
                "SELECT min(tile_column), max(tile_column) + 1, min(tile_row), max(tile_row) + 1 FROM tiles "
                "WHERE zoom_level = ?",
                (zoom,),
            ).fetchone()
            sides = 2**zoom
            return (
                west / sides * 360 - 180,
                _latitude(south / sides),
                east / sides * 360 - 180,
                _latitude(north / sides),
            )
        except (sqlite3.Error, TypeError, ArithmeticError) as error:
            raise BadInput(Message("basemap.mbtiles_unreadable", file=path.name, reason=error)) from error


def mbtiles_file(path: Path) -> MbtilesFile:
    """The file as it is now; opened again once it was replaced. Raises BadInput."""
    return _opened(path, changed_ns(path))


@lru_cache(maxsize=2)
def _opened(path: Path, _changed_ns: int) -> MbtilesFile:
    return MbtilesFile(path)


def _told_bounds(path: Path, said: str | None) -> Bounds | None:
    if not said:
        return None
    try:
        west, south, east, north = (float(part) for part in said.split(","))
    except ValueError as error:
        raise BadInput(Message("basemap.bounds_wrong", file=path.name, text=said)) from error
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise BadInput(Message("basemap.bounds_wrong", file=path.name, text=said))
    return west, south, east, north


def _latitude(from_south: float) -> float:
    """Of a height on the square of Web Mercator, 0 to 1 from its southern edge (degrees)."""
    return math.degrees(math.atan(math.sinh(math.pi * (2 * from_south - 1))))
