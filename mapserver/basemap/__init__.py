"""The ground that every map lies on: a town's own tiles and orthophoto, a grid, or the demo's invented streets."""

from mapserver.basemap.choice import basemap_of, lines_of
from mapserver.basemap.orthophoto import orthophoto_file
from mapserver.basemap.tiles import tile_file

__all__ = ["basemap_of", "lines_of", "orthophoto_file", "tile_file"]
