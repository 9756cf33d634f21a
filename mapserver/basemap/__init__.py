"""The ground that every map lies on: a town's own tiles, a grid of coordinates, or the demo's invented streets."""

from mapserver.basemap.choice import basemap_of, lines_of
from mapserver.basemap.tiles import tile_file

__all__ = ["basemap_of", "lines_of", "tile_file"]
