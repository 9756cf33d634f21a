"""Tiles out of a PMTiles file (specification version 3), one at a time, by any thread: vector tiles or pictures."""

import gzip
import hashlib
import json
import mmap
import re
import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pmtiles.tile import (
    Compression,
    Entry,
    MagicNumberNotFound,
    SpecVersionUnsupported,
    TileType,
    deserialize_directory,
    deserialize_header,
    find_tile,
    zxy_to_tileid,
)

from telemetry.errors import BadInput, Unavailable
from telemetry.messages import Message

HEADER_BYTES = 127
DEEPEST = 3
"""Directories between the header and a tile, at most, as the specification says."""
DIRECTORIES = 64
"""Kept unpacked: unpacking one takes milliseconds."""
LARGEST_ZOOM = 22
UNREADABLE = (OSError, IndexError, ValueError, EOFError, OverflowError, zlib.error)
"""What reading damaged bytes may end in."""
MARKUP = re.compile(r"<[^>]*>")
LONGEST_ATTRIBUTION = 200
MVT = "application/vnd.mapbox-vector-tile"
PICTURES = {
    TileType.PNG: "image/png",
    TileType.JPEG: "image/jpeg",
    TileType.WEBP: "image/webp",
    TileType.AVIF: "image/avif",
}
"""Media types of raster tiles."""


@dataclass(frozen=True)
class TileFacts:
    """What a page needs to know of a file of tiles."""

    version: str
    """Another one for another file."""
    min_zoom: int
    max_zoom: int
    bounds: tuple[float, float, float, float]
    """West, south, east, north, degrees."""
    attribution: str
    """Whom the data are of, without markup; empty where the file does not say."""
    layers: frozenset[str]
    """Names of the layers in it; empty where the file does not say."""
    media_type: str
    """Of every tile in it."""

    def reaches(self, lat: float, lon: float) -> bool:
        """Whether a place (degrees) lies within its bounds."""
        west, south, east, north = self.bounds
        return south <= lat <= north and west <= lon <= east


class TileFile:
    """An opened PMTiles file."""

    def __init__(self, path: Path) -> None:
        """Raises BadInput when it is no PMTiles file, or one with tiles of an unknown kind."""
        try:
            with path.open("rb") as file:
                self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            self._header = deserialize_header(self._bytes[:HEADER_BYTES])
            ends = self._header["tile_data_offset"] + self._header["tile_data_length"]
            if ends > len(self._bytes):
                raise BadInput(Message("basemap.cut_off", file=path.name, held=len(self._bytes), whole=ends))
            metadata = self._metadata()
        except (MagicNumberNotFound, SpecVersionUnsupported) as error:
            raise BadInput(Message("basemap.not_pmtiles", file=path.name)) from error
        except UNREADABLE as error:
            raise BadInput(Message("basemap.pmtiles_unreadable", file=path.name, reason=error)) from error
        if self._header["tile_type"] is TileType.UNKNOWN:
            raise BadInput(Message("basemap.tiles_untold", file=path.name))
        if self._header["tile_compression"] not in (Compression.GZIP, Compression.NONE):
            raise BadInput(
                Message("basemap.packed_otherwise", file=path.name, packing=self._header["tile_compression"].name)
            )
        self.facts = _facts(self._header, metadata, path)
        self._directory = lru_cache(DIRECTORIES)(self._unpacked)

    @property
    def is_gzipped(self) -> bool:
        """Whether tiles are packed by gzip."""
        return bool(self._header["tile_compression"] is Compression.GZIP)

    def tile(self, zoom: int, column: int, row: int) -> bytes | None:
        """The tile as it is stored; None where the file has none.

        Raises BadInput for one that no map can have, Unavailable where the file is damaged.
        """
        require_tile(zoom, column, row)
        wanted = zxy_to_tileid(zoom, column, row)
        offset = self._header["root_offset"]
        length = self._header["root_length"]
        for _ in range(DEEPEST + 1):
            entry = find_tile(self._directory(offset, length), wanted)
            if entry is None:
                return None
            if entry.run_length:
                begins = self._header["tile_data_offset"] + entry.offset
                return self._bytes[begins : begins + entry.length]
            offset = self._header["leaf_directory_offset"] + entry.offset
            length = entry.length
        return None

    def _unpacked(self, offset: int, length: int) -> list[Entry]:
        try:
            return deserialize_directory(self._bytes[offset : offset + length])
        except UNREADABLE as error:
            raise Unavailable(Message("basemap.map_damaged", reason=error)) from error

    def _metadata(self) -> dict[str, Any]:
        begins = self._header["metadata_offset"]
        packed = self._bytes[begins : begins + self._header["metadata_length"]]
        if self._header["internal_compression"] is Compression.GZIP:
            packed = gzip.decompress(packed)
        metadata = json.loads(packed)
        if not isinstance(metadata, dict):
            raise ValueError("its metadata is no JSON object")
        return metadata


def require_tile(zoom: int, column: int, row: int) -> None:
    """Raises BadInput for a tile that no map can have."""
    if not (0 <= zoom <= LARGEST_ZOOM and 0 <= column < 2**zoom and 0 <= row < 2**zoom):
        raise BadInput(Message("basemap.no_tile", zoom=zoom, column=column, row=row))


@lru_cache(maxsize=4)
def _opened(path: Path, _changed_ns: int) -> TileFile:
    return TileFile(path)


def tile_file(path: Path) -> TileFile:
    """The file of vector tiles as it is now; opened again once it was replaced. Raises BadInput."""
    file = _opened(path, changed_ns(path))
    if file.facts.media_type != MVT:
        kind = file.facts.media_type.partition("/")[2].upper()
        raise BadInput(Message("basemap.pictures_not_vectors", file=path.name, kind=kind))
    return file


def picture_tile_file(path: Path) -> TileFile:
    """The PMTiles file of pictures as it is now; opened again once it was replaced. Raises BadInput."""
    file = _opened(path, changed_ns(path))
    if file.facts.media_type == MVT:
        raise BadInput(Message("basemap.vectors_not_pictures", file=path.name))
    return file


def changed_ns(path: Path) -> int:
    """When a file was last written. Raises BadInput where there is none."""
    try:
        return path.stat().st_mtime_ns
    except OSError as error:
        raise BadInput(Message("files.unreadable", name=path.name, reason=error.strerror)) from error


def plain_attribution(said: Any) -> str:
    """Whom data are of, without markup; empty where nothing is said."""
    return MARKUP.sub("", str(said or "")).strip()[:LONGEST_ATTRIBUTION]


def _facts(header: Any, metadata: dict[str, Any], path: Path) -> TileFacts:
    stat = path.stat()
    named = f"{header}{stat.st_size}{stat.st_mtime_ns}"
    bounds = tuple(header[side] / 1e7 for side in ("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7"))
    layers = metadata.get("vector_layers") or []
    return TileFacts(
        version=hashlib.sha256(named.encode()).hexdigest()[:12],
        min_zoom=header["min_zoom"],
        max_zoom=header["max_zoom"],
        bounds=(bounds[0], bounds[1], bounds[2], bounds[3]),
        attribution=plain_attribution(metadata.get("attribution")),
        layers=frozenset(str(layer["id"]) for layer in layers if isinstance(layer, dict) and "id" in layer),
        media_type=PICTURES.get(header["tile_type"], MVT),
    )
