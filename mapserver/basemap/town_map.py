"""The map of a town as a picture for paper, whichever ground the server has: tiles, a file of streets, or a grid."""

from pathlib import Path

from mapserver.basemap.choice import CANNOT_BE_READ, INVENTED, NOTHING_SET
from mapserver.basemap.mercator import Bounds
from mapserver.basemap.picture import Picture
from mapserver.basemap.shapes import shapes_of_features, shapes_of_tiles
from mapserver.basemap.streets import load_streets
from mapserver.basemap.synthetic import has_town
from mapserver.basemap.synthetic import town as synthetic_town
from mapserver.basemap.tiles import tile_file
from mapserver.core.settings import Settings
from mapserver.core.town_settings import TownSettings
from telemetry.cities import City
from telemetry.errors import BadInput, Unavailable
from telemetry.messages import Message


def town_picture(settings: Settings, city: City | None, bounds: tuple[float, float, float, float]) -> tuple[str, str]:
    """The picture (SVG) of a piece of a town, and whose map it is or why there is none.

    `bounds`: west, south, east, north, degrees.
    """
    picture = Picture(Bounds(*bounds))
    note = draw_ground(settings, city, picture)
    return picture.svg(), note


def draw_ground(settings: Settings, city: City | None, picture: Picture) -> str:
    """Draw the town below everything else; says whose map it is or why there is none.

    Invented streets are drawn in the demo only.
    """
    streets_file = None if city is None else settings.towns.get(city, TownSettings()).streets_file
    if settings.basemap is not None:
        try:
            file = tile_file(settings.basemap)
            picture.ground(shapes_of_tiles(file, picture.window))
        except (BadInput, Unavailable):
            return CANNOT_BE_READ.text()
        return Message("basemap.map_of", source=file.facts.attribution or settings.basemap.name).text()
    if streets_file is not None:
        return _draw_streets(streets_file, picture)
    if settings.demo and city is not None and has_town(city):
        picture.ground(shapes_of_features(synthetic_town(city)["features"], picture.window))
        return INVENTED.text()
    return NOTHING_SET.text()


def _draw_streets(path: Path, picture: Picture) -> str:
    try:
        picture.ground(shapes_of_features(load_streets(path)["features"], picture.window))
    except BadInput as error:
        return Message("basemap.streets_undrawn", reason=error.told).text()
    return Message("basemap.streets_of", file=path.name).text()
