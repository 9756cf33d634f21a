"""A town's orthophoto: pictures from the air as tiles, out of a PMTiles or an MBTiles file."""

from pathlib import Path
from typing import Any

from mapserver.basemap.mbtiles import MbtilesFile, mbtiles_file
from mapserver.basemap.tiles import TileFile, picture_tile_file
from mapserver.core.settings import Settings
from telemetry.cities import known_towns
from telemetry.errors import BadInput
from telemetry.messages import Message

SQLITE_MAGIC = b"SQLite format 3\0"


def orthophoto_file(path: Path) -> TileFile | MbtilesFile:
    """The file as it is now, whichever of the two it is. Raises BadInput."""
    try:
        with path.open("rb") as file:
            begins = file.read(len(SQLITE_MAGIC))
    except OSError as error:
        raise BadInput(Message("files.unreadable", name=path.name, reason=error.strerror)) from error
    if begins == SQLITE_MAGIC:
        return mbtiles_file(path)
    return picture_tile_file(path)


def orthophotos_of(settings: Settings) -> dict[str, Any]:
    """What a page is told: `photos`, one for each town that has one, and in `missing` a sentence on the others.

    A photo has `city`, `attribution`, `version`, `min_zoom`, `max_zoom` and `bounds` (west, south, east, north).
    """
    photos = []
    missing = []
    for city in known_towns():
        path = settings.orthophotos.get(city)
        if path is None:
            missing.append(Message("basemap.no_orthophoto", town=city.facts.name, city=city).text())
            continue
        try:
            facts = orthophoto_file(path).facts
        except BadInput:
            missing.append(Message("basemap.orthophoto_unread", town=city.facts.name).text())
            continue
        photos.append(
            {
                "city": city,
                "attribution": facts.attribution or Message("basemap.orthophoto_of_file", file=path.name).text(),
                "version": facts.version,
                "min_zoom": facts.min_zoom,
                "max_zoom": facts.max_zoom,
                "bounds": facts.bounds,
            }
        )
    return {"photos": photos, "missing": ". ".join(missing)}
