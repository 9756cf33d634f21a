"""Which ground the maps of a server lie on. Invented streets are the demo's alone: elsewhere they would be believed."""

from enum import StrEnum
from typing import Any

from mapserver.basemap.grid import grid
from mapserver.basemap.orthophoto import orthophotos_of
from mapserver.basemap.synthetic import streets
from mapserver.basemap.tiles import tile_file
from mapserver.core.settings import Settings
from telemetry.errors import BadInput
from telemetry.messages import Message

NOTHING_SET = Message("basemap.nothing_set")
CANNOT_BE_READ = Message("basemap.cannot_be_read")
INVENTED = Message("basemap.invented")


class Basemap(StrEnum):
    """A kind of ground."""

    TILES = "tiles"
    """The town's own file of vector tiles."""
    GRID = "grid"
    """Coordinates only."""
    SYNTHETIC = "synthetic"
    """The demo's invented streets."""


def basemap_of(settings: Settings) -> dict[str, Any]:
    """What a page draws: `kind`, `attribution`, and of tiles their `version`, `min_zoom` and `max_zoom`.

    Beside it the towns' orthophotos, in `photos` and `missing` (`orthophotos_of`).
    """
    return _lowest(settings) | orthophotos_of(settings)


def _lowest(settings: Settings) -> dict[str, Any]:
    if settings.basemap is None:
        if not settings.demo:
            return {"kind": Basemap.GRID, "attribution": NOTHING_SET.text()}
        return {"kind": Basemap.SYNTHETIC, "attribution": INVENTED.text()}
    try:
        facts = tile_file(settings.basemap).facts
    except BadInput:
        return {"kind": Basemap.GRID, "attribution": CANNOT_BE_READ.text()}
    return {
        "kind": Basemap.TILES,
        "attribution": facts.attribution or settings.basemap.name,
        "version": facts.version,
        "min_zoom": facts.min_zoom,
        "max_zoom": facts.max_zoom,
    }


def lines_of(settings: Settings) -> dict[str, Any]:
    """What is drawn where there are no tiles (GeoJSON)."""
    if settings.demo:
        return streets()
    return grid()
