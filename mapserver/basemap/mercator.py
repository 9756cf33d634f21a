"""Web Mercator (EPSG:3857) as a square with sides of 1, its origin in the north-west: where tiles and pictures lie."""

import math
from typing import NamedTuple


class Bounds(NamedTuple):
    """A piece of the earth, degrees."""

    west: float
    south: float
    east: float
    north: float


class Window(NamedTuple):
    """The same piece on the square, 0 to 1 from the west and from the north."""

    left: float
    top: float
    right: float
    bottom: float


def on_square(lat: float, lon: float) -> tuple[float, float]:
    """A place on the square, from the west and from the north."""
    return (lon + 180) / 360, (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2


def window_of(bounds: Bounds) -> Window:
    """Where `bounds` lie on the square."""
    left, top = on_square(bounds.north, bounds.west)
    right, bottom = on_square(bounds.south, bounds.east)
    return Window(left, top, right, bottom)
